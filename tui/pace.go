package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// rendererRate is how often a second Bubble Tea looks whether there is a new
// frame. Each look costs, also while nothing moves: at 120 two percent of a core.
const rendererRate = 30

// The least time between two frames. What the user does is answered at once;
// what merely streams by is read ten times a second as well as thirty, and costs
// a third.
const (
	frameTime  = time.Second / 30
	streamTime = time.Second / 10
	keyTime    = frameTime / 4 // the renderer adds up to frameTime, and together they shall stay under 50 ms
)

// paced is an App that draws no more often than frameTime, and in a flood of
// events no more often than streamTime. What comes after a pause, such as a key,
// is drawn at once; the frames in between are left out.
type paced struct {
	app  *App
	last time.Time // of the last frame
	view tea.View
	next time.Time // when the stale frame is to be drawn; zero when none waits

	size func() (w, h int, err error) // of the terminal; nil when it is not known
}

// dueMsg says that a frame that had to wait may be drawn.
type dueMsg struct{}

// Init is tea.Model's. It asks for the size once more: the first frame is on the
// screen before Bubble Tea listens, and a terminal may be resized in between.
// (Bubble Tea's own question, tea.RequestWindowSize, races with its listener for
// resizes in version 2.0.9: both write down the size.)
func (p *paced) Init() tea.Cmd {
	if p.size == nil {
		return p.app.Init()
	}
	return tea.Batch(p.app.Init(), func() tea.Msg {
		w, h, err := p.size()
		if err != nil {
			return nil
		}
		return tea.WindowSizeMsg{Width: w, Height: h}
	})
}

// Update is tea.Model's.
func (p *paced) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(dueMsg); ok {
		return p, nil
	}
	_, cmd := p.app.Update(msg)
	if !p.app.isStale {
		return p, cmd
	}
	if at := p.last.Add(leastTime(msg)); p.next.IsZero() || at.Before(p.next) {
		p.next = at
		if wait := time.Until(at); wait > 0 {
			cmd = tea.Batch(cmd, tea.Tick(wait, func(time.Time) tea.Msg { return dueMsg{} }))
		}
	}
	return p, cmd
}

// leastTime is how long after the last frame the next one may come that shows
// what a message changed.
func leastTime(msg tea.Msg) time.Duration {
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		return keyTime
	case tickedMsg:
		return streamTime
	case eventsMsg:
		if m.more {
			return streamTime
		}
	}
	return frameTime
}

// View is tea.Model's.
func (p *paced) View() tea.View {
	if p.app.isStale && (p.last.IsZero() || !p.next.IsZero() && !time.Now().Before(p.next)) {
		p.view, p.last, p.next = p.app.View(), time.Now(), time.Time{}
	}
	return p.view
}
