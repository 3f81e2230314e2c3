package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/theme"
)

// toggleMark marks a stage for a comparison, or takes the mark away.
func (a *App) toggleMark(at model.NodeID) tea.Cmd {
	i := slices.Index(a.marks, int(at))
	switch {
	case a.graph == nil || !a.graph.IsStage(at):
		return a.say(theme.Dim, "this is not built here: stages are marked, to be compared")
	case i >= 0:
		a.marks = slices.Delete(a.marks, i, i+1)
	case len(a.marks) >= compare.Most:
		return a.say(theme.Dim, fmt.Sprintf("%d stages are marked, and more do not fit beside one another: space on one of them unmarks it", compare.Most))
	default:
		a.marks = append(a.marks, int(at))
		slices.Sort(a.marks)
	}
	a.tellMarks()
	return a.say(theme.Dim, a.whatIsMarked())
}

// whatIsMarked says what pressing the key for comparing would do.
func (a *App) whatIsMarked() string {
	k := a.label(a.keys.Compare)
	switch targets := a.toCompare(); {
	case len(a.marks) == 0:
		return "no stage is marked"
	case len(targets) < 2:
		return "the target is marked: space on another stage marks it too"
	case len(a.marks) == 1:
		return fmt.Sprintf("%s compares %s with the target, %s", k, a.graph.Label(model.NodeID(targets[0])), a.graph.Label(model.NodeID(targets[1])))
	default:
		return fmt.Sprintf("%d stages are marked: %s compares them", len(targets), k)
	}
}

// toCompare is what is compared: the marked stages as they stand in the file, of which
// the first is what the others are measured against, and the target last; with a single
// mark, that and the target.
func (a *App) toCompare() []int {
	out := slices.Clone(a.marks)
	if len(out) == 1 && a.target >= 0 && out[0] != a.target {
		out = append(out, a.target)
	}
	if i := slices.Index(out, a.target); i >= 0 {
		out = append(slices.Delete(out, i, i+1), a.target)
	}
	return out
}

// compareMarked compares them.
func (a *App) compareMarked() tea.Cmd {
	targets := a.toCompare()
	switch {
	case a.graph == nil:
		return a.say(theme.Dim, "there is no Dockerfile here, and so there are no stages to compare")
	case len(targets) < 2 && len(a.marks) == 1:
		return a.say(theme.Dim, a.whatIsMarked())
	case len(targets) < 2:
		return a.dissect()
	}
	return a.compareTargets(targets)
}

// moveMarks keeps the marks on the stages of the same names in another graph.
func (a *App) moveMarks(from, to *model.Graph) {
	if from == nil || len(a.marks) == 0 {
		return
	}
	var names []string
	for _, i := range a.marks {
		names = append(names, from.Label(model.NodeID(i)))
	}
	a.marks = nil
	for i, s := range to.Stages {
		if slices.Contains(names, s.Label()) && len(a.marks) < compare.Most {
			a.marks = append(a.marks, i)
		}
	}
}

// tellMarks hands the marks to those that show them.
func (a *App) tellMarks() {
	marks := map[int]bool{}
	for _, i := range a.marks {
		marks[i] = true
	}
	a.graphPane.SetMarks(marks)
	if a.picker != nil {
		a.picker.SetMarks(marks)
	}
}
