package tui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/feed"
	"github.com/stagedive/stagedive/tui/theme"
)

// run is a build that is running.
type run struct {
	gen       int
	target    int
	cancel    context.CancelFunc
	feed      *feed.Feed
	cancelled bool  // by the user
	past      *past // the build of the history that it tells of; nil for one of our own
	err       error // why nothing more is told; set when feed is closed
	// beyond ends what goes on after the build's end; nil when nothing does. Such a run
	// is of a comparison.
	beyond context.CancelFunc
}

// stop ends all of it.
func (r *run) stop() {
	r.cancel()
	if r.beyond != nil {
		r.beyond()
	}
}

// heard keeps the build's clock: the newest time that an event bore, and when it
// came. A remote engine's clock may differ from ours, and a replay's runs at
// another speed, in another year.
type heard struct {
	works  bool   // a vertex has begun
	notice string // what was said last while there was no engine yet
	event  time.Time
	at     time.Time
	seen   int // offers that have been applied
	states int // events that may have changed a state
}

// startBuild builds the target.
func (a *App) startBuild() tea.Cmd {
	if a.past != nil && a.cfg.Builder != nil {
		back := a.comeBack()
		return tea.Batch(back, a.startBuild())
	}
	switch {
	case a.cfg.Builder == nil && a.cfg.NoBuilder != "":
		return a.say(theme.Warning, a.cfg.NoBuilder)
	case a.graph == nil || a.target < 0:
		return a.say(theme.Warning, "there is no stage to build")
	case a.goOn():
		return nil
	case a.run != nil && a.build.End != nil: // it has said its last, and is only tidying up
		a.buildNext = true
		return nil
	case a.run != nil:
		return a.say(theme.Dim, "a build is running: ^C cancels it")
	case a.cfg.Builder == nil:
		return a.say(theme.Warning, "nothing can be built here")
	}
	a.stopInspecting()
	a.stopComparing()
	builder, target := a.cfg.Builder, a.target
	closed := a.closeStage() // what comes is newer
	return tea.Batch(closed, a.begin(target, nil, func(ctx context.Context, emit func(build.Event)) error {
		builder.Build(ctx, target, emit)
		return nil
	}))
}

// begin shows what tell tells from now on.
func (a *App) begin(target int, p *past, tell func(ctx context.Context, emit func(build.Event)) error) tea.Cmd {
	a.runs++
	ctx, cancel := context.WithCancel(a.life)
	after := a.clock.After
	frame := a.cfg.Frame
	switch {
	case frame == 0:
		frame = feed.Frame
	case frame < 0:
		after = nil
	}
	r := &run{gen: a.runs, target: target, cancel: cancel, feed: feed.New(frame, after), past: p}
	a.run, a.build, a.heard, a.stopped = r, build.New(), heard{}, time.Time{}
	a.follow, a.detail, a.movedAt = true, detailAuto, time.Time{}
	if a.tab != tabTimeline { // which shows a build as it runs, too
		a.tab = tabBuild
	}
	a.working.Add(1)
	work := func() tea.Msg {
		defer a.working.Done()
		defer r.feed.Close()
		r.err = tell(ctx, r.feed.Offer)
		return nil
	}
	return tea.Batch(work, a.listen(r), a.tick())
}

// listen waits for the next batch of events.
func (a *App) listen(r *run) tea.Cmd {
	ctx := a.life
	return func() tea.Msg {
		batch, more := r.feed.Next(ctx)
		return eventsMsg{r.gen, batch, more}
	}
}

// happened folds a batch into the build.
func (a *App) happened(msg eventsMsg) tea.Cmd {
	r := a.run
	if r == nil || msg.gen != r.gen {
		return nil
	}
	a.heard.seen = msg.batch.Offered
	var cmds []tea.Cmd
	states := a.heard.states
	for _, e := range msg.batch.Events {
		if e.Log == nil && e.Progress == nil {
			a.heard.states++
		}
		if cmd := a.apply(e); cmd != nil {
			cmds = append(cmds, cmd)
		}
	}
	if !msg.more {
		cmds = append(cmds, a.ended(r))
		return tea.Batch(cmds...)
	}
	if a.heard.states != states {
		a.followRunning()
	}
	return tea.Batch(append(cmds, a.listen(r), a.tick())...)
}

