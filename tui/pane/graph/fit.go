package graph

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
)

// Zoom is how much of each stage is shown.
type Zoom uint8

// The zoom levels. Auto takes the largest one that fits.
const (
	Auto  Zoom = iota
	List       // no drawing: one row a stage, edges as words
	Line       // one row a stage, edges drawn
	Brief      // a box with one line
	Full       // a box with two lines
)

// String is the level's name, as the pane's status shows it.
func (z Zoom) String() string {
	return [...]string{"auto", "list", "lines", "brief", "full"}[z]
}

// candidate is one way to draw the graph.
type candidate struct {
	zoom  Zoom
	dir   layout.Direction
	tight bool // rows are dear: no room after tracks
	fold  bool // no externals
	slim  int  // 1: ranks no longer than the pane; more: leaving room for lines beside them
}

// fitted is what was chosen.
type fitted struct {
	candidate
	drawing *layout.Drawing // nil for List
}

const (
	td = layout.TopDown
	lr = layout.LeftRight
)

// ladder lists the ways to draw from the richest to the barest.
func ladder() []candidate {
	return []candidate{
		{zoom: Full, dir: td}, {zoom: Full, dir: lr}, {zoom: Full, dir: td, tight: true},
		{zoom: Brief, dir: td}, {zoom: Brief, dir: lr}, {zoom: Brief, dir: td, tight: true},
		{zoom: Full, dir: td, tight: true, fold: true}, {zoom: Full, dir: lr, tight: true, fold: true},
		{zoom: Brief, dir: td, tight: true, fold: true}, {zoom: Brief, dir: lr, tight: true, fold: true},
		{zoom: Line, dir: lr, tight: true}, {zoom: Line, dir: td, tight: true},
		{zoom: Line, dir: lr, tight: true, fold: true}, {zoom: Line, dir: td, tight: true, fold: true},
		// Stages that could stand side by side now stand below each other: better
		// than to cut the drawing.
		{zoom: Full, dir: td, tight: true, slim: 1}, {zoom: Full, dir: td, tight: true, slim: 2},
		{zoom: Full, dir: td, tight: true, slim: 3},
		{zoom: Brief, dir: td, tight: true, fold: true, slim: 1}, {zoom: Brief, dir: td, tight: true, fold: true, slim: 2},
		{zoom: Brief, dir: td, tight: true, fold: true, slim: 3},
		{zoom: Line, dir: td, tight: true, fold: true, slim: 1}, {zoom: Line, dir: td, tight: true, fold: true, slim: 2},
	}
}

// choose picks how to draw: the first way on the ladder that fits, of the wanted
// zoom when there is one. When none fits, the drawing that needs least panning.
func (p *Pane) choose() {
	if p.fitted || p.graph == nil {
		return
	}
	p.fitted = true
	p.fit = fitted{candidate: candidate{zoom: List}}
	w, h := p.canvasSize()
	if p.zoom == List || w < 12 || h < 3 || len(p.graph.Stages) == 0 {
		return
	}
	var best candidate
	least := 0.0
	for _, c := range ladder() {
		if p.zoom != Auto && c.zoom != p.zoom {
			continue
		}
		aw, ah := layout.AtLeast(p.graph, p.options(c))
		if aw <= w && ah <= h {
			if d := p.place(c); d.W <= w && d.H <= h {
				p.fit = fitted{c, d}
				return
			}
		}
		if c.slim > 0 || c.fold && !worthFolding(p.graph) {
			continue
		}
		// What the drawing will not fall below tells enough of how much too large
		// it would be.
		if over := max(1, float64(aw)/float64(w)) * max(1, float64(ah)/float64(h)); least == 0 || over < least {
			best, least = c, over
		}
	}
	if p.zoom == Auto && (w < 48 || h < 14) {
		return
	}
	p.fit = fitted{best, p.place(best)}
}

func worthFolding(g *model.Graph) bool { return len(g.Externals) > 0 }

func (p *Pane) place(c candidate) *layout.Drawing {
	if d := p.placed[c]; d != nil {
		return d
	}
	d := layout.Place(p.graph, p.options(c))
	p.placed[c] = d
	return d
}

func (p *Pane) options(c candidate) layout.Options {
	o := layout.Defaults(c.dir)
	o.Fold = c.fold
	o.Measure = p.measurer(c)
	o.Frameless = func(id model.NodeID) bool { return c.zoom == Line || !p.graph.IsStage(id) }
	w, h := p.canvasSize()
	o.Wrap = w
	if c.dir == lr {
		o.Wrap = h
	}
	if c.slim > 0 {
		o.RankMax = w - 2 - (c.slim-1)*w/6
	}
	switch {
	case c.tight && c.dir == td:
		o.Trail, o.RankGap = 0, 1
	case c.tight:
		o.Lead, o.Trail, o.RankGap = 1, 1, 3
	}
	if c.zoom == Line && c.dir == lr {
		o.NodeGap = 0
	}
	return o
}

// Sizes of the two kinds of boxes, without border and padding. Fifteen cells
// hold "  not in target".
const (
	fullMin, fullMax   = 15, 24
	briefMin, briefMax = 12, 20
	lineMax            = 24
	externalMax        = 28
	padding            = 4
)

// measurer returns the size of each node's box. All boxes of a drawing are
// equally wide: that is what makes it look aligned.
func (p *Pane) measurer(c candidate) func(model.NodeID) (w, h int) {
	widest := 0
	for _, s := range p.graph.Stages {
		steps := ansi.StringWidth(count(0, vertices(s)))
		widest = max(widest, 2+ansi.StringWidth(s.Label())+1+steps)
	}
	return func(id model.NodeID) (int, int) {
		if !p.graph.IsStage(id) {
			w := min(ansi.StringWidth(externalLabel(p.graph, id)), externalMax)
			if c.dir == lr {
				w += 2 // a space, and the cell from which the line starts
			}
			return w, 1
		}
		switch c.zoom {
		case Full:
			return min(max(widest, fullMin), fullMax) + padding, 4
		case Brief:
			return min(max(widest, briefMin), briefMax) + padding, 3
		}
		n := vertices(p.graph.Stages[id])
		w := min(2+ansi.StringWidth(p.graph.Label(id)), lineMax) + 1 + ansi.StringWidth(count(n, n))
		if c.dir == lr {
			return w + lineExtra, 1
		}
		return w, 2
	}
}

// canvasSize is what the drawing may take: the pane without its legend.
func (p *Pane) canvasSize() (w, h int) {
	if p.hasLegend() {
		return p.w, p.h - 1
	}
	return p.w, p.h
}

func (p *Pane) hasLegend() bool {
	return p.h >= 7 && p.w >= 24 && p.graph != nil && len(p.graph.Edges) > 0
}

// Zoom steps to the next larger (by > 0) or smaller level; by == 0 goes back to
// Auto.
func (p *Pane) Zoom(by int) {
	p.choose()
	switch {
	case by == 0:
		p.zoom = Auto
	case by > 0:
		p.zoom = min(p.fit.zoom+1, Full)
	default:
		p.zoom = max(p.fit.zoom-1, List)
	}
	p.fitted, p.hover = false, true
	p.rev++
}

// Level is the level in use; auto says that the pane chose it.
func (p *Pane) Level() (z Zoom, auto bool) {
	p.choose()
	return p.fit.zoom, p.zoom == Auto
}
