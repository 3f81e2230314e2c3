package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
)

// retry builds again what has failed, with the Dockerfile as it is on disk now.
// Otherwise it reads the Dockerfile again.
func (a *App) retry() tea.Cmd {
	if b := a.comparing.build; a.canRetry() && a.build == b {
		return a.compareTargets(b.Begin.Targets)
	}
	if a.canRetry() {
		return a.startBuild()
	}
	return a.reload()
}

// canRetry says that the last build has failed, and can be built again from here.
func (a *App) canRetry() bool {
	return a.past == nil && a.run == nil && a.build != nil && a.build.End != nil && a.build.End.Outcome == build.OutcomeFailed
}

// reload reads the Dockerfile again.
func (a *App) reload() tea.Cmd {
	if a.past != nil && a.cfg.Builder != nil {
		back := a.comeBack()
		return tea.Batch(back, a.reload())
	}
	if a.cfg.Builder == nil || a.graph == nil {
		return a.say(theme.Dim, "there is no Dockerfile to read again")
	}
	if a.run != nil {
		return a.say(theme.Dim, "a build is running: it uses the Dockerfile as it was")
	}
	a.reloads++
	gen, ctx, builder := a.reloads, a.life, a.cfg.Builder
	return func() tea.Msg {
		g, err := builder.Reload(ctx)
		return reloadedMsg{gen, g, err}
	}
}

func (a *App) reloaded(msg reloadedMsg) tea.Cmd {
	switch {
	case msg.gen != a.reloads || a.run != nil:
		return nil
	case msg.err != nil:
		return a.say(theme.Error, msg.err.Error())
	case msg.graph == nil:
		return a.say(theme.Dim, "this Dockerfile can not be read again")
	}
	a.adopt(msg.graph)
	a.build = nil // its steps are another file's
	a.showProblems()
	return a.say(theme.Good, fmt.Sprintf("read %s again: %s", msg.graph.File, measure.Plural(len(msg.graph.Stages), "stage")))
}

// showProblems puts the first error of the Dockerfile before the user's eyes.
func (a *App) showProblems() {
	for _, p := range a.graph.Problems {
		if p.Level == model.LevelError && p.Line > 0 {
			a.detail = detailSource
			a.problemLine = p.Line
			return
		}
	}
}
