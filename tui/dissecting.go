package tui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/tui/theme"
)

// Dissected is a target with all the stages that it needs.
type Dissected struct {
	Ladder  *ladder.Ladder
	Crossed *crossing.Report
	Image   Inspected // that ships
}

// dissect builds every stage of the target to an image of its own, to show how large
// each is, what crossed between them and what stayed behind.
func (a *App) dissect() tea.Cmd {
	switch {
	case a.cfg.Comparer == nil:
		return a.say(theme.Dim, "nothing can be built here, so no stage can be looked into")
	case a.target < 0:
		return a.say(theme.Dim, "there is no stage to look into")
	}
	comparer, target := a.cfg.Comparer, a.target
	return a.beyondBuild(target, func(ctx context.Context, emit func(build.Event), tell func(string)) (msg sidesMsg) {
		msg.stages, msg.err = comparer.Dissect(ctx, target, emit, tell)
		return msg
	})
}

// showStages shows what a target was taken apart into.
func (a *App) showStages(d *Dissected) tea.Cmd {
	a.screens.compare.SetStages(d.Ladder, d.Crossed)
	a.graphPane.SetCarried(carried(d.Crossed))
	a.stopInspecting()
	a.inspection.target = d.Crossed.Target
	cmd := a.showImage(d.Image)
	if a.tab != tabCompare {
		return tea.Batch(cmd, a.tell(theme.Good, fmt.Sprintf("%s: %s", a.label(a.keys.CompareTab), strings.ReplaceAll(d.Ladder.Headline, "→", a.theme.Glyphs.Arrow))))
	}
	return cmd
}

// carried is what edges carried, by their index in the graph, where it is known: of a
// mount what it showed. What FROM carries is all of a stage, and goes without saying.
func carried(r *crossing.Report) map[int]int64 {
	out := map[int]int64{}
	for _, e := range r.Edges {
		switch {
		case !e.Known:
		case e.Kind == model.EdgeCopy:
			out[e.Index] = e.Carried.Bytes
		case e.Kind == model.EdgeMount:
			out[e.Index] = e.Shown.Bytes
		}
	}
	return out
}
