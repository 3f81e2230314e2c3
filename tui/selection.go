package tui

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane/graph"
)

// detail is what the detail pane shows.
type detail int

const (
	detailAuto   detail = iota // the Dockerfile before a build, the log after
	detailLog                  // the user wants the log
	detailSource               // the user wants the Dockerfile
)

// tab is a screen.
type tab int

const (
	tabBuild tab = iota
	tabTimeline
	tabImage
	tabLeaks
	tabCompare
)

// shownBuild is the build whose states are shown; nil before one has begun.
func (a *App) shownBuild() *build.Build {
	if a.build == nil || a.build.Started.IsZero() {
		return nil
	}
	return a.build
}

// showsSource says whether the user looks at the Dockerfile instead of the log:
// where both are shown, by the focus.
func (a *App) showsSource() bool {
	if a.layout().both {
		return a.focus == placeSource
	}
	return a.detail == detailSource || a.detail == detailAuto && a.shownBuild() == nil
}

// sourcePlace is where the Dockerfile is shown, or would be.
func (a *App) sourcePlace() place {
	switch {
	case a.layout().both:
		return placeSource
	case a.showsSource():
		return placeDetail
	}
	return placeCount
}

// settle keeps the focus on what it was on when a screen of another size has
// fewer places, or more.
func (a *App) settle() {
	switch both := a.layout().both; {
	case !both && a.focus == placeSource:
		a.focus, a.detail = placeDetail, detailSource
	case both && a.focus == placeDetail && a.detail == detailSource:
		a.focus, a.detail = placeSource, detailAuto
	}
}

// sync makes the panes agree: they show one selection in one build.
func (a *App) sync() {
	a.settle()
	l := a.layout()
	a.screens.setSize(a.width, l.body.h)
	if a.graph == nil {
		return
	}
	b, plan := a.shownBuild(), a.plan
	if b != nil {
		plan = b.Plan
	}
	if a.picker != nil {
		if p, ok := a.picker.Plan(); ok {
			plan = p
		}
	}
	g := l.panes[placeGraph]
	a.graphPane.SetSize(g.w-2, g.h-2)
	a.markPath()
	a.graphPane.SetPicking(a.picker != nil)
	a.graphPane.SetPlan(plan)
	a.graphPane.SetFocus(a.focus == placeGraph && a.picker == nil)
	node := a.graphPane.Selected()
	a.steps.SetSize(l.panes[placeSteps].w, l.panes[placeSteps].h)
	a.steps.SetNode(a.graph, b, plan, node)
	if c, ok := a.cursors[node]; ok && c != a.steps.Cursor {
		a.steps.Select(c, a.steps.Len())
	}
	ref, some := a.steps.Step()
	d := l.panes[placeDetail]
	a.logs.SetSize(d.w, d.h)
	a.logs.SetStep(a.graph, b, ref, some)
	if l.both {
		d = l.panes[placeSource]
	}
	a.source.SetSize(d.w, d.h)
	a.source.SetGraph(a.graph, b, plan)
	if some && ref != a.synced {
		a.synced = ref
		if at, ok := a.source.Step(); !ok || at != ref {
			a.source.SetLine(a.graph.Stages[ref.Stage].Steps[ref.Step].Line)
		}
	}
	if a.problemLine > 0 {
		a.source.SetLine(a.problemLine)
		a.problemLine = 0
	}
}

// selectStep puts the selection on a step of a stage.
func (a *App) selectStep(ref build.StepRef) {
	if a.graph == nil || ref.Stage < 0 || ref.Stage >= len(a.graph.Stages) {
		return
	}
	a.graphPane.Select(model.NodeID(ref.Stage))
	a.cursors[model.NodeID(ref.Stage)] = ref.Step
}

// moveSteps sets the cursor of the steps pane, by hand of the user.
func (a *App) moveSteps(move func()) {
	move()
	a.cursors[a.graphPane.Selected()] = a.steps.Cursor
	a.moved()
}

// moved notes that the user has taken the selection.
func (a *App) moved() {
	a.movedAt = a.clock.Now()
	a.follow = false
}

// moveGraph moves the selection in the graph; false when there is nothing there.
func (a *App) moveGraph(d graph.Direction) bool {
	a.moved()
	return a.graphPane.Move(d)
}

// moveSource moves the cursor in the Dockerfile; the selection follows to the
// step on that line.
func (a *App) moveSource(move func()) {
	move()
	a.moved()
	a.selectSourceStep()
}

func (a *App) selectSourceStep() {
	if ref, ok := a.source.Step(); ok {
		a.synced = ref
		a.selectStep(ref)
	}
}

// showLine shows the Dockerfile at a line, from wherever the user is.
func (a *App) showLine(line int) {
	if a.graph == nil || line <= 0 {
		return
	}
	a.tab, a.focus, a.detail = tabBuild, placeDetail, detailSource
	a.source.SetLine(line)
	a.moved()
	a.selectSourceStep()
}
