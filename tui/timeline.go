package tui

import (
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing"
	"github.com/stagedive/stagedive/tui/pane/timeline"
)

// syncTimeline shows the build in the timeline as it is now.
func (a *App) syncTimeline() { a.screens.timeline.SetBuild(a.shownBuild(), a.now()) }

// showTimeline opens the timeline on the step that the user has selected in the
// build, unless it has been there already.
func (a *App) showTimeline() {
	if a.graph == nil {
		return
	}
	a.tab = tabTimeline
	a.syncTimeline()
	if ref, ok := a.steps.Step(); ok && ref != a.shown && !a.movedAt.IsZero() {
		a.shown = ref
		a.screens.timeline.Show(ref)
	}
}

// marked is what the graph says of the critical path.
type marked struct {
	at    *timing.Analysis
	width int
}

// legendWidth is about what the kinds of edges take of the graph's legend.
const legendWidth = 34

// markPath marks in the graph which stages a build took its time for, once it has
// ended. That is no work for a command: a Build may be asked by one goroutine
// only, and it is done once.
func (a *App) markPath() {
	if b := a.shownBuild(); b == nil || b.End == nil {
		if a.marked != (marked{}) {
			a.unmarkPath()
		}
		return
	}
	a.syncTimeline()
	at, g := a.screens.timeline.Analysis(), a.theme.Glyphs
	m := marked{at, a.layout().panes[placeGraph].w - legendWidth}
	if a.marked == m {
		return
	}
	a.marked = m
	const lead = "critical path: "
	short := at.Text(g.Arrow, g.Ellipsis, max(m.width, len(lead)))
	long := at.Text(g.Arrow, g.Ellipsis, m.width-len(lead))
	switch {
	case short == "": // no stage took a noticeable part, or there is no room
	case long == "" || strings.Count(long, g.Ellipsis) > strings.Count(short, g.Ellipsis):
		long, short = g.Bar+short, g.Bar+short
	default:
		long, short = g.Bar+lead+long, g.Bar+short
	}
	a.graphPane.SetNote(long, short)
	on := map[int]bool{}
	for i := range at.Stages {
		if at.Stages[i].Critical && at.Share(at.Stages[i].Ran()) >= noticeable {
			on[at.Stages[i].Index] = true
		}
	}
	a.graphPane.SetCritical(on)
}

// noticeable is the share of the build from which on a stage is marked.
const noticeable = 0.01

// unmarkPath takes back what markPath said of another build.
func (a *App) unmarkPath() {
	a.marked = marked{}
	a.graphPane.SetCritical(nil)
	a.graphPane.SetNote("", "")
}

// leaveTimeline goes from a row of the timeline to its stage or step in the build.
func (a *App) leaveTimeline(to timeline.Go) {
	a.tab = tabBuild
	a.moved()
	if to.Step < 0 {
		a.graphPane.Select(model.NodeID(to.Stage))
		a.focus = placeGraph
		return
	}
	a.selectStep(build.StepRef{Stage: to.Stage, Step: to.Step})
	a.shown = build.StepRef{Stage: to.Stage, Step: to.Step}
	a.focus, a.detail = placeSteps, detailLog
}

func (a *App) timelineHints() []hint {
	k := timeline.DefaultKeys()
	out := a.runHints()
	if a.shownBuild() != nil {
		out = append(out, hint{k.Jump, "step"}, hint{k.Path, "path alone"}, hint{k.Closer, "zoom in"}, hint{k.Farther, "out"},
			hint{k.Whole, "all"}, hint{k.Cursor, "cursor"}, hint{k.Fold, "fold"}, hint{a.keys.View, "Dockerfile line"})
	}
	return append(out, hint{a.keys.Quit, "quit"})
}
