package layout

import (
	"cmp"
	"slices"

	"github.com/stagedive/stagedive/model"
)

// stack gives ranks and gaps their main coordinates and measures the part.
func (p *part) stack() {
	p.start, p.depth = make([]int, len(p.ranks)), make([]int, len(p.ranks))
	at := 0
	for r, rank := range p.ranks {
		p.start[r] = at
		for _, i := range rank {
			p.depth[r] = max(p.depth[r], p.verts[i].h)
		}
		at += p.depth[r]
		if r < len(p.gaps) {
			at += p.gapSize(r)
		}
	}
	p.size = at
	p.lo, p.hi = p.verts[0].c, p.verts[0].c
	for _, v := range p.verts {
		p.lo, p.hi = min(p.lo, v.c), max(p.hi, v.c+v.w)
	}
	for _, gp := range p.gaps {
		for _, w := range gp.wires {
			p.lo, p.hi = min(p.lo, w.lo), max(p.hi, w.hi+1)
		}
	}
}

func (p *part) gapSize(r int) int {
	t := p.gaps[r].tracks
	if t == 0 {
		return p.o.RankGap
	}
	return max(p.o.RankGap, p.o.Lead+(t-1)*p.o.TrackGap+1+p.o.Trail)
}

// trackAt is the main coordinate of a track in the gap below rank r.
func (p *part) trackAt(r, track int) int {
	t := p.gaps[r].tracks
	spare := p.gapSize(r) - (p.o.Lead + (t-1)*p.o.TrackGap + 1 + p.o.Trail)
	return p.start[r] + p.depth[r] + p.o.Lead + spare/2 + track*p.o.TrackGap
}

// pack puts the parts side by side, and into a new row where Wrap says so.
func pack(parts []*part, o Options) {
	cross, main, rowSize, rowRanks, ranks := 0, 0, 0, 0, 0
	space := max(o.NodeGap, o.LineGap)
	for _, p := range parts {
		width := p.hi - p.lo
		if cross > 0 && o.Wrap > 0 && cross+width > o.Wrap {
			main, cross, ranks = main+rowSize+o.RankGap, 0, ranks+rowRanks
			rowSize, rowRanks = 0, 0
		}
		p.main0, p.cross0, p.rankOffset = main, cross-p.lo, ranks
		cross += width + space
		rowSize, rowRanks = max(rowSize, p.size), max(rowRanks, len(p.ranks))
	}
}

// emit writes the part's boxes and routes into the drawing.
func (p *part) emit(d *Drawing) {
	for i := range p.verts {
		v := &p.verts[i]
		if v.node == model.None {
			continue
		}
		r := Rect{v.c + p.cross0, p.mainOf(v) + p.main0, v.w, v.h}
		if p.o.Direction == LeftRight {
			r = Rect{r.Y, r.X, r.H, r.W}
		}
		d.Boxes = append(d.Boxes, Box{
			Node: v.node, Rect: r, Rank: v.rank + p.rankOffset, Order: p.pos[i],
			In: len(v.ins), Out: len(v.outs),
		})
		d.Ranks = max(d.Ranks, v.rank+p.rankOffset+1)
	}
	for n, t := range p.nets {
		for _, tg := range t.targets {
			d.Routes = append(d.Routes, Route{
				From: p.verts[t.from].node, To: p.verts[tg.vert].node, Kind: t.kind,
				Edges: tg.edges, Net: d.Nets + n, Points: p.path(n, tg),
			})
		}
	}
	d.Nets += len(p.nets)
}

// mainOf is where a vert lies in its rank: stages at the beginning, so that
// arrows end in one line; externals at the end, near what uses them.
func (p *part) mainOf(v *vert) int {
	if v.external {
		return p.start[v.rank] + p.depth[v.rank] - v.h
	}
	return p.start[v.rank]
}

// path is the route of net n to one of its targets.
func (p *part) path(n int, tg target) []Point {
	t := &p.nets[n]
	from := &p.verts[t.from]
	at := t.out
	pts := []Point{{at, p.mainOf(from) + from.h - 1}}
	to := &p.verts[tg.vert]
	for r := from.rank; r < to.rank; r++ {
		next := tg.in
		if r+1 < to.rank {
			next = p.verts[t.pass[r-from.rank]].c
		}
		i := slices.IndexFunc(p.gaps[r].wires, func(w wire) bool { return w.net == n && !w.second })
		for i >= 0 {
			w := &p.gaps[r].wires[i]
			end := next
			if w.after >= 0 {
				end = w.bottoms[0]
			}
			if end != at {
				m := p.trackAt(r, w.track)
				pts = append(pts, Point{at, m}, Point{end, m})
				at = end
			}
			i = w.after
		}
	}
	pts = straighten(append(pts, Point{at, p.mainOf(to)}))
	for k, pt := range pts {
		x, y := pt.X+p.cross0, pt.Y+p.main0
		if p.o.Direction == LeftRight {
			x, y = y, x
		}
		pts[k] = Point{x, y}
	}
	return pts
}

// straighten drops points that are no corners.
func straighten(pts []Point) []Point {
	out := pts[:1]
	for k := 1; k < len(pts); k++ {
		pt := pts[k]
		if pt == out[len(out)-1] {
			continue
		}
		if len(out) > 1 {
			a, b := out[len(out)-2], out[len(out)-1]
			if a.X == b.X && b.X == pt.X || a.Y == b.Y && b.Y == pt.Y {
				out[len(out)-1] = pt
				continue
			}
		}
		out = append(out, pt)
	}
	return out
}

// finish sorts what the parts wrote and measures the whole.
func (d *Drawing) finish() {
	slices.SortFunc(d.Boxes, func(a, b Box) int { return cmp.Compare(a.Node, b.Node) })
	slices.SortFunc(d.Routes, func(a, b Route) int { return cmp.Compare(a.Edges[0], b.Edges[0]) })
	for i := range d.byNode {
		d.byNode[i] = -1
	}
	for i, b := range d.Boxes {
		d.byNode[b.Node] = i
		d.W, d.H = max(d.W, b.X+b.W), max(d.H, b.Y+b.H)
	}
	for _, r := range d.Routes {
		for _, p := range r.Points {
			d.W, d.H = max(d.W, p.X+1), max(d.H, p.Y+1)
		}
	}
}
