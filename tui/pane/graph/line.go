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
	return min(x-1, b.X+2+p.lineWidth(int(id), b.W-lineExtra))
}

// lineExtra is what a one-line stage takes besides its text: the arrow and a
// space before it, a space and the line's first cell behind it.
const lineExtra = 4

// lineWidth is how wide the text of a one-line stage is, with room for its count
// even when there is none yet: nothing moves when a build begins.
func (p *Pane) lineWidth(stage, room int) int {
	n := vertices(p.graph.Stages[stage])
	w := min(lineMax, 2+ansi.StringWidth(p.graph.Stages[stage].Label())) + 1 + ansi.StringWidth(count(n, n))
	if p.fit.shape == two {
		w = max(w, twoMin)
	}
	return min(w, room)
}

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
	width := p.lineWidth(int(b.Node), b.W)
	x, y := b.X+(b.W-width)/2, b.Y+1
	if p.fit.dir == lr {
		x, y, width = b.X+2, b.Y+(b.H-1)/2, p.lineWidth(int(b.Node), b.W-lineExtra)
		c.Blank(layout.Rect{X: x - 1, Y: y, W: width + 2, H: 1}, roleNone)
		p.bracket(c, b, b.X+1, canvas.Left)
		p.bracket(c, b, b.X+b.W-1, canvas.Right)
		if b.H > 1 && b.Out > 0 {
			for at := x + width + 1; at < b.X+b.W-1; at++ {
				c.Joint(at, y, canvas.Left|canvas.Right, roleEdgeMount)
			}
		}
	} else {
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
	c.Text(x+2, y, end(l.name, name, p.theme.Glyphs.Ellipsis), name, text, segment)
}
