// Package canvas draws lines, frames and text into cells. It knows which way
// each line runs through a cell and picks the box-drawing character for what
// meets there; it knows no colours: each cell carries a role, to which whoever
// prints the canvas gives a look.
package canvas

import "github.com/stagedive/stagedive/model/layout"

// Role says what a cell shows. The caller defines the values; 0 is background,
// and where lines of one net share a cell the greatest wins.
type Role uint8

// Stroke is the look of a line.
type Stroke struct {
	Heavy bool
	Dash  Dash
}

// Dash says how broken a line is.
type Dash uint8

// The dashes, each with its own characters in Unicode and ASCII.
const (
	Solid  Dash = iota
	Dashed      // ╌
	Dotted      // ┈
)

// Segmenter splits the first grapheme cluster off s and measures it in cells.
type Segmenter func(s string) (cluster string, width int, rest string)

// Canvas is a window of cells over a larger drawing: a cell of the drawing at
// its origin appears at (0, 0), what lies outside is clipped.
type Canvas struct {
	W, H   int
	ASCII  bool
	Above  Role // at a crossing, a line of this role or a greater one is the upper one
	ox, oy int
	cells  []cell
}

// cell holds what was drawn there: text wins over lines; of lines, one that
// runs along a column is drawn over one that runs along a row.
type cell struct {
	text  string
	width int8 // of text; -1 for the second half of a wide cluster
	role  Role // of text
	frame bits
	frole Role
	lines [2]strand
}

// strand is what one net does in a cell.
type strand struct {
	net    int32 // +1, so that 0 is none
	bits   bits
	stroke Stroke
	role   Role
}

// New returns an empty canvas whose first cell shows the drawing's (ox, oy).
func New(w, h, ox, oy int) *Canvas {
	w, h = max(w, 0), max(h, 0)
	return &Canvas{W: w, H: h, ox: ox, oy: oy, cells: make([]cell, w*h)}
}

func (c *Canvas) at(x, y int) *cell {
	x, y = x-c.ox, y-c.oy
	if x < 0 || y < 0 || x >= c.W || y >= c.H {
		return nil
	}
	return &c.cells[y*c.W+x]
}

// Line draws an orthogonal line through the points. Lines of one net join where
// they meet; lines of different nets cross.
func (c *Canvas) Line(net int, pts []layout.Point, s Stroke, role Role) {
	for k := 0; k+1 < len(pts); k++ {
		a, b := pts[k], pts[k+1]
		if a.Y == b.Y {
			lo, hi := min(a.X, b.X), max(a.X, b.X)
			if a.Y < c.oy || a.Y >= c.oy+c.H {
				continue
			}
			for x := max(lo, c.ox); x <= min(hi, c.ox+c.W-1); x++ {
				var m bits
				if x > lo {
					m |= left
				}
				if x < hi {
					m |= right
				}
				c.strand(x, a.Y, net, m, s, role)
			}
			continue
		}
		lo, hi := min(a.Y, b.Y), max(a.Y, b.Y)
		if a.X < c.ox || a.X >= c.ox+c.W {
			continue
		}
		for y := max(lo, c.oy); y <= min(hi, c.oy+c.H-1); y++ {
			var m bits
			if y > lo {
				m |= up
			}
			if y < hi {
				m |= down
			}
			c.strand(a.X, y, net, m, s, role)
		}
	}
}

func (c *Canvas) strand(x, y, net int, m bits, s Stroke, role Role) {
	ce := c.at(x, y)
	if ce == nil {
		return
	}
	for i := range ce.lines {
		l := &ce.lines[i]
		if l.net == 0 || l.net == int32(net)+1 || i == len(ce.lines)-1 {
			if l.net == 0 || role >= l.role {
				l.stroke, l.role = s, role
			}
			l.net = int32(net) + 1
			l.bits |= m
			return
		}
	}
}

// Frame draws a border around the block and empties what is inside. Lines that
// end on the border join it.
func (c *Canvas) Frame(r layout.Rect, heavy bool, role Role) {
	for y := r.Y; y < r.Y+r.H; y++ {
		for x := r.X; x < r.X+r.W; x++ {
			ce := c.at(x, y)
			if ce == nil {
				continue
			}
			var m bits
			top, bottom, first, last := y == r.Y, y == r.Y+r.H-1, x == r.X, x == r.X+r.W-1
			switch {
			case !top && !bottom && !first && !last:
				*ce = cell{}
				continue
			case top && first:
				m = right | down
			case top && last:
				m = left | down
			case bottom && first:
				m = up | right
			case bottom && last:
				m = up | left
			case top, bottom:
				m = left | right
			default:
				m = up | down
			}
			if heavy {
				m |= m << heavyShift
			}
			ce.frame, ce.frole = m, role
		}
	}
}

// Blank empties a block.
func (c *Canvas) Blank(r layout.Rect, role Role) {
	for y := r.Y; y < r.Y+r.H; y++ {
		for x := r.X; x < r.X+r.W; x++ {
			if ce := c.at(x, y); ce != nil {
				*ce = cell{text: " ", width: 1, role: role}
			}
		}
	}
}

// Clear empties a block, so that what is drawn there next joins nothing below.
func (c *Canvas) Clear(r layout.Rect) {
	for y := r.Y; y < r.Y+r.H; y++ {
		for x := r.X; x < r.X+r.W; x++ {
			if ce := c.at(x, y); ce != nil {
				*ce = cell{}
			}
		}
	}
}

// Free says whether nothing is drawn in a cell of the drawing that the canvas
// shows.
func (c *Canvas) Free(x, y int) bool {
	ce := c.at(x, y)
	return ce != nil && (ce.text == "" || ce.text == " ") && ce.width >= 0 && ce.frame == 0 && ce.lines[0].net == 0
}