func (a *App) apply(e build.Event) tea.Cmd {
	if e.Vertex != nil && e.Vertex.Started != nil && !a.heard.works { // that the engine starts is no news any more
		a.heard.works = true
		a.hush()
	}
	a.build.Apply(e)
	if e.Time.After(a.heard.event) {
		a.heard.event, a.heard.at = e.Time, a.clock.Now()
	}
	switch {
	case e.Begin != nil && e.Begin.Graph != nil:
		a.adopt(e.Begin.Graph)
		a.began(*e.Begin)
	case e.Notice != nil:
		role := theme.Dim
		switch e.Notice.Level {
		case model.LevelError:
			role = theme.Error
		case model.LevelWarning:
			role = theme.Warning
		}
		if a.shownBuild() == nil {
			a.heard.notice = e.Notice.Text
		}
		return a.tell(role, e.Notice.Text)
	case e.Stop != nil:
		return a.stands(*e.Stop)
	case e.End != nil:
		a.outcome(*e.End, a.run.target)
	}
	return nil
}

// outcome shows how the build came out: what failed, or the target.
func (a *App) outcome(e build.End, target int) {
	if f := e.Failure; f != nil && !a.justMoved() {
		a.tab, a.detail = tabBuild, detailAuto
		if f.Step != nil {
			a.selectStep(*f.Step)
		}
		a.focus = placeDetail
	} else if a.follow && e.Outcome == build.OutcomeSucceeded {
		a.graphPane.Select(model.NodeID(target))
	}
	a.follow = false
}

// justMoved says that the user has, so recently that nothing else may.
func (a *App) justMoved() bool {
	return !a.movedAt.IsZero() && a.clock.Now().Sub(a.movedAt) < graceTime
}

// graceTime is how long after the user moved nothing else moves the selection.
const graceTime = 3 * time.Second

// ended tidies up after a run: nothing more will come of it.
func (a *App) ended(r *run) tea.Cmd {
	r.cancel()
	a.run = nil
	if a.leaving {
		return tea.Quit
	}
	if r.past != nil {
		return a.endedPast(r)
	}
	if a.build.End == nil { // the builder must send one; the screen must not wait for it forever
		end := build.End{Outcome: build.OutcomeFailed, Failure: &build.Failure{Message: "the build ended without saying how"}}
		if a.life.Err() == nil && r.err != nil { // else the feed may not be closed yet
			end.Failure.Message = r.err.Error()
		}
		if r.cancelled {
			end = build.End{Outcome: build.OutcomeCancelled}
		}
		at := a.now()
		if a.build.Started.IsZero() {
			at = a.clock.Now()
			a.build.Apply(build.Event{Time: at, Begin: &build.Begin{Graph: a.graph, Targets: []int{r.target}}})
		}
		a.build.Apply(build.Event{Time: at, End: &end})
		a.outcome(end, r.target)
	}
	a.hush()
	cost := a.settleWatch()
	if a.buildNext {
		a.buildNext = false
		return tea.Batch(cost, a.startBuild())
	}
	if next := a.rebuild(); next != nil {
		return tea.Batch(cost, next)
	}
	return tea.Batch(cost, a.afterBuild(r))
}

// afterBuild goes on with what a build that is over asks for.
func (a *App) afterBuild(r *run) tea.Cmd {
	if r.beyond != nil {
		return a.builtSides()
	}
	switch e := a.build.End; e.Outcome {
	case build.OutcomeSucceeded:
		return a.startInspecting(r.target)
	case build.OutcomeCancelled:
		return a.say(theme.Cancelled, "cancelled: b builds again")
	default:
		return a.sayFailure(e.Failure)
	}
}

