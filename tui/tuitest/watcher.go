package tuitest

import (
	"context"
	"time"

	"github.com/stagedive/stagedive/tui"
)

// Watcher is a tui.Watcher that tells what a test has it tell.
type Watcher struct{ started chan *Watch }

// Watch is one watching of files.
type Watch struct {
	Target int
	Tell   func(tui.Watched)
	Over   <-chan struct{} // closed when the App has given it up
}

// NewWatcher returns a Watcher that nobody has asked yet.
func NewWatcher() *Watcher { return &Watcher{started: make(chan *Watch, 16)} }

// Watch is tui.Watcher's.
func (w *Watcher) Watch(ctx context.Context, target int, emit func(tui.Watched)) {
	w.started <- &Watch{Target: target, Tell: emit, Over: ctx.Done()}
	<-ctx.Done()
}

// Watching waits until the App asks a Watcher, and returns what it has begun.
func (d *Driver) Watching(w *Watcher) *Watch {
	d.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case begun := <-w.started:
			return begun
		case msg := <-d.msgs:
			d.take(msg)
		case <-deadline:
			d.t.Fatalf("nothing is watched; the screen:\n%s", d.Screen())
		}
	}
}
