package logs

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/widget"
)

// HasOutput says that there is something to scroll and search.
func (p *Pane) HasOutput() bool {
	p.refresh()
	return p.rows.Len() > 0 || !p.filter.query.Empty()
}

// Said is a sentence about what the last key did, once; "" when there is nothing
// to say.
func (p *Pane) Said() string {
	said := p.said
	p.said = ""
	return said
}

// Press handles a key; false says that it means nothing here.
func (p *Pane) Press(look pane.Look, m keys.Map, msg tea.KeyPressMsg) bool {
	c := p.content(look)
	if p.Typing() {
		p.typed(look, m, msg)
		return true
	}
	p.filter.stay = none // the user moves on
	w := &p.Window
	_, h := w.Size()
	by, moves := m.By(msg, h, 0)
	switch {
	case key.Matches(msg, m.Home):
		w.Home()
	case key.Matches(msg, m.End):
		w.End()
	case moves:
		w.Scroll(c, by)
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
		p.open(look, promptSearch)
	case key.Matches(msg, m.Only):
		p.open(look, promptFilter)
	case key.Matches(msg, m.Save):
		p.Save(look)
	case key.Matches(msg, m.FirstError):
		p.wantError()
	case key.Matches(msg, m.NextMatch):
		p.jump(c, 1)
	case key.Matches(msg, m.PreviousMatch):
		p.jump(c, -1)
	case key.Matches(msg, m.Back) && p.marked.on:
		p.marked = marks{}
	case key.Matches(msg, m.Back) && !p.search.query.Empty():
		p.setSearch(widget.Query{})
	case key.Matches(msg, m.Back) && !p.filter.query.Empty():
		p.setFilter(widget.Query{})
	default:
		return false
	}
	return true
}

// jump goes to the next match, or the one before.
func (p *Pane) jump(c *content, delta int) {
	from := p.search.at
	if from == none {
		from = p.top(c)
	}
	if to, ok := p.search.step(from, delta); ok {
		p.show(c, to)
	}
}

// show shows the line of a key, and of a long one the place that matches.
func (p *Pane) show(c *content, key int) {
	i := c.Find(key)
	p.Window.Show(c, i)
	line := sanitize.Plain(c.at(i).Line.Text)
	if spans := p.search.query.Spans(line); len(spans) > 0 {
		p.Window.ShowColumns(c, widget.Width(line[:spans[0][0]]), widget.Width(line[:spans[0][1]]))
	}
}

// top is the key of the window's first line.
func (p *Pane) top(c *content) int {
	from, _ := p.Window.Visible(c)
	return c.at(from).Key
}

// Wheel scrolls by delta rows.
func (p *Pane) Wheel(look pane.Look, delta int) { p.Window.Scroll(p.content(look), delta) }
