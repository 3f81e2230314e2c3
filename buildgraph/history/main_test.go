//go:build linux

package history_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/embedded"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/examples/bases"
)

// TestMain makes the test binary its own embedded engine, as the program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.DaemonCommand {
		os.Exit(embedded.Main(context.Background(), os.Args[2:], os.Stderr))
	}
	solve.LibraryLog(io.Discard)
	os.Exit(m.Run())
}

// machine is an engine of a test's own, with a history of its own.
type machine struct {
	dirs engine.Dirs
	opts engine.Options
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "stagedive-history-")
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{dirs: engine.Dirs{State: filepath.Join(dir, "state"), Runtime: filepath.Join(dir, "run"), Temp: os.TempDir()}}
	m.opts = engine.Options{
		Exe: exe, Dirs: m.dirs, Idle: time.Second,
		Env: append(os.Environ(), "XDG_CONFIG_HOME="+filepath.Join(dir, "config")),
	}
	t.Cleanup(func() {
		m.gone(t)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return m
}

// dial starts the engine, or finds it running.
func (m *machine) dial(t *testing.T) *engine.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := engine.Dial(ctx, m.opts)
	if err != nil {
		if os.Getenv("STAGEDIVE_REQUIRE_ENGINE") != "" {
			t.Fatalf("no engine: %v", err)
		}
		t.Skipf("no engine: %v", err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// gone waits until the engine, which nobody uses any more, has ended: it holds
// its lock to its end.
func (m *machine) gone(t *testing.T) {
	t.Helper()
	lock := filepath.Join(m.dirs.State, "buildkit", "engine.lock")
	if _, err := os.Stat(lock); err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	held := flock.New(lock)
	if _, err := held.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		t.Fatalf("waiting for the engine's end: %v", err)
	}
	if err := held.Unlock(); err != nil {
		t.Error(err)
	}
}

// shell is a base image with a shell.
func shell(t *testing.T) bases.Base {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bases.Shell(t.Context(), filepath.Join(dir, "stagedive-test", "bases"))
	if err != nil {
		t.Fatalf("making the shell image: %v", err)
	}
	return b
}
