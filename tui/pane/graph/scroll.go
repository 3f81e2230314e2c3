package graph

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
)

// scroll settles what the pane's first cell shows: a drawing that fits is
// centred; else the selection is brought into view, until the user pans.
func (p *Pane) scroll() {
	d := p.fit.drawing
	w, h := p.canvasSize()
	if b, ok := d.Box(p.selected); ok && p.hover {
		// With what lies around it: its neighbours are where one looks next.
		p.ox = follow(p.ox, w, b.X, b.W, max(4, w/5))
		p.oy = follow(p.oy, h, b.Y, b.H, max(2, h/5))
	}
	p.ox, p.oy = clamp(p.ox, w, d.W), clamp(p.oy, h, d.H)
}

// follow moves an offset as little as shows size cells from at on, with some
// margin around them.
func follow(offset, room, at, size, margin int) int {
	margin = max(0, min(margin, (room-size)/2))
	if at-margin < offset {
		return at - margin
	}
	if at+size+margin > offset+room {
		return at + size + margin - room
	}
	return offset
}

func clamp(offset, room, size int) int {
	if size <= room {
		return -(room - size) / 2
	}
	return max(0, min(offset, size-room))
}

// Pan moves the window over the drawing by cells.
func (p *Pane) Pan(dx, dy int) {
	p.choose()
	if p.graph == nil {
		return
	}
	p.hover = false
	p.ox, p.oy = p.ox+dx, p.oy+dy
	if d := p.fit.drawing; d != nil {
		w, h := p.canvasSize()
		p.ox, p.oy = clamp(p.ox, w, d.W), clamp(p.oy, h, d.H)
	} else {
		_, h := p.canvasSize()
		p.oy = max(0, min(p.oy, len(p.listed())-h))
	}
	p.rev++
}

// Overflows says whether there is more to see than fits, so that panning makes
// sense.
func (p *Pane) Overflows() bool {
	p.choose()
	w, h := p.canvasSize()
	if d := p.fit.drawing; d != nil {
		return d.W > w || d.H > h
	}
	return p.graph != nil && len(p.listed()) > h
}

// At is the node at a cell of the pane, or model.None.
func (p *Pane) At(x, y int) model.NodeID {
	p.choose()
	w, h := p.canvasSize()
	if p.graph == nil || x < 0 || y < 0 || x >= w || y >= h || p.overviewHides(x, y) {
		return model.None
	}
	if d := p.fit.drawing; d != nil {
		p.scroll()
		at := layout.Point{X: x + p.ox, Y: y + p.oy}
		if id := d.At(at); id != model.None {
			return id
		}
		return p.named(at)
	}
	if rows := p.scrollList(h); y+p.oy < len(rows) {
		return model.NodeID(rows[y+p.oy])
	}
	return model.None
}

// Click selects the node at a cell; false when there is none. In the overview it
// brings what lies there into view.
func (p *Pane) Click(x, y int) bool {
	if p.Show(x, y) {
		return false
	}
	id := p.At(x, y)
	if id == model.None {
		return false
	}
	hover := p.hover
	p.Select(id)
	p.hover = hover // what is clicked is in view: nothing may jump
	return true
}
