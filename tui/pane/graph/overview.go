package graph

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// corner of the pane.
type corner uint8

const (
	noCorner corner = iota
	bottomRight
	topRight
	bottomLeft
	topLeft
)

// overviewBy says who decides about the overview.
type overviewBy uint8

const (
	autoOverview overviewBy = iota
	showOverview
	hideOverview
)

// overviewFrom is how many panes a drawing takes before it gets an overview.
const overviewFrom = 1.15

// The overview takes at most a part of the pane, and none of a small one.
const (
	overviewPart         = 4
	overviewMinW         = 12
	overviewMaxW         = 40
	overviewMinH         = 4
	overviewMaxH         = 14
	overviewW, overviewH = 34, 12 // the least pane that has room for one
)

// ToggleOverview hides the overview, or shows it again; false when the whole
// drawing is in view, which needs none.
func (p *Pane) ToggleOverview() bool {
	if !p.RoomForOverview() {
		return false
	}
	if p.showsOverview() {
		p.overviewBy = hideOverview
	} else {
		p.overviewBy = showOverview
	}
	p.rev++
	return true
}

// showsOverview says whether the overview is drawn: where the user wants it, else
// where so much is out of view that it is worth what it covers.
func (p *Pane) showsOverview() bool {
	if !p.RoomForOverview() || p.overviewBy == hideOverview {
		return false
	}
	d := p.fit.drawing
	return p.overviewBy == showOverview || p.over(d.W, d.H) > overviewFrom
}

// RoomForOverview says whether there is a drawing that does not fit, in a pane
// large enough to show it small as well.
func (p *Pane) RoomForOverview() bool {
	p.choose()
	w, h := p.canvasSize()
	d := p.fit.drawing
	return d != nil && w >= overviewW && h >= overviewH && (d.W > w || d.H > h)
}

// overviewScale is how many cells of the drawing one of the overview stands for,
// and the overview's size.
func (p *Pane) overviewScale() (sx, sy float64, mw, mh int) {
	w, h := p.canvasSize()
	d := p.fit.drawing
	maxW := float64(max(overviewMinW, min(w/overviewPart, overviewMaxW)))
	maxH := float64(max(overviewMinH, min(h/overviewPart, overviewMaxH)))
	s := max(float64(d.W)/maxW, float64(d.H)/maxH)
	// Boxes are wide and lines take rows: what is flat may be drawn less so.
	sx, sy = s, max(float64(d.H)/maxH, s/2)
	if float64(d.W)/s < maxW/2 {
		sx = max(float64(d.W)/maxW, s/2)
	}
	return sx, sy, int(float64(d.W-1)/sx) + 1, int(float64(d.H-1)/sy) + 1
}

// paintOverview draws the whole graph small, with what the pane shows of it
// shaded, into the emptiest corner.
func (p *Pane) paintOverview(c *canvas.Canvas) {
	p.overview = layout.Rect{}
	if !p.showsOverview() {
		return
	}
	w, h := p.canvasSize()
	sx, sy, mw, mh := p.overviewScale()
	const title = " overview "
	r := p.overviewAt(c, max(mw, len(title)+2)+2, mh+2)
	c.Clear(r)
	c.Frame(r, false, roleFrameFaint)
	c.Text(r.X+2, r.Y, title, len(title), roleDim, segment)
	in := layout.Rect{X: r.X + (r.W-mw)/2, Y: r.Y + 1, W: mw, H: mh}
	cell := func(x, y int) (int, int) { return int(float64(x) / sx), int(float64(y) / sy) }
	x0, y0 := cell(max(p.ox, 0), max(p.oy, 0))
	x1, y1 := cell(min(p.ox+w, p.fit.drawing.W)-1, min(p.oy+h, p.fit.drawing.H)-1)
	shade := p.theme.Glyphs.Empty
	if shade == p.theme.Glyphs.Waiting { // in ASCII: a stage must not look like none
		shade = "_"
	}
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			c.Put(in.X+x, in.Y+y, shade, 1, roleFrameFaint)
		}
	}
	type mark struct {
		rank  int
		glyph string
		role  role
	}
	marks := map[layout.Point]mark{}
	for _, b := range p.fit.drawing.Boxes {
		if !p.graph.IsStage(b.Node) {
			continue
		}
		m := mark{}
		m.rank, m.glyph, m.role = p.small(int(b.Node))
		x, y := cell(b.Center().X, b.Center().Y)
		at := layout.Point{X: x, Y: y}
		if m.rank > marks[at].rank {
			marks[at] = m
		}
	}
	for at, m := range marks {
		c.Put(in.X+at.X, in.Y+at.Y, m.glyph, 1, m.role)
	}
	in.X, in.Y, r.X, r.Y = in.X-p.ox, in.Y-p.oy, r.X-p.ox, r.Y-p.oy
	p.overview, p.overviewFrame = in, r
}

