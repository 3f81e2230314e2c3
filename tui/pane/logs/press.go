package logs

import (
	"math"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane"
)

// Typing says that the search line has the keys.
func (p *Pane) Typing() bool { return p.search.typing }

// HasOutput says that there is something to scroll and search.
func (p *Pane) HasOutput() bool {
	p.refresh()
	return p.rows.Len() > 0
}

// Paste adds text to the search line.
func (p *Pane) Paste(look pane.Look, text string) {
	p.search.input.Insert(text)
	p.look(look)
}

// Press handles a key; false says that it means nothing here.
func (p *Pane) Press(look pane.Look, m keys.Map, msg tea.KeyPressMsg) bool {
	c := p.content(look)
	if p.search.typing {
		p.typed(look, m, msg)
		return true
	}
	w := &p.Window
	_, h := w.Size()
	switch {
	case key.Matches(msg, m.Up):
		w.Scroll(c, -1)
	case key.Matches(msg, m.Down):
		w.Scroll(c, 1)
	case key.Matches(msg, m.PageUp):
		w.Page(c, -1)
	case key.Matches(msg, m.PageDown):
		w.Page(c, 1)
	case key.Matches(msg, m.HalfUp):
		w.Scroll(c, -max(1, h/2))
	case key.Matches(msg, m.HalfDown):
		w.Scroll(c, max(1, h/2))
	case key.Matches(msg, m.Home):
		w.Home()
	case key.Matches(msg, m.End):
		w.End()
	case key.Matches(msg, m.Follow):
		w.Follow = !w.Follow
	case key.Matches(msg, m.Wrap):
		w.Wrap, w.Left = !w.Wrap, 0
	case key.Matches(msg, m.Scope):
		p.setScope(p.NextScope())
	case key.Matches(msg, m.Times):
		p.stamps = p.stamps.next(p.width)
	case key.Matches(msg, m.Right):
		w.Sideways(c, 8)
	case key.Matches(msg, m.Left) && w.Sideways(c, -8):
	case key.Matches(msg, m.Search):
		p.search.typing = true
		p.search.clear()
	case key.Matches(msg, m.NextMatch):
		p.jump(c, 1)
	case key.Matches(msg, m.PreviousMatch):
		p.jump(c, -1)
	case key.Matches(msg, m.Back) && !p.search.query.Empty():
		p.search.clear()
	default:
		return false
	}
	return true
}

func (p *Pane) typed(look pane.Look, m keys.Map, msg tea.KeyPressMsg) {
	switch {
	case key.Matches(msg, m.Enter):
		p.search.typing = false
	case key.Matches(msg, m.Back):
		p.search.typing = false
		p.search.clear()
	case p.search.input.Press(msg):
		p.look(look)
	}
}

// look searches for what is typed, from the top of the window on.
func (p *Pane) look(look pane.Look) {
	p.search.set(p.search.input.String())
	c := p.content(look)
	if to, ok := p.search.step(p.top(c)-1, 1); ok {
		p.Window.Show(c, c.Find(to))
	}
}

// jump goes to the next match, or the one before.
func (p *Pane) jump(c *content, delta int) {
	from := p.search.at
	if from == none {
		from = p.top(c)
	}
	if to, ok := p.search.step(from, delta); ok {
		p.Window.Show(c, c.Find(to))
	}
}

// top is the key of the window's first line.
func (p *Pane) top(c *content) int {
	if row, ok := c.rows.At(p.Window.Top()); ok {
		return row.Key
	}
	return math.MaxInt - 1
}

// Wheel scrolls by delta rows.
func (p *Pane) Wheel(look pane.Look, delta int) { p.Window.Scroll(p.content(look), delta) }
