//go:build linux

package container_test

import (
	"io"
	"os"
	"testing"

	"github.com/moby/buildkit/client"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/container"
)

// theEngine is one engine for all tests of this package.
var theEngine enginetest.Shared

func TestMain(m *testing.M) {
	enginetest.BeDaemon()
	solve.LibraryLog(io.Discard)
	os.Exit(theEngine.Main(m))
}

// dial gives a real BuildKit: the embedded one, or that of BUILDKIT_HOST.
func dial(t testing.TB) *client.Client {
	t.Helper()
	return theEngine.Client(t)
}

// opened is an image at the engine, closed with the test.
func opened(t testing.TB, im container.Image) *container.Root {
	t.Helper()
	r, err := container.Open(t.Context(), dial(t), im)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}
