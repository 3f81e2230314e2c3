package tui

import (
	"fmt"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/theme"
)

// toggleBreakpoint sets a breakpoint on the selected step, or takes it away.
func (a *App) toggleBreakpoint() tea.Cmd {
	ref, ok := a.steps.Step()
	switch {
	case a.cfg.Debugger == nil || a.graph == nil || a.past != nil:
		return a.say(theme.Dim, "no build here can be stopped")
	case !ok:
		return a.say(theme.Dim, "select a step to stop before")
	}
	step := a.graph.Stages[ref.Stage].Steps[ref.Step]
	switch {
	case !build.CanBreak(step):
		return a.say(theme.Dim, fmt.Sprintf("a build stops before RUN, COPY, ADD and WORKDIR; %s does nothing of its own", step.Command))
	case a.breakpoints[ref]:
		delete(a.breakpoints, ref)
	default:
		a.breakpoints[ref] = true
	}
	a.tellBreakpoints()
	what := fmt.Sprintf("builds stop before line %d: %s takes it away", step.Line, a.keys.Break.Help().Key)
	if !a.breakpoints[ref] {
		what = fmt.Sprintf("builds no longer stop before line %d", step.Line)
	}
	if a.run != nil {
		what += " (from the next build on)"
	}
	return a.say(theme.Dim, what)
}

// tellBreakpoints hands them to those who stop builds and those who draw.
func (a *App) tellBreakpoints() {
	a.graphPane.SetBreakpoints(a.breakpoints)
	if a.cfg.Debugger != nil {
		byLine := func(x, y build.StepRef) int {
			return 1000*(x.Stage-y.Stage) + x.Step - y.Step
		}
		a.cfg.Debugger.SetBreakpoints(slices.SortedFunc(maps.Keys(a.breakpoints), byLine))
	}
}

// moveBreakpoints keeps the breakpoints on their steps when the Dockerfile has
// been read again.
func (a *App) moveBreakpoints(old, now *model.Graph) {
	kept := map[build.StepRef]bool{}
	for ref := range a.breakpoints {
		if at, ok := ref.In(old, now); ok {
			kept[at] = true
		}
	}
	a.breakpoints = kept
	a.tellBreakpoints()
}

// goOn lets a build go on that stands before a step; false when none does.
func (a *App) goOn() bool {
	if a.run == nil || a.build == nil || a.build.Stop == nil || a.cfg.Debugger == nil {
		return false
	}
	a.cfg.Debugger.Continue()
	return true
}

// stop is where the build stands; nil for nowhere.
func (a *App) stop() *build.Stop {
	if a.build == nil {
		return nil
	}
	return a.build.Stop
}

// stands shows where a build has stopped, or that it goes on.
func (a *App) stands(s build.Stop) tea.Cmd {
	if s.Over {
		if a.toast.text == a.standing {
			a.toast.text = ""
		}
		a.follow = true
		return nil
	}
	if s.Step != nil && !a.justMoved() {
		a.selectStep(*s.Step)
	}
	a.follow = false
	k := a.keys
	a.standing = fmt.Sprintf("stopped before line %d: %s opens a shell, %s goes on, %s cancels",
		s.Line, k.Shell.Help().Key, k.Build.Help().Key, k.Cancel.Help().Key)
	return a.say(theme.Warning, a.standing)
}
