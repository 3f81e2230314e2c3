package tui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/pane/changes"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

type (
	// changedMsg brings what a failed step did to the files.
	changedMsg struct {
		gen     int
		changes []build.Change
		more    bool
		err     error
	}
	// changedTextMsg brings the text of one of them.
	changedTextMsg struct {
		gen    int
		change int
		text   string
		err    error
	}
)

// openChanges shows what the failed step did to the files.
func (a *App) openChanges() tea.Cmd {
	if !a.canEnter() {
		return a.say(theme.Dim, "no failed step is kept whose files could be shown: b builds")
	}
	at, _ := a.cfg.Debugger.Held()
	if at.Reason != build.StopFailed {
		return a.say(theme.Dim, "nothing has failed here: a shell (s) shows the files")
	}
	a.changesPage = changes.New(fmt.Sprintf("line %d: %s", at.Line, at.Text))
	a.asks++
	gen := a.asks
	return a.work(func(ctx context.Context) tea.Msg {
		list, more, err := a.cfg.Debugger.Changes(ctx)
		return changedMsg{gen, list, more, err}
	})
}

// work runs something that takes time, for as long as the App lives.
func (a *App) work(do func(context.Context) tea.Msg) tea.Cmd {
	a.working.Add(1)
	life := a.life
	return func() tea.Msg {
		defer a.working.Done()
		return do(life)
	}
}

func (a *App) changed(msg changedMsg) {
	if a.changesPage != nil && msg.gen == a.asks {
		a.changesPage.SetChanges(msg.changes, msg.more, msg.err)
	}
}

func (a *App) changedText(msg changedTextMsg) {
	if a.changesPage != nil && msg.gen == a.asks {
		a.changesPage.SetText(msg.change, msg.text, msg.err)
	}
}

func (a *App) pressChanges(msg tea.KeyPressMsg) tea.Cmd {
	switch a.changesPage.Press(a.keys, msg) {
	case changes.Close:
		a.changesPage = nil
	case changes.Read:
		gen, want := a.asks, a.changesPage.Wanted()
		return a.work(func(ctx context.Context) tea.Msg {
			text, err := a.cfg.Debugger.ChangedText(ctx, want)
			return changedTextMsg{gen, want, text, err}
		})
	case changes.Stay:
	}
	return nil
}

// changesWidth bounds the page: sizes far from their names are hard to follow.
const changesWidth = 110

// drawChanges lays the page over the screen.
func (a *App) drawChanges(base []string) []string {
	look := pane.Look{Theme: a.theme, Now: a.now(), Focus: true}
	w := min(a.width, changesWidth)
	lines := a.changesPage.View(look, a.keys, w, a.height)
	x, y := widget.Center(w, len(lines), a.width, a.height)
	return widget.Overlay(base, lines, x, y, a.width)
}
