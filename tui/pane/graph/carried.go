package graph

import (
	"maps"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
	"github.com/stagedive/stagedive/model/measure"
)

// SetCarried says how many bytes edges carried, by their index in the graph; nil while
// that is not known. They stand beside the edges where there is room.
func (p *Pane) SetCarried(bytes map[int]int64) {
	if maps.Equal(p.carried, bytes) {
		return
	}
	p.carried = bytes
	p.rev++
}

// paintCarried writes beside each line what it carried. A drawing is placed without it,
// so that nothing moves when it becomes known: where there is no room, it is left out.
func (p *Pane) paintCarried(c *canvas.Canvas, routes []layout.Route, roles []role) {
	if len(p.carried) == 0 {
		return
	}
	alone := map[layout.Point]int{} // how many routes share a cell
	for _, r := range routes {
		for pt := range cells(r.Points) {
			alone[pt]++
		}
	}
	for i, r := range routes {
		text, ok := p.carriedBy(r)
		if !ok {
			continue
		}
		role := roleDim
		if roles[i] == roleEdgePath {
			role = roleEdgePath
		}
		p.paintBeside(c, r, text, role, func(pt layout.Point) bool { return alone[pt] == 1 })
	}
}

// carriedBy is what all edges of a route carried, as text.
func (p *Pane) carriedBy(r layout.Route) (string, bool) {
	sum, known := int64(0), false
	for _, e := range r.Edges {
		if n, ok := p.carried[e]; ok {
			sum, known = sum+n, true
		}
	}
	return measure.Bytes(sum), known
}

// paintBeside writes text beside a line that runs down, into one that runs along a row,
// or above it; as near to its end as there is room. own says of which cells
// nothing else has a part.
func (p *Pane) paintBeside(c *canvas.Canvas, r layout.Route, text string, role role, own func(layout.Point) bool) {
	w := ansi.StringWidth(text)
	free := func(x, y int) bool {
		for i := range w + 1 {
			if !c.Free(x+i, y) {
				return false
			}
		}
		return true
	}
	for k := len(r.Points) - 2; k >= 0; k-- {
		a, b := r.Points[k], r.Points[k+1]
		switch {
		case a.X == b.X:
			for y := max(a.Y, b.Y) - 1; y > min(a.Y, b.Y); y-- {
				// Where it parts from others, it is told apart by what follows.
				if !own(layout.Point{X: a.X, Y: y}) && !own(layout.Point{X: a.X, Y: y + 1}) {
					continue
				}
				for _, x := range []int{a.X + 2, a.X - 1 - w} { // right of it, or left
					if free(x-1, y) && (x < a.X || c.Free(x+w, y)) {
						c.Text(x, y, text, w, role, segment)
						return
					}
				}
			}
		case p.paintInto(c, a, b, text, w, role, own):
			return
		default:
			for x := max(a.X, b.X) - w - 1; x > min(a.X, b.X); x-- {
				if own(layout.Point{X: x, Y: a.Y}) && own(layout.Point{X: x + w, Y: a.Y}) && free(x, a.Y-1) {
					c.Text(x, a.Y-1, text, w, role, segment)
					return
				}
			}
		}
	}
}

// paintInto writes text into a line along a row, and leaves some of it on both sides;
// with a blank before and behind where there is room.
func (p *Pane) paintInto(c *canvas.Canvas, a, b layout.Point, text string, w int, role role, own func(layout.Point) bool) bool {
	for _, blank := range []int{1, 0} {
		run := 0
		for x := max(a.X, b.X) - 1 - blank; x > min(a.X, b.X); x-- {
			if !own(layout.Point{X: x, Y: a.Y}) || !c.Runs(x, a.Y, canvas.Left|canvas.Right) {
				run = 0
				continue
			}
			if run++; run == w+2+2*blank {
				c.Blank(layout.Rect{X: x + 1, Y: a.Y, W: w + 2*blank, H: 1}, roleNone)
				c.Text(x+1+blank, a.Y, text, w, role, segment)
				return true
			}
		}
	}
	return false
}

// cells yields each cell of a line once.
func cells(pts []layout.Point) map[layout.Point]bool {
	out := map[layout.Point]bool{}
	for k := 0; k+1 < len(pts); k++ {
		a, b := pts[k], pts[k+1]
		for x := min(a.X, b.X); x <= max(a.X, b.X); x++ {
			for y := min(a.Y, b.Y); y <= max(a.Y, b.Y); y++ {
				out[layout.Point{X: x, Y: y}] = true
			}
		}
	}
	return out
}
