package graph

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// paintBox draws a stage with a border.
func (p *Pane) paintBox(c *canvas.Canvas, b layout.Box) {
	l := p.look(int(b.Node))
	c.Frame(b.Rect, l.heavy && !p.ascii(), l.frame)
	b = p.paintBoxTag(c, b, l)
	if p.fit.zoom == Full && p.fit.shape != plainShape {
		p.paintTall(c, b, l)
		return
	}
	x, w := b.X+2, b.W-padding
	y := b.Y + 1 + (b.H-2-1)/2
	if p.fit.zoom == Full {
		y = b.Y + 1 + max(0, b.H-4)/2
	}
	right, rightRole := l.count, roleDim
	if l.state == roleFaint {
		rightRole = roleFaint
	}
	if p.fit.zoom == Brief && (l.state == roleRunning || right == "") {
		// The time takes the count's place, not the name's.
		for _, time := range []string{l.short, l.time} {
			if n := ansi.StringWidth(time); n > 0 && (n <= ansi.StringWidth(right) || 2+ansi.StringWidth(l.name)+1+n <= w) {
				right = time
			}
		}
	}
	name := w - 2
	if l.count == "" && ansi.StringWidth(l.name)+1+ansi.StringWidth(right) > name {
		right = "" // the line number gives way to the name
	}
	if right != "" {
		name -= ansi.StringWidth(right) + 1
		c.Text(x+w-ansi.StringWidth(right), y, right, w, rightRole, segment)
	}
	c.Text(x, y, l.glyph, 1, l.state, segment)
	c.Text(x+2, y, end(l.name, name, p.theme.Glyphs.Ellipsis), name, l.text, segment)
	if p.fit.zoom != Full {
		return
	}
	word, role := l.word, l.state
	room := w - 2
	if l.time != "" && l.note == "" && ansi.StringWidth(l.word)+1+ansi.StringWidth(l.time) > room {
		l.time = "" // and the time to the state
	}
	if l.time != "" {
		tw := ansi.StringWidth(l.time)
		c.Text(x+w-tw, y+1, l.time, tw, roleDim, segment)
		room -= tw + 1
	}
	switch long := word + " " + l.note; {
	case l.note != "" && ansi.StringWidth(long) <= room:
		word = long
	case l.note != "": // the glyph says the state already
		word = l.note
	}
	c.Text(x+2, y+1, middle(word, room, p.theme.Glyphs.Ellipsis), room, role, segment)
}

// paintTall draws the rows of a box that has three: name, state, count and time.
func (p *Pane) paintTall(c *canvas.Canvas, b layout.Box, l look) {
	x, y, w := b.X+2, b.Y+1+max(0, b.H-5)/2, b.W-padding
	c.Text(x, y, l.glyph, 1, l.state, segment)
	c.Text(x+2, y, end(l.name, w-2, p.theme.Glyphs.Ellipsis), w-2, l.text, segment)
	indent := 0
	if p.fit.shape == tall {
		indent = 2
	}
	word := l.word
	switch {
	case l.note != "" && ansi.StringWidth(word+" "+l.note) <= w-indent:
		word += " " + l.note
	case l.note != "":
		word = l.note
	}
	c.Text(x+indent, y+1, end(word, w-indent, p.theme.Glyphs.Ellipsis), w-indent, l.state, segment)
	left, time := l.count, l.time
	c.Text(x+indent, y+2, left, w-indent, roleDim, segment)
	if indent+ansi.StringWidth(left)+1+ansi.StringWidth(time) > w {
		time = l.short
	}
	if tw := ansi.StringWidth(time); indent+ansi.StringWidth(left)+1+tw <= w {
		if left == "" {
			c.Text(x+indent, y+2, time, tw, roleDim, segment)
		} else {
			c.Text(x+w-tw, y+2, time, tw, roleDim, segment)
		}
	}
}

// fit is what of state and time goes into one row.
func (l look) fit(width int) (word, time string) {
	word = l.word
	if l.note != "" {
		word = l.note
	}
	for _, time := range []string{l.time, l.short} {
		if ansi.StringWidth(word)+1+ansi.StringWidth(time) <= width {
			return word, time
		}
	}
	return word, ""
}
