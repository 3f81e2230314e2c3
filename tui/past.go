package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/build/compare"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/pane/builds"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// History is the builds that an engine remembers.
type History interface {
	// List gives them. It may start an engine: it is called when the user asks.
	List(ctx context.Context) ([]history.Record, error)
	// Tell tells of one build what Builder.Build would have: of one that has ended
	// at once, of one that runs until it ends. When ctx ends it stops telling,
	// without an End; the build goes on.
	Tell(ctx context.Context, ref string, emit func(build.Event)) error
	// Project is which records are builds of what the explorer shows; "" for none.
	Project() string
}

// past is a build of the history that is shown in place of the explorer's own.
type past struct {
	record history.Record
	graph  *model.Graph // what was shown before, to come back to
	target int
	build  *build.Build
	heard  heard
	inside inspection // of what that build made
	breaks map[build.StepRef]bool
}

type (
	// listedMsg brings the history.
	listedMsg struct {
		gen     int
		records []history.Record
		err     error
	}
	// comparedMsg brings two builds side by side.
	comparedMsg struct {
		gen        int
		comparison compare.Comparison
		err        error
	}
)

// openBuilds opens the page of builds and has the list read.
func (a *App) openBuilds() tea.Cmd {
	if a.cfg.History == nil {
		return a.say(theme.Dim, "no engine is used here, so there are no builds to list")
	}
	a.builds = builds.New(a.cfg.History.Project())
	return a.listBuilds()
}

// ask runs a question to the history beside the program. An older question's
// answer is not heard.
func (a *App) ask(question func(ctx context.Context, gen int) tea.Msg) tea.Cmd {
	a.questions++
	gen, ctx := a.questions, a.life
	a.working.Add(1)
	return tea.Batch(func() tea.Msg {
		defer a.working.Done()
		return question(ctx, gen)
	}, a.tick())
}

func (a *App) listBuilds() tea.Cmd {
	h := a.cfg.History
	return a.ask(func(ctx context.Context, gen int) tea.Msg {
		records, err := h.List(ctx)
		return listedMsg{gen, records, err}
	})
}

func (a *App) listed(msg listedMsg) tea.Cmd {
	if a.builds == nil || msg.gen != a.questions {
		return nil
	}
	a.builds.SetRecords(msg.records, msg.err)
	return a.tick()
}

func (a *App) compareBuilds() tea.Cmd {
	h, now := a.cfg.History, a.clock.Now()
	x, y := a.builds.Pair()
	return a.ask(func(ctx context.Context, gen int) tea.Msg {
		var both [2]*build.Build
		for i, r := range []history.Record{x, y} {
			both[i] = build.New()
			if err := h.Tell(ctx, r.Ref, both[i].Apply); err != nil {
				return comparedMsg{gen: gen, err: err}
			}
		}
		return comparedMsg{gen: gen, comparison: compare.Of(both[0], both[1], now)}
	})
}

func (a *App) compared(msg comparedMsg) {
	if a.builds != nil && msg.gen == a.questions {
		a.builds.SetComparison(msg.comparison, msg.err)
	}
}

// pressed does what the page's answer asks for.
func (a *App) pressed(ans builds.Answer) tea.Cmd {
	switch ans {
	case builds.Closed:
		a.closeBuilds()
	case builds.Reload:
		return a.listBuilds()
	case builds.Compared:
		return a.compareBuilds()
	case builds.Chosen:
		r, _ := a.builds.Record()
		return a.openPast(r)
	}
	return nil
}

func (a *App) closeBuilds() {
	a.builds = nil
	a.questions++ // what was asked is of no use any more
}

// openPast shows a build of the history in place of the explorer's own. One that
// is being watched already makes way; one that the explorer runs does not.
func (a *App) openPast(r history.Record) tea.Cmd {
	if a.run != nil && a.run.past == nil {
		return a.say(theme.Dim, "a build of yours is running: ^C cancels it, then another can be shown")
	}
	a.closeBuilds()
	a.dropRun()
	closed := a.closeStage()
	a.stopInspecting()
	a.stopComparing()
	p := &past{record: r, graph: a.graph, target: a.target, build: a.build, heard: a.heard, inside: a.inspection, breaks: a.breakpoints}
	if a.past != nil { // from one past build to another
		*p = *a.past
		p.record = r
	}
	a.past, a.inspection = p, inspection{gen: a.inspection.gen + 1}
	h := a.cfg.History
	cmd := a.begin(a.target, p, func(ctx context.Context, emit func(build.Event)) error {
		return h.Tell(ctx, r.Ref, emit)
	})
	a.follow = r.Running()
	return tea.Batch(closed, cmd, a.screens.show(nil, nil, nil, a.graph))
}

