package source

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// search is what is looked for in the Dockerfile. The cursor stands on the match.
type search struct {
	input  widget.Input
	typing bool
	query  widget.Query
	from   int // line of the cursor when it was opened
}

// Typing says that the search line has the keys.
func (p *Pane) Typing() bool { return p.search.typing }

// Paste adds text to what is being typed.
func (p *Pane) Paste(text string) {
	p.search.input.Insert(text)
	p.look()
}

// Press handles a key of the search; false says that it is none.
func (p *Pane) Press(m keys.Map, msg tea.KeyPressMsg) bool {
	s := &p.search
	switch {
	case p.graph == nil:
		return false
	case s.typing:
		p.typed(m, msg)
	case key.Matches(msg, m.Search):
		*s = search{typing: true, from: max(1, p.line)}
	case s.query.Empty():
		return false
	case key.Matches(msg, m.NextMatch):
		p.jump(p.line, 1)
	case key.Matches(msg, m.PreviousMatch):
		p.jump(p.line, -1)
	case key.Matches(msg, m.Back):
		p.search = search{}
	default:
		return false
	}
	p.resize()
	return true
}

func (p *Pane) typed(m keys.Map, msg tea.KeyPressMsg) {
	s := &p.search
	switch {
	case key.Matches(msg, m.Enter):
		s.typing = false
	case key.Matches(msg, m.Back):
		p.SetLine(s.from)
		p.search = search{}
	case s.input.Press(msg):
		p.look()
	}
}

// look goes to the first match from where the search was opened.
func (p *Pane) look() {
	p.search.query = widget.NewQuery(p.search.input.String())
	if p.search.query.Empty() {
		p.SetLine(p.search.from)
		return
	}
	p.jump(p.search.from-1, 1)
}

// jump goes from a line to the next one with a match, or the one before, around
// the ends.
func (p *Pane) jump(line, delta int) {
	n := len(p.graph.Lines)
	for range n {
		line = (line-1+delta+n)%n + 1
		if p.search.query.Match(p.graph.Lines[line-1]) {
			p.SetLine(line)
			return
		}
	}
}

// marked is a line's text with its matches marked.
func (p painter) marked(text string, line int) string {
	plain := p.graph.Lines[line-1]
	spans := p.search.query.Spans(plain)
	if len(spans) == 0 {
		return text
	}
	role := theme.Match
	if line == p.line {
		role = theme.MatchCurrent
	}
	return widget.Mark(text, spans, func(s string) string { return p.look.Theme.Render(role, s) })
}

// foot is the line at the bottom of the pane; none when nothing is looked for.
func (p *Pane) foot(th *theme.Theme, width int) []string {
	s := &p.search
	if !s.typing && s.query.Empty() {
		return nil
	}
	right := ""
	if !s.query.Empty() {
		right = p.count()
	}
	if how := s.query.How(); how != "" {
		right = how + "  " + right
	}
	left := " " + th.Render(theme.Key, "/")
	if s.typing {
		left += s.input.View(th, max(2, width-widget.Width(right)-4))
	} else {
		left += s.query.String()
	}
	return []string{widget.Sides(left, th.Render(theme.Dim, right)+" ", width, th.Glyphs.Ellipsis)}
}

// count says how many lines match, and which of them the cursor is on.
func (p *Pane) count() string {
	at, n := 0, 0
	for i, l := range p.graph.Lines {
		if !p.search.query.Match(l) {
			continue
		}
		if n++; i+1 == p.line {
			at = n
		}
	}
	switch {
	case at > 0:
		return fmt.Sprintf("%d/%d", at, n)
	case n == 1:
		return "1 match"
	}
	return fmt.Sprintf("%d matches", n)
}
