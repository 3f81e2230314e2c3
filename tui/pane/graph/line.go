package graph

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// textEnd is the column behind a stage's text when there is no border, or the
// one before x.
func (p *Pane) textEnd(id model.NodeID, x int) int {
	b, ok := p.fit.drawing.Box(id)
	if !ok || b.H > 1 || !p.graph.IsStage(id) {
		return x - 1
	}
	return min(x-1, b.X+2+min(p.lineWidth(p.fit.candidate, id), b.W-lineExtra))
}

// lineExtra is what a one-line stage takes besides its text: the arrow and a
// space before it, a space and the line's first cell behind it.
const lineExtra = 4

// lineWidth is how wide the text of a one-line stage is, with room for its count
// even when there is none yet: nothing moves when a build begins.
func (p *Pane) lineWidth(c candidate, id model.NodeID) int {
	s := p.sizes[id]
	w := min(2+s.label, lineMax) + 1 + s.all
	tag := p.tagWidth(c, id)
	switch {
	case c.dir == lr && tag > 0:
		return w + tagGap + tag
	case c.dir == lr:
		return w
	case c.shape == two:
		w = max(w, twoMin)
	}
	return max(w, tag)
}

// tagGap is what lies between a one-line stage and the tag behind it.
const tagGap = 2

// paintLine draws a stage without a border: arrows end in its first column, or
// in its first row when edges run down.
func (p *Pane) paintLine(c *canvas.Canvas, b layout.Box) {
	l := p.look(int(b.Node))
	text := l.text
	if b.Node == p.selected {
		text = roleHighlight
		if p.focus {
			text = roleSelected
		}
	}
	width := min(p.lineWidth(p.fit.candidate, b.Node), b.W)
	x, y := b.X+(b.W-width)/2, b.Y+1
	faint := roleDim
	if l.state == roleFaint {
		faint = roleFaint
	}
	if p.fit.dir == lr {
		x, y, width = b.X+2, b.Y+(b.H-1)/2, min(width, b.W-lineExtra)
		c.Blank(layout.Rect{X: x - 1, Y: y, W: width + 2, H: 1}, roleNone)
		p.bracket(c, b, b.X+1, canvas.Left)
		p.bracket(c, b, b.X+b.W-1, canvas.Right)
		if b.H > 1 && b.Out > 0 {
			for at := x + width + 1; at < b.X+b.W-1; at++ {
				c.Joint(at, y, canvas.Left|canvas.Right, roleEdgeMount)
			}
		}
		if tag := p.tagWidth(p.fit.candidate, b.Node); tag > 0 {
			width -= tagGap + tag
			p.paintTag(c, b.Node, x+width+tagGap, y, tag, faint)
		}
	} else {
		if p.tagRows(p.fit.candidate, b.Node) > 0 {
			c.Blank(layout.Rect{X: x, Y: y, W: width, H: 1}, roleNone)
			p.paintTag(c, b.Node, x, y, width, faint)
			y++
		} else {
			p.paintTag(c, b.Node, x, b.Y, width, faint)
		}
		c.Blank(layout.Rect{X: x, Y: y, W: width, H: 1}, roleNone)
		if p.fit.shape == two {
			c.Blank(layout.Rect{X: x, Y: y + 1, W: width, H: 1}, roleNone)
			word, time := l.fit(width)
			n := c.Text(x, y+1, word, width, l.state, segment)
			c.Text(x+n+1, y+1, time, width-n-1, roleDim, segment)
		}
	}
	name, right := width-2, l.count
	if right == "" && p.fit.shape != two && 2+ansi.StringWidth(l.name)+1+ansi.StringWidth(l.time) <= width {
		right = l.time // the line number
	}
	if right != "" {
		n := ansi.StringWidth(right)
		name -= n + 1
		c.Text(x+width-n, y, right, n, roleDim, segment)
	}
	c.Text(x, y, l.glyph, 1, l.state, segment)
	if p.critical[int(b.Node)] {
		c.Text(x+1, y, p.theme.Glyphs.Bar, 1, roleHighlight, segment)
	}
	c.Text(x+2, y, end(l.name, name, p.theme.Glyphs.Ellipsis), name, text, segment)
}
