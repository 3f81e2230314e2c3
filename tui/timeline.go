package tui

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane/timeline"
)

// syncTimeline shows the build in the timeline as it is now.
func (a *App) syncTimeline() { a.screens.timeline.SetBuild(a.shownBuild(), a.now()) }

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
	a.focus, a.detail = placeSteps, detailLog
}

func (a *App) timelineHints() []hint {
	k := timeline.DefaultKeys()
	var out []hint
	switch {
	case a.run != nil:
		out = append(out, hint{a.keys.Cancel, "cancel"})
	case a.cfg.Builder != nil:
		out = append(out, hint{a.keys.Build, "build"})
	}
	if a.shownBuild() != nil {
		out = append(out, hint{k.Jump, "step"}, hint{k.Path, "path alone"}, hint{k.Closer, "zoom in"}, hint{k.Farther, "out"},
			hint{k.Whole, "all"}, hint{k.Cursor, "cursor"}, hint{k.Fold, "fold"}, hint{a.keys.View, "Dockerfile line"})
	}
	return append(out, hint{a.keys.Quit, "quit"})
}
