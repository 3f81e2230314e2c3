//go:build linux

package enginetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/moby/buildkit/client"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/embedded"
)

// BeDaemon ends the test binary as the embedded engine, when it has started itself as one,
// as the program does. TestMain calls it first.
func BeDaemon() {
	if len(os.Args) > 1 && os.Args[1] == engine.DaemonCommand {
		os.Exit(embedded.Main(context.Background(), os.Args[2:], os.Stderr))
	}
}

// Machine is the place of an engine: directories that no other uses.
type Machine struct {
	Dir     string // State and Runtime of Options lie in it
	Options engine.Options
}

// NewMachine makes the directories. Whoever asked for them calls Remove.
func NewMachine() (*Machine, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "stagedive-engine-")
	if err != nil {
		return nil, err
	}
	return &Machine{Dir: dir, Options: engine.Options{
		Exe:  exe,
		Dirs: engine.Dirs{State: filepath.Join(dir, "state"), Runtime: filepath.Join(dir, "run"), Temp: os.TempDir()},
		Idle: time.Second,
		Env:  append(os.Environ(), "XDG_CONFIG_HOME="+filepath.Join(dir, "config")),
	}}, nil
}

// Dial starts the engine, or finds it running.
func (m *Machine) Dial(ctx context.Context) (*engine.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	return engine.Dial(ctx, m.Options)
}

// Gone waits until the engine, which nobody uses any more, has ended: it holds its lock to
// its end. One that never ran here is gone.
func (m *Machine) Gone() error {
	lock := filepath.Join(m.Options.Dirs.State, "buildkit", "engine.lock")
	if _, err := os.Stat(lock); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	held := flock.New(lock)
	if _, err := held.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return fmt.Errorf("waiting for the engine's end: %w", err)
	}
	return held.Unlock()
}

// Remove waits until the engine is gone, and takes away what it left. A mount or a socket
// among that is an error.
func (m *Machine) Remove() error {
	if err := m.Gone(); err != nil {
		return err
	}
	mounts, err := Mounts(m.Dir)
	if sockets := Sockets(m.Dir); err == nil && len(mounts)+len(sockets) > 0 {
		err = fmt.Errorf("the engine left %q, %q", mounts, sockets)
	}
	return errors.Join(err, os.RemoveAll(m.Dir))
}

// Shared is one engine for all tests of a package, started when the first of them asks:
// starting it, and its first look at a base image, cost more than most of them. The
// environment's BUILDKIT_HOST names one to take in its place. The zero value is ready.
type Shared struct {
	once    sync.Once
	machine *Machine
	conn    *engine.Conn
	err     error
}

// Main runs a package's tests and gives the engine up; it returns the exit code.
func (s *Shared) Main(m *testing.M) int {
	code := m.Run()
	if err := s.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "ending the engine:", err)
		return 1
	}
	return code
}

// Client is a connection to the engine. A test that has none is skipped, or fails where
// the environment requires one.
func (s *Shared) Client(t testing.TB) *client.Client {
	t.Helper()
	s.once.Do(s.start)
	Require(t, s.err)
	return s.conn.Client
}

// Dir is the directory that the engine's own lie in. Client has been called before.
func (s *Shared) Dir() string { return s.machine.Dir }

func (s *Shared) start() {
	if s.machine, s.err = NewMachine(); s.err != nil {
		return
	}
	s.machine.Options.Address = os.Getenv("BUILDKIT_HOST")
	s.conn, s.err = s.machine.Dial(context.Background())
}

func (s *Shared) stop() error {
	if s.conn != nil {
		s.conn.Close()
	}
	if s.machine == nil {
		return nil
	}
	return s.machine.Remove()
}

// Require skips a test that has no engine, for the reason given, or fails it where the
// environment says that this machine must have one. It does nothing where err is nil.
func Require(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("STAGEDIVE_REQUIRE_ENGINE") != "":
		t.Fatalf("no engine: %v", err)
	default:
		t.Skipf("no engine: %v", err)
	}
}
