package file

import (
	"encoding/hex"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/widget"
)

// pressInput handles a key while a search is being typed.
func (p *Page) pressInput(k keys.Map, msg tea.KeyPressMsg) {
	switch {
	case key.Matches(msg, k.Enter):
		p.input = nil
		if p.found < 0 && !p.query.Empty() {
			p.find(p.from, 1, everything)
		}
	case key.Matches(msg, k.Back):
		p.input, p.query, p.found = nil, widget.Query{}, -1
		p.window().ShowTop(p.lines(nil), p.from)
	case p.input.Press(msg):
		p.typed()
	}
}

// How much is looked through, in bytes: while a search is typed no more than what a
// letter may cost.
const (
	everything = 1 << 40
	nearby     = 256 << 10
)

// typed looks for what has been typed so far, from where the typing began.
func (p *Page) typed() {
	p.query, p.found = widget.NewQuery(p.input.String()), -1
	if p.query.Empty() || !p.find(p.from, 1, nearby) {
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
	if !p.find(from, delta, everything) {
		p.note = "no match"
	}
}

// find goes to the first line with a match from a line on, around the ends, unless
// it is farther than limit.
func (p *Page) find(from, delta, limit int) bool {
	if p.at == viewHex {
		return p.findBytes(from, delta, limit)
	}
	src := p.lines(nil)
	n := src.Len()
	for i := 0; i < n && limit > 0; i++ {
		at := ((from+delta*i)%n + n) % n
		line := src.plain(at)
		limit -= len(line) + 1
		if !p.query.Match(line) {
			continue
		}
		p.found = at
		p.window().Show(src, at)
		if spans := p.query.Spans(line); len(spans) > 0 {
			p.window().ShowColumns(src, widget.Width(line[:spans[0][0]]), widget.Width(line[:spans[0][1]]))
		}
		return true
	}
	return false
}

// piece is how many bytes are looked through at once, a multiple of a row.
const piece = 64 << 10

// findBytes goes to the first row in which a match begins. What is typed as bytes in
// hex, two or more of them, is meant as those.
func (p *Page) findBytes(from, delta, limit int) bool {
	rows := p.it.HexRows()
	if rows == 0 {
		return false
	}
	query := p.query
	if raw, err := hex.DecodeString(strings.ReplaceAll(query.String(), " ", "")); err == nil && len(raw) > 1 && strings.Contains(query.String(), " ") {
		query = widget.Exactly(string(raw))
	}
	from = (from%rows + rows) % rows
	const perPiece = piece / preview.HexWidth
	pieces := (rows + perPiece - 1) / perPiece
	// The piece of the first row is looked at twice: from the row on, and in the end
	// up to it.
	for i := 0; i <= pieces && limit > 0; i++ {
		at := ((from/perPiece+delta*i)%pieces + pieces) % pieces
		limit -= piece
		best := -1
		for _, row := range p.rowsWith(query, at*piece) {
			if i == 0 && (row-from)*delta < 0 {
				continue
			}
			if best = row; delta > 0 {
				break
			}
		}
		if best >= 0 {
			p.found = best
			p.window().Show(p.lines(nil), best)
			return true
		}
	}
	return false
}

// rowsWith are the rows of a piece in which a match begins. A match may reach a row
// into what follows.
func (p *Page) rowsWith(q widget.Query, offset int) []int {
	b := p.it.Bytes[offset:min(len(p.it.Bytes), offset+piece+4*preview.HexWidth)]
	var out []int
	for _, s := range q.Spans(string(b)) {
		row := (offset + s[0]) / preview.HexWidth
		if s[0] < piece && (len(out) == 0 || out[len(out)-1] != row) {
			out = append(out, row)
		}
	}
	return out
}
