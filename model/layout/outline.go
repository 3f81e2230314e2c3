package layout

import "github.com/stagedive/stagedive/model"

// Outline is what all drawings of the same nodes share. Who looks for options
// with which a drawing fits makes one and asks it often.
type Outline struct {
	g     *model.Graph
	parts []*part
	free  [][]int // by part: the ranks of its verts with no limit
	rows  []row
}

// row is what a rank takes.
type row struct{ boxes, cells, main, passing int }

// NewOutline takes which nodes are drawn from the options, and nothing else.
func NewOutline(g *model.Graph, o Options) *Outline {
	l := &Outline{g: g, parts: split(g, Options{Fold: o.Fold, FoldBase: o.FoldBase, Keep: o.Keep})}
	for _, p := range l.parts {
		p.rank()
		free := make([]int, len(p.verts))
		for i := range p.verts {
			free[i] = p.verts[i].rank
		}
		l.free = append(l.free, free)
	}
	return l
}

// AtLeast returns a size that Place's drawing will not fall below in either
// direction. It takes a small part of Place's time: who looks for options with
// which a drawing fits can sort most of them out with it.
func AtLeast(g *model.Graph, o Options) (w, h int) { return NewOutline(g, o).AtLeast(o) }

// AtLeast returns what the function of that name does, for options that draw the
// outline's nodes.
func (l *Outline) AtLeast(o Options) (w, h int) {
	o = o.sane()
	cross, main := 0, 0
	for k, p := range l.parts {
		p.o = o
		for i := range p.verts {
			v := &p.verts[i]
			v.w, v.h, v.frameless = o.size(v.node)
			v.rank = l.free[k][i]
		}
		p.widen()
		if o.RankMax > 0 {
			p.limit(p.topo())
			p.start0()
		}
		c, m := l.least(p)
		cross, main = max(cross, c), max(main, m)
	}
	if o.Direction == LeftRight {
		return main, cross
	}
	return cross, main
}

// least is the least extent of a part whose ranks are known: its longest rank
// with the lines that pass it, its ranks with the smallest gaps.
func (l *Outline) least(p *part) (cross, main int) {
	rows := l.rows[:0]
	for i := range p.verts {
		v := &p.verts[i]
		for len(rows) <= v.rank {
			rows = append(rows, row{})
		}
		r := &rows[v.rank]
		r.boxes, r.cells, r.main = r.boxes+1, r.cells+v.w, max(r.main, v.h)
	}
	l.rows = rows
	for n := range p.nets {
		last := p.last(n)
		for r := p.verts[p.nets[n].from].rank + 1; r < last; r++ {
			rows[r].passing++
		}
	}
	for k, r := range rows {
		// Each space between boxes may take a line; the lines beyond add up.
		space := p.o.NodeGap
		if r.passing > 0 {
			space = min(space, 2*p.o.LineGap-1)
		}
		spaces := max(0, r.boxes-1)
		cross = max(cross, r.cells+spaces*space+max(0, r.passing-spaces)*p.o.LineGap)
		main += r.main
		if k > 0 {
			main += p.o.RankGap
		}
	}
	return cross, main
}
