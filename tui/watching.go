package tui

import (
	"context"
	"slices"
	"sync"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
)

// watching is rebuilding when files change.
//
// A running build is left to finish, whatever changed: what it has done is in the
// cache then, so that the next one is shorter, and somebody who saves often would
// see no build end otherwise. However much changes meanwhile, one build follows;
// ^C makes it follow at once.
type watching struct {
	gen     int
	cancel  context.CancelFunc // nil while files are not watched
	inbox   *inbox
	now     Watched  // the last that was heard
	heard   bool     // anything at all
	pending []string // changed, and not built yet
	cause   []string // what the running or last build was started for
	cost    string   // what that cost, in words
	builds  bool     // build as soon as changes are seen: none must be missed
}

func (w *watching) on() bool { return w.cancel != nil }

// watchedMsg brings what a Watcher has to tell; ctx is that of the watch.
type watchedMsg struct {
	gen   int
	ctx   context.Context
	event Watched
}

// inbox keeps what a Watcher tells until the App has time for it.
type inbox struct {
	mu    sync.Mutex
	event Watched
	bell  chan struct{}
}

func (b *inbox) put(e Watched) {
	b.mu.Lock()
	e.Changed = union(b.event.Changed, e.Changed)
	b.event = e
	b.mu.Unlock()
	select {
	case b.bell <- struct{}{}:
	default: // it has rung already
	}
}

func (b *inbox) take() Watched {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.event
	b.event.Changed = nil
	return e
}

// union is the paths of both, those of a first.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			out = append(out, s)
		}
	}
	return out
}

// toggleWatch is w.
func (a *App) toggleWatch() tea.Cmd {
	switch {
	case a.watch.on():
		a.stopWatching()
		return a.say(theme.Dim, "changes are not watched any more")
	case a.past != nil:
		return a.say(theme.Dim, "this is a build of the past: esc comes back from it")
	case a.cfg.Watcher == nil || a.graph == nil || a.target < 0:
		return a.say(theme.Warning, "there are no files to watch here")
	}
	return a.startWatching()
}

func (a *App) startWatching() tea.Cmd {
	a.stopWatching()
	ctx, cancel := context.WithCancel(a.life)
	w := &a.watch
	w.gen, w.cancel, w.inbox = w.gen+1, cancel, &inbox{bell: make(chan struct{}, 1)}
	w.now, w.heard, w.pending = Watched{}, false, nil
	a.working.Add(1)
	watcher, target, put := a.cfg.Watcher, a.target, w.inbox.put
	work := func() tea.Msg {
		defer a.working.Done()
		watcher.Watch(ctx, target, put)
		return nil
	}
	return tea.Batch(work, a.listenWatch(ctx))
}

func (a *App) stopWatching() {
	if a.watch.on() {
		a.watch.cancel()
		a.watch = watching{gen: a.watch.gen + 1}
	}
}

// listenWatch waits for the Watcher's next word.
func (a *App) listenWatch(ctx context.Context) tea.Cmd {
	gen, in := a.watch.gen, a.watch.inbox
	return func() tea.Msg {
		select {
		case <-in.bell:
			return watchedMsg{gen, ctx, in.take()}
		case <-ctx.Done():
			return nil
		}
	}
}

// watched takes in what a Watcher told.
func (a *App) watched(msg watchedMsg) tea.Cmd {
	w := &a.watch
	if msg.gen != w.gen || !w.on() {
		return nil
	}
	var said tea.Cmd
	e, was := msg.event, w.now
	switch {
	case e.Err != nil && (was.Err == nil || was.Err.Error() != e.Err.Error()):
		said = a.say(theme.Error, "watching for changes: "+e.Err.Error())
	case e.Polling != "" && was.Polling == "":
		said = a.say(theme.Warning, e.Polling+": files are looked at every few seconds")
	case !w.heard:
		said = a.say(theme.Good, "watching "+measure.Plural(e.Files, "file")+": a change to one of them builds "+a.graph.Label(model.NodeID(a.target)))
	}
	w.now, w.heard = e, true
	w.pending = union(w.pending, e.Changed)
	var first tea.Cmd
	if w.builds && a.run == nil {
		w.builds, w.pending = false, nil
		first = a.startBuild()
	}
	return tea.Batch(said, first, a.listenWatch(msg.ctx))
}

// rebuild builds what has changed, if anything has and this is the time for it: no
// build is running, and the user neither picks a target nor reads a build of the
// past. It takes nobody away from what they look at. Update asks it each time.
func (a *App) rebuild() tea.Cmd {
	w := &a.watch
	if !w.on() || len(w.pending) == 0 || a.run != nil || a.leaving || a.picker != nil || a.past != nil {
		return nil
	}
	tab, detail, movedAt, reading := a.tab, a.detail, a.movedAt, a.justMoved()
	cmd := a.startBuild()
	a.tab, a.detail = tab, detail
	if reading {
		a.follow, a.movedAt = false, movedAt
	}
	w.cause, w.pending = w.pending, nil
	return cmd
}

// settleWatch says what the change cost whose build has ended.
func (a *App) settleWatch() tea.Cmd {
	w := &a.watch
	if len(w.cause) == 0 || a.past != nil || a.build == nil || a.build.End == nil {
		return nil
	}
	w.cost = a.build.CostOf(w.cause, a.theme.Glyphs.Arrow)
	w.cause = nil
	switch {
	case a.build.End.Outcome != build.OutcomeSucceeded:
		a.remember(theme.Failed, w.cost) // shown is what went wrong
	case a.tab == tabBuild && !a.layout().one:
		a.remember(theme.Good, w.cost) // it stands below the graph
	default:
		return a.tell(theme.Good, w.cost)
	}
	return nil
}

// headWatch is the watch as the header shows it.
func (a *App) headWatch(short bool) string {
	w := &a.watch
	if !w.on() {
		return ""
	}
	th := a.theme
	role, text := theme.Dim, "watching"
	switch {
	case w.now.Err != nil:
		role, text = theme.Warning, "not watching"
	case len(w.pending) > 0:
		role, text = theme.Running, measure.Count(len(w.pending))+" changed"
	case !short && w.heard:
		text += " " + measure.Plural(w.now.Files, "file")
	}
	return th.Render(role, th.Glyphs.Watch+" "+text)
}
