package tui

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// What tests and the program around the App may ask.

// Build is what the last build's events add up to so far; nil before the first.
func (a *App) Build() *build.Build { return a.build }

// Building says whether a build is running.
func (a *App) Building() bool { return a.run != nil }

// Builds is how many builds have been started.
func (a *App) Builds() int { return a.runs }

// Heard is how many events of the last build have been heard.
func (a *App) Heard() int { return a.heard.seen }

// Target is the stage that b would build; -1 when there is none.
func (a *App) Target() int { return a.target }

// Graph is the graph that is shown; nil when there is none.
func (a *App) Graph() *model.Graph { return a.graph }

// Selected is the node that is selected.
func (a *App) Selected() model.NodeID { return a.graphPane.Selected() }

// SelectedStep is the step that is selected.
func (a *App) SelectedStep() (build.StepRef, bool) { return a.steps.Step() }

// SourceLine is the line of the Dockerfile that its cursor is on, 1-based.
func (a *App) SourceLine() int { return a.source.Line() }

// Focus names the pane that has the focus.
func (a *App) Focus() string {
	switch {
	case a.tab == tabTimeline:
		return "timeline"
	case a.tab == tabImage:
		return "image"
	case a.tab == tabLeaks:
		return "leaks"
	case a.tab == tabCompare:
		return "compare"
	case a.focus == placeGraph:
		return "graph"
	case a.focus == placeSteps:
		return "steps"
	case a.showsSource():
		return "Dockerfile"
	}
	return "log"
}

// CompareTab is the tab of the comparison that is shown.
func (a *App) CompareTab() string { return a.screens.compare.Tab() }
