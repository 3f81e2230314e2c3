package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// toast is a sentence above the bottom line that goes by itself. The page of the
// engine keeps it.
type toast struct {
	gen   int
	text  string
	role  theme.Role
	since time.Time
	queue []sentence // what else there is to say
}

// sentence is something said to the user.
type sentence struct {
	role theme.Role
	text string
	at   time.Time // by the user's clock
}

// saidMost bounds how many sentences are kept.
const saidMost = 200

// remember keeps a sentence for who wants to read it again.
func (a *App) remember(role theme.Role, text string) {
	if n := len(a.said); n >= saidMost {
		a.said = append(a.said[:0], a.said[n-saidMost+1:]...)
	}
	a.said = append(a.said, sentence{role, text, a.clock.Now()})
}

// say shows a sentence now: the answer to a key.
func (a *App) say(role theme.Role, text string) tea.Cmd {
	if role != theme.Dim { // an answer to a key is of that moment
		a.remember(role, text)
	}
	return a.show(role, text)
}

func (a *App) show(role theme.Role, text string) tea.Cmd {
	a.toast.gen++
	if r := []rune(text); len(r) > longest {
		text = string(r[:longest]) + a.theme.Glyphs.Ellipsis
	}
	a.toast.text, a.toast.role, a.toast.since = text, role, a.clock.Now()
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

// tell shows a sentence that nobody asked for: it waits for its turn. A plain one
// is news only for as long as nothing else is said.
func (a *App) tell(role theme.Role, text string) tea.Cmd {
	a.remember(role, text)
	busy := a.toast.text != "" && !a.overdue()
	switch {
	case busy && role == theme.Dim && a.toast.role != theme.Dim:
		return nil
	case busy && role != theme.Dim:
		a.toast.queue = append(a.toast.queue, sentence{role: role, text: text})
		return nil
	}
	return a.show(role, text)
}

// hush takes away a plain sentence that what has happened since made old.
func (a *App) hush() {
	if a.toast.role == theme.Dim {
		a.toast.gen++
		a.toast.text = ""
	}
}

// faded takes the sentence away and shows the next one.
func (a *App) faded(msg fadedMsg) tea.Cmd {
	if msg.gen != a.toast.gen {
		return nil
	}
	if len(a.toast.queue) == 0 && a.awaits() {
		return nil
	}
	a.toast.text = ""
	return a.nextToast()
}

// awaits says whether the sentence tells what there is no engine for yet. It stays until
// there is one: nothing else on the screen says why nothing happens.
func (a *App) awaits() bool {
	return a.run != nil && a.shownBuild() == nil && a.toast.text != "" && a.toast.text == a.heard.notice
}

// overdue says whether the sentence stands longer than reading it takes.
func (a *App) overdue() bool {
	return a.clock.Now().Sub(a.toast.since) > readingTime(a.toast.text)
}

func (a *App) nextToast() tea.Cmd {
	if len(a.toast.queue) == 0 {
		return nil
	}
	next := a.toast.queue[0]
	a.toast.queue = a.toast.queue[1:]
	return a.show(next.role, next.text)
}

// longest bounds a sentence over the screen, in characters: a name in it may be of
// kilobytes. The page of the engine has all of it.
const longest = 600

// glanceTime is how long a sentence stands at least: who goes on typing after
// that has seen it.
const glanceTime = 1500 * time.Millisecond

// readingTime is how long reading takes.
func readingTime(text string) time.Duration {
	return 2*time.Second + time.Duration(len(text))*50*time.Millisecond
}

// Bounds of a toast.
const (
	toastWidth = 76
	toastLines = 6
	toastFrame = 3 // the bar and blanks
)

// toastPlace is what a sentence is laid over the end of. On the frame of the pane
// at the bottom right it hides nothing, if it fits there on one line; a longer one
// stays inside of all frames' corners.
func (a *App) toastPlace(l layout) rect {
	r, below := l.body, 1
	if p := l.panes[placeDetail]; a.tab == tabBuild && widget.Width(a.toast.text)+toastFrame+2 <= p.w {
		r, below = p, 0
	}
	if r.h > 4 && r.w > 4 {
		r = rect{r.x + 1, r.y + 1, r.w - 2, r.h - 1 - below}
	}
	return r
}

// drawToast lays the sentence over the end of the body, so that the keys below
// stay readable. What is being typed there goes first.
func (a *App) drawToast(base []string, l layout) []string {
	th := a.theme
	body := a.toastPlace(l)
	room := min(toastWidth, body.w) - toastFrame
	if a.toast.text == "" || a.typing() || room < 4 || body.h < 1 {
		return base
	}
	lines := widget.WrapWords(a.toast.text, room)
	if most := max(1, min(toastLines, body.h/2)); len(lines) > most {
		lines = lines[:most]
		lines[most-1] = widget.Truncate(lines[most-1]+" "+th.Glyphs.Ellipsis, room, th.Glyphs.Ellipsis)
	}
	width := 0
	for _, l := range lines {
		width = max(width, widget.Width(l))
	}
	box := make([]string, len(lines))
	for i, l := range lines {
		box[i] = th.Over(theme.SelectedBlur, th.Render(a.toast.role, th.Glyphs.Bar)+" "+th.Render(textRole(a.toast.role), widget.Fit(l, width, ""))+" ")
	}
	return widget.Overlay(base, box, body.x+body.w-width-toastFrame, body.y+body.h-len(lines), a.width)
}

// textRole is how the words of a sentence look: those of a plain one are not
// quiet, for they are new.
func textRole(r theme.Role) theme.Role {
	if r == theme.Dim {
		return theme.Text
	}
	return r
}
