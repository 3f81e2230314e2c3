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
	if p.critical[int(b.Node)] {
		for y := b.Y + 1; y < b.Y+b.H-1; y++ {
			c.Text(b.X+1, y, p.theme.Glyphs.Bar, 1, roleHighlight, segment)
		}
	}
	b = p.paintBoxTag(c, b, l)
	if p.fit.zoom == Full && p.fit.shape > rich {
		p.paintTall(c, b, l)
		return
	}
	x, w := b.X+2, b.W-padding
	y := b.Y + 1 + (b.H-2-1)/2
	rows := 2
	if p.fit.shape == rich {
		rows = 3
	}
	if p.fit.zoom == Full {
		y = b.Y + 1 + max(0, b.H-2-rows)/2
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
	if p.fit.zoom == Brief && l.size != "" && 2+ansi.StringWidth(l.name)+1+ansi.StringWidth(l.size) <= w {
		right = l.size
	}
	if p.fit.zoom == Brief && p.fit.shape == narrow && l.count == "" {
		right = "" // there would be room for some line numbers only
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
	role, room := l.state, w-2
	if p.fit.shape == rich {
		p.paintThird(c, b, l, x+2, y+2, room)
		l.more = nil
	} else if l.size != "" && ansi.StringWidth(l.word+"  "+l.size+" "+l.time) > room {
		l.word = l.size // the glyph says the state
	} else if l.size != "" {
		l.word += " " + p.theme.Glyphs.Dot + " " + l.size
	}
	if l.time != "" && l.note == "" && ansi.StringWidth(l.word)+1+ansi.StringWidth(l.time) > room {
		l.time = "" // and the time to the state
	}
	if tw := ansi.StringWidth(l.time) + 1; l.glue == " " && l.said(room) != l.said(room-tw) {
		l.time = "" // how much of a download is there says more
	}
	if l.time != "" {
		tw := ansi.StringWidth(l.time)
		c.Text(x+w-tw, y+1, l.time, tw, roleDim, segment)
		room -= tw + 1
	}
	word := l.said(room)
	switch long := word + " " + l.note; {
	case l.note != "" && ansi.StringWidth(long) <= room:
		word = long
	case l.note != "": // the glyph says the state already
		word = l.note
	}
	c.Text(x+2, y+1, middle(word, room, p.theme.Glyphs.Ellipsis), room, role, segment)
}

// paintThird writes the third row of a box: what else there is to say, and the
// size; of a stage that has not begun, what it does.
func (p *Pane) paintThird(c *canvas.Canvas, b layout.Box, l look, x, y, w int) {
	if l.state == roleFaint {
		return
	}
	room := w
	if n := ansi.StringWidth(l.size); n > 0 {
		c.Text(x+w-n, y, l.size, n, roleText, segment)
		room -= n + 1
	}
	text := ""
	if l.size == "" {
		text = work(p.graph.Stages[b.Node])
	}
	for _, m := range l.more {
		if text = m; ansi.StringWidth(m) <= room {
			break
		}
	}
	if ansi.StringWidth(text) > room && l.size != "" {
		return
	}
	c.Text(x, y, end(text, room, p.theme.Glyphs.Ellipsis), room, roleDim, segment)
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
	word := l.said(w - indent)
	if l.size != "" {
		word = l.size // the glyph says the state
	}
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
	word = l.said(width)
	if l.size != "" {
		word = l.size
	}
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