// sayFailure keeps what went wrong; it is shown where the log does not say it.
func (a *App) sayFailure(f *build.Failure) tea.Cmd {
	if f == nil {
		return a.nextToast()
	}
	text := f.Message
	if f.Hint != "" {
		text += "; " + f.Hint
	}
	shown := f.Step == nil || a.graphPane.Selected() == model.NodeID(f.Step.Stage) && a.cursors[a.graphPane.Selected()] == f.Step.Step
	if shown && a.showsLog() && a.focus == placeDetail {
		a.remember(theme.Error, text)
		return a.nextToast()
	}
	return a.say(theme.Error, text)
}

// cancel is ctrl+c: it stops the build and keeps the program; a second time, or
// without a build, it leaves.
func (a *App) cancel() tea.Cmd {
	if a.run == nil || a.run.cancelled {
		return a.leave()
	}
	a.run.cancelled = true
	a.run.stop()
	if a.run.past != nil {
		return nil // endedPast says it
	}
	return a.say(theme.Cancelled, "cancelling: ^C again leaves")
}

// leave ends the program. It waits for a running build to stop, but not long; a
// second time it does not wait.
func (a *App) leave() tea.Cmd {
	a.stopInspecting()
	if a.run == nil {
		a.stopComparing()
	}
	if a.run == nil || a.leaving {
		return tea.Quit
	}
	a.leaving = true
	a.run.cancelled = true
	a.run.stop()
	after := a.clock.After(leaveTime)
	return func() tea.Msg {
		<-after
		return waitedMsg{}
	}
}

// leaveTime bounds how long leaving waits for a build to stop.
const leaveTime = 5 * time.Second

// Shutdown cancels everything that the App has started and waits until it has
// stopped or ctx is over. Call it when the program has ended, however it did.
func (a *App) Shutdown(ctx context.Context) error {
	a.end()
	done := make(chan struct{})
	go func() {
		a.working.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for the build to stop: %w", context.Cause(ctx))
	}
}

// now is the time by the build's clock.
func (a *App) now() time.Time {
	if a.heard.event.IsZero() {
		return a.clock.Now()
	}
	if a.build != nil && a.build.End != nil {
		return a.build.Ended
	}
	if !a.stopped.IsZero() {
		return a.stopped
	}
	since := a.clock.Now().Sub(a.heard.at)
	return a.heard.event.Add(time.Duration(float64(since) * a.cfg.Speed))
}

// followRunning moves the selection to what runs, unless the user has taken it.
// It prefers a RUN, whose log is worth watching, to copies and downloads, and
// stays with a stage as long as that has one.
func (a *App) followRunning() {
	if !a.follow || a.build == nil || !a.build.Running() || a.graph == nil {
		return
	}
	at := int(a.graphPane.Selected())
	best, rank, since := build.StepRef{}, 0, time.Time{}
	for _, digest := range a.build.Active() {
		v, _ := a.build.Vertex(digest)
		if v.Started == nil || v.Completed != nil || v.Error != "" {
			continue
		}
		for _, ref := range v.Steps {
			if !a.build.Plan.Needs(model.NodeID(ref.Stage)) {
				continue
			}
			r := 1
			if a.graph.Stages[ref.Stage].Steps[ref.Step].Command == "RUN" {
				r += 2
			}
			if ref.Stage == at {
				r++
			}
			if r > rank || r == rank && v.Started.Before(since) {
				best, rank, since = ref, r, *v.Started
			}
		}
	}
	if rank > 0 {
		a.selectStep(best)
	}
}

// tick keeps what moves moving, and stops when nothing does.
func (a *App) tick() tea.Cmd {
	if a.ticking || !a.moving() {
		return nil
	}
	a.ticking = true
	after := a.clock.After(theme.SpinnerPeriod)
	life := a.life
	return func() tea.Msg {
		select {
		case at := <-after:
			return tickedMsg{at}
		case <-life.Done():
			return nil
		}
	}
}

func (a *App) ticked() tea.Cmd {
	a.ticking = false
	return a.tick()
}

func (a *App) moving() bool {
	return a.run != nil || a.inspection.running() || a.opened != nil && a.opened.running() || a.comparing.running() || a.probing.running() || a.builds != nil && a.builds.Moving()
}
