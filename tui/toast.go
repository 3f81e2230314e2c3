package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/theme"
)

// toast is a sentence at the bottom of the screen that goes by itself.
type toast struct {
	gen  int
	text string
	role theme.Role
}

// say shows a sentence: as long as reading it takes.
func (a *App) say(role theme.Role, text string) tea.Cmd {
	a.toast = toast{gen: a.toast.gen + 1, text: text, role: role}
	d := 3*time.Second + time.Duration(len(text))*50*time.Millisecond
	gen, after, life := a.toast.gen, a.clock.After(d), a.life
	return func() tea.Msg {
		select {
		case <-after:
			return fadedMsg{gen}
		case <-life.Done():
			return nil
		}
	}
}
