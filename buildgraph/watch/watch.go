package watch

import (
	"context"
	"path/filepath"
	"time"

	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
)

// Event is what a watch has to tell.
type Event struct {
	Files   int      // how many are watched
	Polling string   // why they are looked at every few seconds instead; "" when they are not
	Changed []string // what has changed since the last Event that said so; empty when only the above is new
	Err     error    // why nothing can be seen at the moment: an unreadable directory, a bad pattern
}

// Timing of a watch. The zero one is what people need.
type Timing struct {
	Quiet time.Duration // nothing happened for so long: tell; 0 for 200 ms
	Most  time.Duration // but wait no longer than this after the first change; 0 for 2 s
	Poll  time.Duration // how often to look where the system tells nothing; 0 for 2 s
}

func (t Timing) orDefaults() Timing {
	or := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	or(&t.Quiet, 200*time.Millisecond)
	or(&t.Most, 2*time.Second)
	or(&t.Poll, 2*time.Second)
	return t
}

// Run watches what set describes until ctx is over. set is asked before each look,
// for a changed Dockerfile takes other files; an error of it means that the Set
// stays what it was. Run calls emit once when it has looked for the first time:
// every later change is told. emit must not block.
func Run(ctx context.Context, set func(context.Context) (Set, error), t Timing, emit func(Event)) {
	w := &watcher{set: set, timing: t.orDefaults(), emit: emit, bell: newBell()}
	defer w.bell.close()
	w.look(ctx)
	for w.wait(ctx) {
		w.look(ctx)
	}
}

type watcher struct {
	set    func(context.Context) (Set, error)
	timing Timing
	emit   func(Event)
	bell   *bell
	last   *look // nil before the first that succeeded
	told   Event
	spoke  bool
	gates  []gate
	took   time.Duration // the last look
}

// gate tells which events in a place matter.
type gate struct {
	dir string
	*buildcontext.Gate
}

// look looks at all files, and tells what is new.
func (w *watcher) look(ctx context.Context) {
	began := time.Now()
	set, err := w.set(ctx)
	if err != nil && w.last != nil {
		set, err = w.last.set, nil
	}
	var now *look
	if err == nil {
		now, err = lookAt(ctx, set)
	}
	w.took = time.Since(began)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		w.tell(Event{Files: w.told.Files, Polling: w.told.Polling, Err: err})
		return
	}
	w.bell.set(now.dirs)
	e := Event{Files: now.count(), Polling: w.bell.reason}
	if w.last != nil {
		e.Changed = now.since(w.last)
	}
	w.last, w.gates = now, nil
	for i, p := range set.Places {
		if g, err := buildcontext.NewGate(buildcontext.Ignore{Patterns: now.ignores[i].patterns}, p.Takes); err == nil {
			w.gates = append(w.gates, gate{p.Dir, g})
		}
	}
	w.tell(e)
}

func (w *watcher) tell(e Event) {
	same := e.Files == w.told.Files && e.Polling == w.told.Polling && len(e.Changed) == 0 &&
		(e.Err == nil) == (w.told.Err == nil) && (e.Err == nil || e.Err.Error() == w.told.Err.Error())
	if same && w.spoke {
		return
	}
	w.told, w.spoke = e, true
	w.emit(e)
}

// pollShare bounds how much of the time polling may take: one part of so many.
const pollShare = 20

// wait returns when it is time to look: some time after something happened, or
// the next time to poll. It is false when ctx is over.
func (w *watcher) wait(ctx context.Context) bool {
	var poll, quiet, most <-chan time.Time
	if w.bell.reason != "" || w.told.Err != nil || w.last == nil {
		timer := time.NewTimer(max(w.timing.Poll, pollShare*w.took))
		defer timer.Stop()
		poll = timer.C
	}
	calm := time.NewTimer(time.Hour)
	defer calm.Stop()
	happened := func() {
		calm.Reset(w.timing.Quiet)
		quiet = calm.C
		if most == nil {
			most = time.After(w.timing.Most)
		}
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case e := <-w.bell.events():
			w.bell.left(e)
			if w.matters(e.Name) {
				happened()
			}
		case <-w.bell.errors():
			happened() // more happened than could be told: look
		case <-quiet:
			return true
		case <-most:
			return true
		case <-poll:
			return true
		}
	}
}

// matters says whether what happened to a path can concern the build. In doubt it
// does: looking tells.
func (w *watcher) matters(name string) bool {
	if w.last == nil {
		return true
	}
	name = filepath.Clean(name)
	set := w.last.set
	if set.Dockerfile != "" {
		base := filepath.Clean(set.Dockerfile)
		if name == base || name == base+".dockerignore" {
			return true
		}
		if real, err := filepath.EvalSymlinks(base); err != nil || real == name {
			return true
		}
	}
	for _, g := range w.gates {
		rel, err := filepath.Rel(g.dir, name)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		rel = filepath.ToSlash(rel)
		if rel == "." || rel == ".dockerignore" || g.Passes(rel) || w.linked(g, rel) {
			return true
		}
	}
	return false
}

// linked says whether a path is selected, or beside something that is: symbolic
// links lead to paths that no pattern names.
func (w *watcher) linked(g gate, rel string) bool {
	for i, p := range w.last.set.Places {
		if p.Dir != g.dir {
			continue
		}
		if _, ok := w.last.files[key{i, rel}]; ok {
			return true
		}
		if _, ok := w.last.files[key{i, filepath.ToSlash(filepath.Dir(rel))}]; ok {
			return true
		}
	}
	return false
}