// small is how the overview shows a stage: of several in one cell the one with
// the highest rank is seen.
func (p *Pane) small(stage int) (rank int, glyph string, r role) {
	l := p.look(stage)
	rank, glyph, r = 3, l.glyph, l.state
	if f, live := p.face(stage); live {
		switch f.State {
		case build.Failed:
			rank = 7
		case build.Running:
			rank, glyph = 6, p.theme.Glyphs.Running // calm: nothing spins here
		case build.Cancelled:
			rank = 5
		case build.Waiting:
			rank = 4
		}
	}
	switch {
	case model.NodeID(stage) == p.selected:
		return 9, glyph, roleSelected
	case l.state == roleFaint:
		rank = 1
	case p.isTarget(stage):
		rank = 8
	}
	return rank, glyph, r
}

// stageCost is how many cells of lines the overview rather covers than one stage.
const stageCost = 20

// overviewAt picks the corner for a block of w by h cells and returns the block in
// the drawing's coordinates. It stays where it is as long as it covers nothing
// that matters much.
func (p *Pane) overviewAt(c *canvas.Canvas, w, h int) layout.Rect {
	cw, ch := p.canvasSize()
	block := func(k corner) layout.Rect {
		r := layout.Rect{X: p.ox + cw - w, Y: p.oy + ch - h, W: w, H: h}
		if k == topRight || k == topLeft {
			r.Y = p.oy
		}
		if k == bottomLeft || k == topLeft {
			r.X = p.ox
		}
		return r
	}
	covers := func(k corner) int {
		r, n := block(k), 0
		for y := r.Y; y < r.Y+r.H; y++ {
			for x := r.X; x < r.X+r.W; x++ {
				if !c.Free(x, y) {
					n++
				}
			}
		}
		for _, b := range p.fit.drawing.Boxes {
			if b.Overlaps(r) {
				n += stageCost
			}
		}
		if b, ok := p.fit.drawing.Box(p.selected); ok && p.hover && (b.Overlaps(r) || p.nameOverlaps(r)) {
			n += w * h
		}
		return n
	}
	best, least := bottomRight, covers(bottomRight)
	for k := topRight; k <= topLeft; k++ {
		if n := covers(k); n < least {
			best, least = k, n
		}
	}
	if p.corner == noCorner || covers(p.corner) > least+w*h/4 {
		p.corner = best
	}
	return block(p.corner)
}

// overviewHides says whether a cell of the pane lies below the overview or its
// frame.
func (p *Pane) overviewHides(x, y int) bool {
	return p.overview.W > 0 && p.overviewFrame.Contains(layout.Point{X: x, Y: y})
}

// InOverview says whether a cell of the pane is part of the overview.
func (p *Pane) InOverview(x, y int) bool {
	return p.overview.W > 0 && p.overview.Contains(layout.Point{X: x, Y: y})
}

// Show brings what lies at a cell of the overview into view; false when the cell
// is not part of it.
func (p *Pane) Show(x, y int) bool {
	if !p.InOverview(x, y) {
		return false
	}
	sx, sy, _, _ := p.overviewScale()
	w, h := p.canvasSize()
	p.hover = false
	p.ox = clamp(int((float64(x-p.overview.X)+0.5)*sx)-w/2, w, p.fit.drawing.W)
	p.oy = clamp(int((float64(y-p.overview.Y)+0.5)*sy)-h/2, h, p.fit.drawing.H)
	p.rev++
	return true
}
