package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/theme"
)

// toast is a sentence at the bottom of the screen that goes by itself.
type toast struct {
	gen   int
	text  string
	role  theme.Role
	queue []sentence // what else there is to say
}

type sentence struct {
	role theme.Role
	text string
}

// say shows a sentence now: the answer to a key.
func (a *App) say(role theme.Role, text string) tea.Cmd {
	a.toast.gen++
	a.toast.text, a.toast.role = text, role
	gen, after, life := a.toast.gen, a.clock.After(readingTime(text)), a.life
	return func() tea.Msg {
		select {
		case <-after:
			return fadedMsg{gen}
		case <-life.Done():
			return nil
		}
	}
}

// tell shows a sentence that nobody asked for: it waits for its turn.
func (a *App) tell(role theme.Role, text string) tea.Cmd {
	if a.toast.text != "" {
		a.toast.queue = append(a.toast.queue, sentence{role, text})
		return nil
	}
	return a.say(role, text)
}

// faded takes the sentence away and shows the next one.
func (a *App) faded(msg fadedMsg) tea.Cmd {
	if msg.gen != a.toast.gen {
		return nil
	}
	a.toast.text = ""
	if len(a.toast.queue) == 0 {
		return nil
	}
	next := a.toast.queue[0]
	a.toast.queue = a.toast.queue[1:]
	return a.say(next.role, next.text)
}

// readingTime is how long reading takes.
func readingTime(text string) time.Duration {
	return 2*time.Second + time.Duration(len(text))*50*time.Millisecond
}
