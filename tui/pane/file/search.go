package file

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/widget"
)

// pressInput handles a key while a search is being typed.
func (p *Page) pressInput(k keys.Map, msg tea.KeyPressMsg) {
	switch {
	case key.Matches(msg, k.Enter):
		p.input = nil
	case key.Matches(msg, k.Back):
		p.input, p.query, p.found = nil, widget.Query{}, -1
		p.window().ShowTop(p.lines(nil), p.from)
	case p.input.Press(msg):
		p.typed()
	}
}

// typed looks for what has been typed so far, from where the typing began.
func (p *Page) typed() {
	p.query, p.found = widget.NewQuery(p.input.String()), -1
	if p.query.Empty() || !p.find(p.from, 1) {
		p.window().ShowTop(p.lines(nil), p.from)
	}
}

// seek goes to the next match in a direction, around the ends.
func (p *Page) seek(delta int) {
	if p.query.Empty() {
		p.note = "nothing is searched for: / searches"
		return
	}
	from := p.found + delta
	if p.found < 0 {
		from = p.window().Top()
	}
	if !p.find(from, delta) {
		p.note = "no match"
	}
}

// find goes to the first line with a match from a line on, around the ends.
func (p *Page) find(from, delta int) bool {
	src := p.lines(nil)
	n := src.Len()
	for i := range n {
		at := ((from+delta*i)%n + n) % n
		if p.query.Match(src.plain(at)) {
			p.found = at
			p.window().Show(src, at)
			if spans := p.query.Spans(src.plain(at)); len(spans) > 0 {
				line := src.plain(at)
				p.window().ShowColumns(src, widget.Width(line[:spans[0][0]]), widget.Width(line[:spans[0][1]]))
			}
			return true
		}
	}
	return false
}