// Runs says whether all there is in a cell of the drawing that the canvas shows is one
// line, which runs straight through it in the given ways.
func (c *Canvas) Runs(x, y int, w Ways) bool {
	ce := c.at(x, y)
	return ce != nil && ce.text == "" && ce.frame == 0 && ce.lines[0].net != 0 && ce.lines[1].net == 0 && ce.lines[0].bits&0xf == bits(w)
}

// Text writes s from (x, y) on, at most width cells of it, and returns how many
// cells it took. A wide cluster that the window's edge cuts becomes a space.
func (c *Canvas) Text(x, y int, s string, width int, role Role, seg Segmenter) int {
	used := 0
	for s != "" {
		g, w, rest := seg(s)
		s = rest
		if w <= 0 {
			continue
		}
		if used+w > width {
			break
		}
		c.Put(x+used, y, g, w, role)
		used += w
	}
	return used
}

// Joint draws a light line that leaves the cell in the given ways, over all else.
func (c *Canvas) Joint(x, y int, w Ways, role Role) { c.Put(x, y, c.glyph(w&0xf, Solid), 1, role) }

// Put writes one cluster of the given width.
func (c *Canvas) Put(x, y int, cluster string, width int, role Role) {
	first := c.at(x, y)
	whole := true
	for k := 1; k < width; k++ {
		if ce := c.at(x+k, y); ce != nil {
			*ce = cell{text: " ", width: 1, role: role}
			if first != nil {
				ce.text, ce.width = "", -1
			}
		} else {
			whole = false
		}
	}
	if first == nil {
		return
	}
	if !whole {
		cluster, width = " ", 1
	}
	*first = cell{text: cluster, width: int8(width), role: role}
}

// Cell returns what to print at (x, y) of the window. It is empty where the
// cluster before reaches into the cell.
func (c *Canvas) Cell(x, y int) (string, Role) {
	ce := &c.cells[y*c.W+x]
	switch {
	case ce.width < 0:
		return "", ce.role
	case ce.text != "":
		return ce.text, ce.role
	case ce.frame != 0:
		m := ce.frame
		if c.ASCII && m&0xf == up|down {
			m |= m << heavyShift // the | of a heavy line; : would look broken
		}
		role := ce.frole
		for _, l := range ce.lines {
			m |= l.weighted()
			if c.Above > 0 && l.role >= c.Above {
				role = l.role // a line that stands out does so from its first cell on
			}
		}
		return c.glyph(m, Solid), role
	case ce.lines[0].net != 0:
		l, o := ce.lines[0], ce.lines[1]
		if o.net != 0 && c.over(o, l) {
			l, o = o, l
		}
		if o.net != 0 && !c.plainly(l, o) && c.vanishes(x, y, o) && !c.vanishes(x, y, l) {
			l, o = o, l
		}
		if c.plainly(l, o) {
			if o.stroke.Heavy { // a light line shows its colour little
				l, o = o, l
			}
			return c.glyph(l.weighted()|o.weighted(), Solid), l.role
		}
		return c.glyph(l.weighted(), l.stroke.Dash), l.role
	}
	return " ", 0
}

// over says whether a is drawn over b where they cross.
func (c *Canvas) over(a, b strand) bool {
	if c.Above > 0 && (a.role >= c.Above) != (b.role >= c.Above) {
		return a.role >= c.Above
	}
	if a.stroke.Dash != b.stroke.Dash {
		return a.stroke.Dash < b.stroke.Dash // a broken line is broken anyway
	}
	return a.bits&(up|down) != 0 && b.bits&(up|down) == 0
}

// vanishes says whether nothing of a strand would be seen beside the cell: it
// must not be the lower one there.
func (c *Canvas) vanishes(x, y int, s strand) bool {
	for _, d := range [...]struct {
		way    bits
		dx, dy int
	}{{up, 0, -1}, {down, 0, 1}, {left, -1, 0}, {right, 1, 0}} {
		x, y := x+d.dx, y+d.dy
		if s.bits&d.way == 0 || x < 0 || y < 0 || x >= c.W || y >= c.H {
			continue
		}
		if ce := &c.cells[y*c.W+x]; ce.text == "" && ce.frame == 0 && ce.lines[0].net == s.net && ce.lines[1].net == 0 {
			return false
		}
	}
	return true
}

// plainly says whether two lines are drawn through each other: that one is heavy
// and one light tells that they do not join. Of two that look the same one has
// to be cut.
func (c *Canvas) plainly(a, b strand) bool {
	return !c.ASCII && a.net != 0 && b.net != 0 && a.stroke.Heavy != b.stroke.Heavy &&
		a.stroke.Dash == Solid && b.stroke.Dash == Solid && a.bits|b.bits == up|right|down|left &&
		(a.bits == up|down || a.bits == left|right)
}

// Reset empties the canvas, whose first cell then shows the drawing's (ox, oy).
// A drawing that is much higher than a window can be printed piece by piece.
func (c *Canvas) Reset(ox, oy int) {
	c.ox, c.oy = ox, oy
	clear(c.cells)
}

// Append adds the canvas to b, as lines without roles or trailing spaces.
func (c *Canvas) Append(b []byte) []byte {
	for y := range c.H {
		end := len(b)
		for x := range c.W {
			s, _ := c.Cell(x, y)
			b = append(b, s...)
			if s != " " && s != "" {
				end = len(b)
			}
		}
		b = append(b[:end], '\n')
	}
	return b
}

// String is what Append adds.
func (c *Canvas) String() string { return string(c.Append(nil)) }
