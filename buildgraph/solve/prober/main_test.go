//go:build linux

package prober_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/container"
	"github.com/stagedive/stagedive/buildgraph/solve/container/containertest"
	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/buildgraph/solve/prober/asker"
)

// inside is how the test binary is called as the helper in a container.
const inside = "inside"

// TestMain makes the test binary its own embedded engine and its own helper, as the
// program is.
func TestMain(m *testing.M) {
	enginetest.BeDaemon()
	if len(os.Args) > 2 && os.Args[1] == inside && os.Args[2] == asker.Command {
		os.Exit(beHelper(os.Args[3:]))
	}
	solve.LibraryLog(io.Discard)
	os.Exit(theEngine.Main(m))
}

func beHelper(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := asker.Main(ctx, args, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// theEngine is one engine for all tests of this package.
var theEngine enginetest.Shared

// server is the program of testdata/server, static.
var server = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "stagedive-server-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "server")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", name, "./testdata/server")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return os.ReadFile(name)
})

// layer is one with the server in it.
func layer(t testing.TB) []byte {
	t.Helper()
	data, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return containertest.Layer(t, "server", data)
}

// scratch is an image that holds the server and nothing else.
func scratch(t testing.TB) container.Image {
	t.Helper()
	return containertest.Over(container.Image{}, layer(t))
}

// fat is one with a shell and commands, and the server.
func fat(t testing.TB) container.Image {
	t.Helper()
	return containertest.Over(containertest.Shell(t), layer(t))
}

// opened is an image at the engine, closed with the test.
func opened(t testing.TB, im container.Image) *container.Root {
	t.Helper()
	im.Helper = hold.Self(inside, func(string) bool { return false })
	r, err := container.Open(t.Context(), theEngine.Client(t), im)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}
