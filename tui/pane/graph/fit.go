package graph

import (
	"cmp"
	"slices"

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
	Dots       // a glyph a stage, its name where there is room
	Line       // one row a stage, edges drawn
	Brief      // a box with one line
	Full       // a box with two lines
)

// String is the level's name, as the pane's status shows it.
func (z Zoom) String() string {
	return [...]string{"auto", "list", "dots", "lines", "brief", "full"}[z]
}

// fitted is what was chosen.
type fitted struct {
	candidate
	drawing *layout.Drawing // nil for List
	over    float64         // how many panes it takes; while choosing
}

// choose picks how to draw: the first way on the ladder that fits, of the wanted
// zoom when there is one. What the target skips is left out where the user says
// so, or where all does not fit. When nothing fits, the drawing that needs least
// panning.
func (p *Pane) choose() {
	if p.fitted || p.graph == nil {
		return
	}
	p.fitted, p.ways, p.trail = true, nil, p.trail[:0]
	p.fit = fitted{candidate: candidate{zoom: List}}
	w, h := p.canvasSize()
	if len(p.graph.Stages) == 0 {
		return
	}
	if p.zoom == List || w < 12 || h < 3 {
		p.fit.kept = p.skips == hideSkips && p.canHide()
		return
	}
	var tooLarge []fitted
	for _, kept := range []bool{false, true} {
		if kept && (p.skips == showSkips || !p.canHide()) || !kept && p.skips == hideSkips && p.canHide() {
			continue
		}
		f, rest := p.climb(kept)
		if f.drawing != nil {
			p.fit = f
			return
		}
		tooLarge = append(tooLarge, rest...)
	}
	p.corner = noCorner
	p.fit = p.leastPanning(tooLarge)
	if p.zoom == Auto && (w < 48 || h < 14) {
		if w < dotsWidth && h >= 14 {
			if f, ok := p.smallest(); ok {
				p.fit = f
				return
			}
		}
		p.fit = fitted{candidate: candidate{zoom: List, kept: p.fit.kept}}
	}
}

// dotsWidth is how wide a pane is at least whose list has room for more than names.
const dotsWidth = 36

// smallest is the drawing in dots, where nothing larger fits and nearly all dots
// have room for their names: it keeps the picture that one has learnt.
func (p *Pane) smallest() (fitted, bool) {
	w, h := p.canvasSize()
	was, ox, oy, selected := p.fit, p.ox, p.oy, p.selected
	defer func() { p.fit, p.ox, p.oy, p.selected = was, ox, oy, selected }()
	p.ox, p.oy, p.selected = 0, 0, model.None // it must not hang on what is selected
	for _, c := range dots() {
		c.kept = p.skips == hideSkips && p.canHide()
		d := p.place(c)
		if d.W > w || d.H > h {
			continue
		}
		p.fit = fitted{candidate: c, drawing: d}
		p.paint(w, h)
		whole := 0
		for _, n := range p.names {
			if n.W >= ansi.StringWidth(p.graph.Label(n.node)) {
				whole++
			}
		}
		const nameless = 6 // one in so many
		if dots := len(d.Boxes); dots-whole <= dots/nameless {
			return p.fit, true
		}
	}
	return fitted{}, false
}

// leastPanning places the few drawings that promise to be the smallest and takes
// the one that is.
func (p *Pane) leastPanning(tooLarge []fitted) (best fitted) {
	slices.SortStableFunc(tooLarge, func(a, b fitted) int { return cmp.Compare(a.over, b.over) })
	for _, f := range tooLarge[:min(3, len(tooLarge))] {
		f.drawing = p.place(f.candidate)
		f.over = p.over(f.drawing.W, f.drawing.H)
		if best.drawing == nil || f.over < best.over {
			best = f
		}
	}
	return best
}

// over is how many panes a drawing takes.
func (p *Pane) over(dw, dh int) float64 {
	w, h := p.canvasSize()
	return max(1, float64(dw)/float64(w)) * max(1, float64(dh)/float64(h))
}

// climb goes down the ladder to the first way that fits. The rest are ways that
// do not, not placed yet, with how large they will be at least.
func (p *Pane) climb(kept bool) (fits fitted, rest []fitted) {
	w, h := p.canvasSize()
	hopeless := map[candidate]bool{}
	ways := ladder()
	if p.zoom == Dots {
		ways = dots()
	}
	for _, c := range ways {
		if p.zoom != Auto && c.zoom != p.zoom {
			continue
		}
		if hopeless[c] {
			continue
		}
		c.kept = kept
		if (c.slim > 1 || c.bent) && p.crowded(c) {
			continue
		}
		aw, ah := p.outline(c).AtLeast(p.options(c))
		if aw <= w && ah <= h {
			if d := p.place(c); d.W <= w && d.H <= h {
				return fitted{candidate: c, drawing: d}, nil
			}
		}
		// Bent lines save a cell between boxes; across the ranks none, unless that
		// breaks fewer of them.
		if far := c.dir == td && (ah > h || aw > w*5/4) || c.dir == lr && (aw > w || ah > h*5/4); far && c.slim == 0 {
			bent := c
			bent.kept, bent.bent = false, true
			hopeless[bent] = true
		}
		if c.bent || c.slim > 1 || c.roots != drawnRoots && len(p.graph.Externals) == 0 {
			continue
		}
		rest = append(rest, fitted{candidate: c, over: p.over(aw, ah)})
	}
	return fitted{}, rest
}

// crowded says that the boxes alone, with the gaps that they need, cover more
// than the pane.
func (p *Pane) crowded(c candidate) bool {
	o := p.options(c)
	gap, area := min(o.NodeGap, 2*o.LineGap-1), 0
	for i := range p.graph.Stages {
		id := model.NodeID(i)
		if c.kept && !p.keep.Needs(id) {
			continue
		}
		w, h := o.Measure(id)
		if c.dir == lr {
			w, h = h, w
		}
		area += (w + gap) * (h + o.RankGap)
	}
	w, h := p.canvasSize()
	if c.dir == lr {
		w, h = h, w
	}
	return area > (w+gap)*(h+o.RankGap)
}

func (p *Pane) place(c candidate) *layout.Drawing {
	if d := p.placed[c]; d != nil {
		return d
	}
	d := layout.Place(p.graph, p.options(c))
	p.placed[c] = d
	return d
}

// outlineKey says which nodes are drawn.
type outlineKey struct {
	roots roots
	kept  bool
}

func (p *Pane) outline(c candidate) *layout.Outline {
	k := outlineKey{c.roots, c.kept}
	if p.outlines[k] == nil {
		p.outlines[k] = layout.NewOutline(p.graph, p.options(c))
	}
	return p.outlines[k]
}

func (p *Pane) options(c candidate) layout.Options {
	o := layout.Defaults(c.dir)
	o.FoldBase, o.Fold = c.roots == taggedRoots, c.roots == foldedRoots
	if c.kept {
		o.Keep = p.keep.Needs
	}
	o.Measure = p.measurer(c)
	o.Frameless = func(id model.NodeID) bool { return c.zoom <= Line || !p.graph.IsStage(id) }
	w, h := p.canvasSize()
	o.Wrap = w
	if c.dir == lr {
		o.Wrap = h
	}
	if c.bent {
		o.Cross, o.NodeGap = o.Wrap, max(0, o.NodeGap-1)
	}
	if c.slim > 0 {
		o.RankMax = w - 2 - (c.slim-1)*w/6
	}
	switch {
	case c.zoom == Dots:
		o.Lead, o.Trail, o.RankGap, o.LineGap, o.NodeGap = 0, 0, 1, 1, c.gap
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
