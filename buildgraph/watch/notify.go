package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

// bell rings when something happens in directories. Without fsnotify, or when the
// system has none to give, it is silent: reason says why, and polling helps.
type bell struct {
	fs     *fsnotify.Watcher
	has    map[string]bool
	reason string
}

func newBell() *bell {
	b := &bell{has: map[string]bool{}}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		b.mute(err)
		return b
	}
	b.fs = w
	return b
}

// set watches these directories and no others.
func (b *bell) set(dirs []string) {
	if b.fs == nil {
		return
	}
	want := make(map[string]bool, len(dirs))
	for _, d := range dirs {
		want[d] = true
	}
	// First those that are left: a directory that was renamed is still watched by
	// its old name, and one watch is all that inotify has for it.
	for d := range b.has {
		if !want[d] {
			_ = b.fs.Remove(d) // it may be gone already
			delete(b.has, d)
		}
	}
	for _, d := range dirs {
		if b.has[d] {
			continue
		}
		switch err := b.fs.Add(d); {
		case err == nil:
			b.has[d] = true
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrPermission):
			// gone again, or nothing that could be sent
		default:
			b.mute(err)
			return
		}
	}
}

// left forgets a directory that was removed or renamed: one of that name must be
// watched anew.
func (b *bell) left(e fsnotify.Event) {
	if e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename) {
		delete(b.has, e.Name)
	}
}

// events and errors are what to listen to; nil channels, which never speak, once
// the bell is mute.
func (b *bell) events() <-chan fsnotify.Event {
	if b.fs == nil {
		return nil
	}
	return b.fs.Events
}

func (b *bell) errors() <-chan error {
	if b.fs == nil {
		return nil
	}
	return b.fs.Errors
}

// mute gives the watches back that would tell of a part only.
func (b *bell) mute(err error) {
	b.close()
	switch {
	case errors.Is(err, syscall.ENOSPC):
		b.reason = "this system allows no more inotify watches (fs.inotify.max_user_watches)"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		b.reason = "this system allows no more inotify instances (fs.inotify.max_user_instances)"
	default:
		b.reason = fmt.Sprintf("this file system tells of no changes (%v)", err)
	}
}

func (b *bell) close() {
	if b.fs != nil {
		_ = b.fs.Close()
		b.fs = nil
	}
}