// dropRun stops watching without a word.
func (a *App) dropRun() {
	if a.run != nil {
		a.run.cancel()
		a.run = nil
	}
}

// comeBack shows the explorer's own Dockerfile again, and its last build.
func (a *App) comeBack() tea.Cmd {
	p := a.past
	if p == nil {
		return nil
	}
	a.dropRun()
	a.stopInspecting()
	p.inside.gen, p.inside.cancel = a.inspection.gen+1, nil
	a.inspection = p.inside
	a.past, a.build, a.heard, a.stopped = nil, p.build, p.heard, time.Time{}
	if p.graph != nil {
		a.adopt(p.graph)
		a.breakpoints = p.breaks // the past build's graph has other steps
		a.tellBreakpoints()
		a.setTarget(p.target)
		a.graphPane.Select(model.NodeID(p.target))
	}
	show := a.screens.show(a.inspection.image, a.inspection.findings, a.inspection.proofs, a.graph)
	if b := a.build; b != nil && b.End != nil && a.inspection.image == nil && len(b.Begin.Targets) > 0 {
		return tea.Batch(show, a.startInspecting(b.Begin.Targets[0])) // it was not finished
	}
	return show
}

// began takes the target of the build that is shown.
func (a *App) began(b build.Begin) {
	if a.past == nil || len(b.Targets) == 0 || b.Targets[0] == a.target {
		return
	}
	a.setTarget(b.Targets[0])
	a.run.target = a.target
	if a.movedAt.IsZero() {
		a.graphPane.Select(model.NodeID(a.target))
	}
}

// endedPast tidies up when nothing more will be told of a past build.
func (a *App) endedPast(r *run) tea.Cmd {
	switch {
	case r.err != nil && !errors.Is(r.err, context.Canceled):
		var back tea.Cmd
		if a.build.Started.IsZero() {
			back = a.comeBack()
		} else {
			a.stopped = a.now()
		}
		return tea.Batch(back, a.say(theme.Error, r.err.Error()))
	case a.build.End == nil:
		a.stopped = a.now()
		return a.say(theme.Dim, "no longer watching; the build goes on: ^R finds it again")
	}
	a.hush()
	if e := a.build.End; e.Result != nil && e.Result.Ref != "" { // the image is still here
		return a.startInspecting(a.target)
	}
	if !r.past.record.Running() {
		return a.nextToast()
	}
	if f := a.build.End.Failure; f != nil {
		return a.sayFailure(f)
	}
	return a.say(theme.Dim, fmt.Sprintf("the build that was watched has ended: %s", a.build.End.Outcome))
}

// notInPast answers keys that need a build which is really there.
func (a *App) notInPast() tea.Cmd {
	if a.cfg.Builder == nil {
		return a.say(theme.Dim, "a build of the history keeps nothing to go into")
	}
	return a.say(theme.Dim, "a build of the history keeps nothing to go into: esc goes back to yours")
}

// headPast says that what is shown is not the explorer's own build.
func (a *App) headPast() string {
	if a.past == nil {
		return ""
	}
	word := "past build"
	if a.run != nil && a.past.record.Running() {
		word = "watching"
	}
	return a.theme.Render(theme.Highlight, word) + a.theme.Render(theme.Dim, " "+measure.Moment(a.past.record.Started, a.clock.Now()))
}

// buildsRect is where the page of builds lies.
func (a *App) buildsRect() rect {
	const most = 120
	w := min(a.width, most)
	h := min(a.height, a.builds.Height(a.pageLook(), w))
	x, y := widget.Center(w, h, a.width, a.height)
	return rect{x, y, w, h}
}

// pageLook is by the clock on the wall: the page is of many builds.
func (a *App) pageLook() pane.Look {
	return pane.Look{Theme: a.theme, Now: a.clock.Now(), Focus: true}
}

func (a *App) drawBuilds(base []string) []string {
	r := a.buildsRect()
	return widget.Overlay(base, a.builds.View(a.pageLook(), r.w, r.h), r.x, r.y, a.width)
}
