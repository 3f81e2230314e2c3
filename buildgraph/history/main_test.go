//go:build linux

package history_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/examples/bases"
)

func TestMain(m *testing.M) {
	enginetest.BeDaemon()
	solve.LibraryLog(io.Discard)
	os.Exit(m.Run())
}

// machine is an engine of a test's own, with a history of its own.
type machine struct{ *enginetest.Machine }

func newMachine(t *testing.T) machine {
	t.Helper()
	m, err := enginetest.NewMachine()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Remove(); err != nil {
			t.Error(err)
		}
	})
	return machine{m}
}

// dial starts the engine, or finds it running.
func (m machine) dial(t *testing.T) *engine.Conn {
	t.Helper()
	c, err := m.Dial(t.Context())
	enginetest.Require(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// gone waits until the engine, which nobody uses any more, has ended.
func (m machine) gone(t *testing.T) {
	t.Helper()
	if err := m.Gone(); err != nil {
		t.Fatal(err)
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
