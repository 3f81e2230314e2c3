package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/tui/pane/target"
	"github.com/stagedive/stagedive/tui/theme"
)

// pickTarget opens the list of targets of the explorer's own Dockerfile.
func (a *App) pickTarget() tea.Cmd {
	if a.past != nil {
		if a.cfg.Builder == nil || a.run != nil && a.past.record.Running() {
			return a.say(theme.Dim, "this is a build of the history: its target is what it was")
		}
		back := a.comeBack()
		return tea.Batch(back, a.pickTarget())
	}
	if a.graph == nil || len(a.graph.Stages) == 0 {
		return a.say(theme.Dim, "there is no stage to pick")
	}
	a.openPicker()
	return nil
}

// openPicker opens the list of targets. While it is open the selection goes with
// its cursor, so that all panes show what is meant.
func (a *App) openPicker() {
	a.tab, a.before = tabBuild, a.graphPane.Selected()
	a.picker = target.New(a.graph, a.target)
	a.tellMarks()
	a.preview()
}

func (a *App) preview() {
	if stage, ok := a.picker.Stage(); ok {
		a.graphPane.Select(model.NodeID(stage))
	}
}

// closePicker leaves all as it was.
func (a *App) closePicker() {
	a.picker = nil
	a.graphPane.Select(a.before)
}

// answer does what the picker's answer asks for.
func (a *App) answer(ans target.Answer) tea.Cmd {
	switch ans {
	case target.Open:
		a.preview()
	case target.Marked:
		stage, _ := a.picker.Stage()
		return a.toggleMark(model.NodeID(stage))
	case target.Closed:
		a.closePicker()
	case target.Chosen, target.ChosenBuild:
		stage, _ := a.picker.Stage()
		a.picker = nil
		if stage != a.target && a.run == nil {
			a.build = nil // the states shown were another target's
		}
		a.setTarget(stage)
		a.graphPane.Select(model.NodeID(stage))
		a.moved()
		var watch tea.Cmd
		if a.watch.on() {
			watch = a.startWatching() // other files reach another target
		}
		if ans == target.ChosenBuild {
			return tea.Batch(watch, a.startBuild())
		}
		return watch
	}
	return nil
}
