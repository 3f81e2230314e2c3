//go:build linux

package solve_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/moby/buildkit/client"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/embedded"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/buildgraph/solve/hold/lister"
)

// TestMain makes the test binary its own embedded engine, as the program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.DaemonCommand {
		os.Exit(embedded.Main(context.Background(), os.Args[2:], os.Stderr))
	}
	if len(os.Args) > 2 && os.Args[1] == inside && os.Args[2] == hold.ListCommand { // and what is brought into containers
		if err := lister.Write(os.Stdout, os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	solve.LibraryLog(io.Discard)
	code := m.Run()
	if err := theEngine.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "ending the engine:", err)
		code = 1
	}
	os.Exit(code)
}

// inside is how the test binary is called in a container.
const inside = "inside"

// helper is the test binary, to be brought into containers.
func helper() *hold.Helper { return hold.Self(inside, func(string) bool { return false }) }

// theEngine is one engine for all tests of this package: starting it and its
// first look at the base image cost more than most of them.
var theEngine sharedEngine

type sharedEngine struct {
	once sync.Once
	dir  string
	conn *engine.Conn
	err  error
}

func (s *sharedEngine) start() {
	if s.dir, s.err = os.MkdirTemp("", "stagedive-solve-"); s.err != nil {
		return
	}
	exe, err := os.Executable()
	if err != nil {
		s.err = err
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s.conn, s.err = engine.Dial(ctx, engine.Options{
		Address: os.Getenv("BUILDKIT_HOST"),
		Exe:     exe,
		Dirs:    engine.Dirs{State: filepath.Join(s.dir, "state"), Runtime: filepath.Join(s.dir, "run"), Temp: os.TempDir()},
		Idle:    time.Second,
		Env:     append(os.Environ(), "XDG_CONFIG_HOME="+filepath.Join(s.dir, "config")),
	})
}

// stop gives the engine up, waits until it has ended, and removes what it left.
func (s *sharedEngine) stop() error {
	if s.conn != nil {
		s.conn.Close()
		lock := filepath.Join(s.dir, "state", "buildkit", "engine.lock")
		if _, err := os.Stat(lock); err == nil { // the embedded one's: it holds it to its end
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			held := flock.New(lock)
			if _, err := held.TryLockContext(ctx, 20*time.Millisecond); err != nil {
				return err
			}
			defer held.Unlock()
		}
	}
	if s.dir != "" {
		return os.RemoveAll(s.dir)
	}
	return nil
}

// dial gives a real BuildKit: the embedded one, or that of BUILDKIT_HOST.
func dial(t testing.TB) *client.Client {
	t.Helper()
	theEngine.once.Do(theEngine.start)
	if err := theEngine.err; err != nil {
		if os.Getenv("STAGEDIVE_REQUIRE_ENGINE") != "" {
			t.Fatalf("no engine: %v", err)
		}
		t.Skipf("no engine: %v", err)
	}
	return theEngine.conn.Client
}
