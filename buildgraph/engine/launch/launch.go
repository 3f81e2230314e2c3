//go:build linux

// Package launch finds the embedded engine's daemon or starts it, so that
// concurrent runs of stagedive share one and none is left behind.
package launch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/stagedive/stagedive/buildgraph/engine/embedded"
	"github.com/stagedive/stagedive/buildgraph/engine/handshake"
)

// Spec is the daemon that is wanted.
type Spec struct {
	Exe     string   // binary to run, absolute
	Command []string // its arguments before the daemon's own: the hidden subcommand
	Env     []string // environment of the daemon
	Daemon  embedded.Config
	Notify  func(text string) // may be nil
}

const (
	greetPatience = 10 * time.Second       // for a daemon that is there to say hello
	lockPoll      = 20 * time.Millisecond  // between looks at the start lock
	retirePoll    = 200 * time.Millisecond // between asking a busy daemon to leave
)

// Get returns a lease on a running daemon that suits the spec, and starts one
// when there is none. A daemon of another kind is replaced as soon as nobody
// else uses it; until then Get waits, and says so once through Notify. ctx
// bounds all of it, but not the life of the daemon.
func Get(ctx context.Context, s Spec) (*handshake.Lease, error) {
	if s.Notify == nil {
		s.Notify = func(string) {}
	}
	want := wanted(s)
	if l := attend(ctx, s.Daemon.Socket); l != nil {
		if l.Hello == mergeHello(l.Hello, want) {
			return l, nil
		}
		l.Close()
	}
	for _, dir := range []string{s.Daemon.Root, filepath.Dir(s.Daemon.Socket)} {
		if err := privateDir(dir); err != nil {
			return nil, err
		}
	}
	// Starting and replacing is one at a time; the kernel frees the lock of a
	// run that is killed meanwhile.
	lock := flock.New(filepath.Join(s.Daemon.Root, "start.lock"), flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, lockPoll); err != nil {
		return nil, fmt.Errorf("waiting for another stagedive to start the engine: %w", err)
	}
	defer lock.Unlock()

	told := false
	for {
		l := attend(ctx, s.Daemon.Socket)
		if l == nil {
			return start(ctx, s)
		}
		if l.Hello == mergeHello(l.Hello, want) {
			return l, nil
		}
		leaving, err := l.Retire(ctx)
		if leaving {
			<-l.Done()
			l.Close()
			return start(ctx, s)
		}
		if err == nil && l.Hello.Shares(want) {
			return l, nil // busy, and good enough
		}
		l.Close()
		if !told {
			told = true
			s.Notify(fmt.Sprintf("waiting for an engine with other settings or of another version (BuildKit %s) to become free", l.Hello.BuildKit))
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for the running engine to become free: %w", context.Cause(ctx))
		case <-time.After(retirePoll):
		}
	}
}

// wanted is the hello of a daemon that this run would start itself.
func wanted(s Spec) handshake.Hello {
	return handshake.Hello{
		Protocol: handshake.Protocol,
		BuildKit: embedded.BuildKitVersion(),
		Exe:      s.Daemon.Exe,
		Config:   s.Daemon.Identity,
	}
}

// mergeHello completes want with what only the daemon can know.
func mergeHello(got, want handshake.Hello) handshake.Hello {
	want.Snapshotter, want.Runtime = got.Snapshotter, got.Runtime
	return want
}

func attend(ctx context.Context, socket string) *handshake.Lease {
	ctx, cancel := context.WithTimeout(ctx, greetPatience)
	defer cancel()
	l, err := handshake.Attend(ctx, socket)
	if err != nil {
		return nil
	}
	return l
}

// privateDir makes dir for this user alone, and refuses one that is somebody
// else's or open to others' writing.
func privateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the engine's directory: %w", err)
	}
	return checkOwner(dir)
}

// ErrNamespaces says that this user or this container may not make the
// namespaces that the engine lives in.
var ErrNamespaces = errors.New("namespaces are not available")
