package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/theme"
)

// pressReading handles the keys that read the log, whatever has the focus. A
// search goes through the Dockerfile where that is what the user looks at, or all
// that there is.
func (a *App) pressReading(msg tea.KeyPressMsg) tea.Cmd {
	k := a.keys
	searches, moves := key.Matches(msg, k.Search), key.Matches(msg, k.NextMatch, k.PreviousMatch)
	switch {
	case searches && (a.showsSource() || !a.logs.HasOutput()):
		a.toSource()
		a.pressSource(msg)
	case moves && a.showsSource():
		a.pressSource(msg)
	case a.shownBuild() == nil:
		return a.say(theme.Dim, "there is no output yet: b builds")
	case key.Matches(msg, k.FirstError):
		a.toLog()
		a.toFailure()
		a.pressLog(msg)
	case key.Matches(msg, k.Save) && a.cfg.Saver == nil:
		return a.say(theme.Dim, "nothing can be saved here")
	case key.Matches(msg, k.Save) && !a.logs.HasOutput():
		return a.say(theme.Dim, "there is no output to save: a shows that of the stage, or of all")
	case searches, moves, key.Matches(msg, k.Only, k.Save):
		a.toLog()
		a.pressLog(msg)
	default: // how the log is shown: the focus stays
		if a.showsSource() && !a.layout().both {
			a.detail = detailLog
		}
		a.pressLog(msg)
	}
	return nil
}

// toLog puts the focus on the log.
func (a *App) toLog() {
	if a.detail != detailAuto || a.showsSource() {
		a.detail = detailLog
	}
	a.focus = placeDetail
}

// toSource puts the focus on the Dockerfile.
func (a *App) toSource() {
	if a.layout().both {
		a.focus = placeSource
		return
	}
	a.focus, a.detail = placeDetail, detailSource
}

// toFailure selects the step that failed, where only a step's output is shown.
func (a *App) toFailure() {
	if b := a.shownBuild(); b.End != nil && b.End.Failure != nil && b.End.Failure.Step != nil && a.logs.OneStep() {
		a.selectStep(*b.End.Failure.Step)
		a.moved()
		a.sync()
	}
}

// logTyping says that letters go into a line of the log pane.
func (a *App) logTyping() bool { return a.showsLog() && a.logs.Typing() }

// sourceTyping says that letters go into a line of the Dockerfile pane.
func (a *App) sourceTyping() bool { return a.tab == tabBuild && a.showsSource() && a.source.Typing() }

// readOn looks through the rest of a long log, piece by piece, so that keys are
// answered in between; and says what the log pane has to say.
func (a *App) readOn() tea.Cmd {
	var cmd tea.Cmd
	if said := a.logs.Said(); said != "" {
		cmd = a.say(theme.Dim, said)
	}
	if r, ok := a.logs.Wanted(); ok {
		cmd = a.save(r)
	}
	if !a.logs.Busy() || a.reading {
		return cmd
	}
	a.reading = true
	return tea.Batch(cmd, func() tea.Msg { return readMsg{} })
}
