package graph

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// placedNames says where the name of a dot was written.
type placedNames struct {
	layout.Rect
	node model.NodeID
}

// paintDots draws stages as glyphs, gathers the lines that end at each, and
// writes their names where nothing else is.
func (p *Pane) paintDots(c *canvas.Canvas, window layout.Rect) {
	d := p.fit.drawing
	ways := map[layout.Point]canvas.Ways{}
	for _, r := range d.Routes {
		ways[r.Points[0]] |= canvas.Down
		ways[r.Points[len(r.Points)-1]] |= canvas.Up
	}
	var seen []layout.Box
	for _, b := range d.Boxes {
		if !b.Overlaps(window) {
			continue
		}
		seen = append(seen, b)
		p.paintDot(c, b, ways)
	}
	p.names = p.names[:0]
	for _, selected := range []bool{true, false} {
		for _, b := range seen {
			if selected == (b.Node == p.selected) {
				p.paintName(c, b, window, selected)
			}
		}
	}
}

func dotAt(b layout.Box) layout.Point { return b.Center() }

func (p *Pane) paintDot(c *canvas.Canvas, b layout.Box, ways map[layout.Point]canvas.Ways) {
	l, at := p.look(int(b.Node)), dotAt(b)
	lo, hi := at.X, at.X
	for x := b.X; x < b.X+b.W; x++ {
		if ways[layout.Point{X: x, Y: at.Y}] != 0 {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	for x := lo; x <= hi; x++ {
		w := ways[layout.Point{X: x, Y: at.Y}]
		if x > lo {
			w |= canvas.Left
		}
		if x < hi {
			w |= canvas.Right
		}
		if x != at.X {
			c.Joint(x, at.Y, w, roleEdgeMount)
		}
	}
	r := l.state
	if b.Node == p.selected {
		r = roleHighlight
		if p.focus {
			r = roleSelected
		}
	}
	c.Text(at.X, at.Y, l.glyph, 1, r, segment)
}

// nameLeast is the least of a name that is worth showing.
const nameLeast = 5

// paintName writes the name of a dot behind it, or before it, as far as nothing
// is there; that of the selected one in any case.
func (p *Pane) paintName(c *canvas.Canvas, b layout.Box, window layout.Rect, selected bool) {
	l, at := p.look(int(b.Node)), dotAt(b)
	role := l.text
	if selected {
		role = roleHighlight
	}
	want := ansi.StringWidth(l.name)
	room := func(x, step int) int {
		n := 0
		for n <= want+1 && c.Free(x+n*step, at.Y) {
			n++
		}
		return n - 2 // a space on either side
	}
	right, left := room(b.X+b.W, 1), room(b.X-1, -1)
	x, n := b.X+b.W+1, min(right, want)
	switch {
	case right >= want:
	case left >= want:
		x, n = b.X-1-want, want
	case !selected && left > right && left >= nameLeast:
		x, n = b.X-1-left, left
	case !selected && right >= nameLeast:
	case !selected:
		return
	case x+want > window.X+window.W: // over what is there
		x, n = b.X-1-want, want
	default:
		n = want
	}
	n = c.Text(x, at.Y, end(l.name, n, p.theme.Glyphs.Ellipsis), n, role, segment)
	p.names = append(p.names, placedNames{layout.Rect{X: x, Y: at.Y, W: n, H: 1}, b.Node})
}

// nameOverlaps says whether the selected dot's name, the first one written, lies
// in a block.
func (p *Pane) nameOverlaps(r layout.Rect) bool {
	return p.fit.zoom == Dots && len(p.names) > 0 && p.names[0].node == p.selected && p.names[0].Overlaps(r)
}

// named is the dot whose name covers a cell of the drawing.
func (p *Pane) named(at layout.Point) model.NodeID {
	for _, n := range p.names {
		if p.fit.zoom == Dots && n.Contains(at) {
			return n.node
		}
	}
	return model.None
}
