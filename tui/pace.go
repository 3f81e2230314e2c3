package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// rendererRate is how often Bubble Tea looks whether there is a new frame. It is
// the highest it allows: the first frame, and the answer to a key, wait for it.
const rendererRate = 120

// frameTime is the least time between two frames: thirty of them a second.
const frameTime = time.Second / 30

// paced is an App that draws no more often than frameTime. What comes after a
// pause, such as a key, is drawn at once; in a flood of messages the frames in
// between are left out.
type paced struct {
	app  *App
	last time.Time // of the last frame
	view tea.View
	due  bool // a message will come when the next frame may be drawn
}

// dueMsg says that a frame that had to wait may be drawn.
type dueMsg struct{}

// Init is tea.Model's.
func (p *paced) Init() tea.Cmd { return p.app.Init() }

// Update is tea.Model's.
func (p *paced) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(dueMsg); ok {
		p.due = false
		return p, nil
	}
	_, cmd := p.app.Update(msg)
	if wait := frameTime - time.Since(p.last); p.app.isStale && wait > 0 && !p.due {
		p.due = true
		cmd = tea.Batch(cmd, tea.Tick(wait, func(time.Time) tea.Msg { return dueMsg{} }))
	}
	return p, cmd
}

// View is tea.Model's.
func (p *paced) View() tea.View {
	if p.app.isStale && time.Since(p.last) >= frameTime {
		p.view, p.last = p.app.View(), time.Now()
	}
	return p.view
}
