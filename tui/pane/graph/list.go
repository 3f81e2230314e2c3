package graph

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
)

// drawList prints one row a stage, indented by what it is made FROM, with its
// edges as words: what is left when there is no room to draw.
func (p *Pane) drawList(b *strings.Builder, w, h int) {
	rows := p.scrollList(h)
	into := make([][]model.Edge, len(p.graph.Stages))
	for _, e := range p.graph.Edges {
		into[e.To] = append(into[e.To], e)
	}
	deepest := max(0, min(6, w/8))
	for y := range h {
		if y > 0 {
			b.WriteByte('\n')
		}
		if y+p.oy < len(rows) {
			i := rows[y+p.oy]
			b.WriteString(p.row(i, into[i], min(p.depth[i], deepest), w))
		} else {
			b.WriteString(strings.Repeat(" ", w))
		}
	}
}

// listed are the stages that the list shows.
func (p *Pane) listed() []int {
	if p.fit.kept {
		return p.keep.Runs()
	}
	all := make([]int, len(p.graph.Stages))
	for i := range all {
		all[i] = i
	}
	return all
}

// scrollList settles which row is the first, and returns all.
func (p *Pane) scrollList(h int) []int {
	rows := p.listed()
	if at := slices.Index(rows, int(p.selected)); at >= 0 && p.hover {
		p.oy = follow(p.oy, h, at, 1, 1)
	}
	p.oy = max(0, min(p.oy, len(rows)-h))
	return rows
}

func (p *Pane) row(i int, into []model.Edge, depth, w int) string {
	l := p.look(i)
	dots := p.theme.Glyphs.Ellipsis
	right := l.count
	switch {
	case l.state == roleFaint:
		right = ""
	case l.time != "" && l.word != "target":
		right = strings.TrimSpace(right + " " + l.time)
	}
	room := w - 3 - 2*depth
	if rw := ansi.StringWidth(right); rw+12 <= room {
		room -= rw + 1
	} else {
		right = ""
	}
	name := end(l.name, max(room-1, 0), dots)
	rest := room - ansi.StringWidth(name) - 2
	var uses []string
	seen := map[string]bool{}
	for _, e := range into {
		word := p.sample(e.Kind) + " " + p.graph.Label(e.From)
		if !seen[word] {
			uses = append(uses, word)
		}
		seen[word] = true
	}
	note, used := "", 0
	if rest > 4 && len(uses) > 0 {
		note = "  " + end(strings.Join(uses, "  "), rest, dots)
		used = ansi.StringWidth(note)
	}
	gap := max(0, w-3-2*depth-ansi.StringWidth(name)-used-ansi.StringWidth(right))
	selected := model.NodeID(i) == p.selected
	mark := " "
	if selected {
		mark = p.theme.Glyphs.Cursor
	}
	line := mark + strings.Repeat(" ", 2*depth) +
		p.style(l.state).Render(l.glyph) + " " +
		p.style(l.text).Render(name) +
		p.style(roleDim).Render(note) +
		strings.Repeat(" ", gap) +
		p.style(roleDim).Render(right)
	line = ansi.Truncate(line, w, "")
	if selected && p.focus {
		return p.style(roleSelected).Over(line)
	}
	return line
}
