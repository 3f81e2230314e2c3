package layout

import (
	"slices"

	"github.com/stagedive/stagedive/model"
)

// part is one connected piece of the graph while it is being placed.
type part struct {
	o     Options
	verts []vert
	nets  []net
	ranks [][]int // verts by rank, in order
	gaps  []gap   // gaps[r] lies between ranks r and r+1

	start      []int // main coordinate of each rank
	depth      []int // main size of each rank
	lo, hi     int   // cross extent, hi exclusive
	size       int   // main extent
	main0      int   // where pack puts the part
	cross0     int
	rankOffset int

	pos          []int   // of each vert, in its rank
	above, below [][]int // the far ends of its links
	quiet        []bool  // by rank: no exchange in it saves crossings

	moving []keyed  // scratch of sortBy
	slots  []int    // the same
	sweep  *sweeper // scratch of align and place
}

// vert is a node, or a place where a net passes a rank.
type vert struct {
	node      model.NodeID // None for a passing line
	net       int          // of a passing line
	rank      int
	w, h      int // size along cross and main
	c         int // cross coordinate of its first cell
	frameless bool
	external  bool

	ups, downs []link
	ins, outs  []int // nets, as many ports
}

// link is a neighbour in the next rank; a stronger one is kept straighter. here
// and there are the offsets of its ends from the first cells of the two verts.
type link struct{ to, weight, net, here, there int }

// net is all that leaves one node along edges of one kind: one port, a trunk,
// branches to each target.
type net struct {
	kind    model.EdgeKind
	from    int // vert
	targets []target
	pass    []int // verts in the ranks it passes, from the one below from
	out     int   // cross coordinate of its port at from
}

type target struct {
	vert  int
	edges []int
	in    int // cross coordinate of its port
}

func (v *vert) center() int { return v.c + (v.w-1)/2 }

// inner is the range in which a vert may have ports.
func (v *vert) inner(lineGap int) (lo, hi int) {
	if v.frameless && v.node != model.None && v.w >= max(len(v.ins), len(v.outs))*lineGap+4 {
		return v.c + 2, v.c + v.w - 3 // text may be shorter than its box
	}
	if v.node == model.None || v.frameless || v.w < 3 {
		return v.c, v.c + v.w - 1
	}
	if v.w >= 9 && v.w >= 2*max(len(v.ins), len(v.outs))+5 {
		return v.c + 2, v.c + v.w - 3
	}
	return v.c + 1, v.c + v.w - 2
}

// split makes the parts: connected pieces in order of their first node, each
// with its verts and nets.
func split(g *model.Graph, o Options) []*part {
	n := g.NodeCount()
	if o.Fold {
		n = len(g.Stages)
	}
	kept := func(id model.NodeID) bool { return o.Keep == nil || o.Keep(id) }
	lead := make([]int, n)
	for i := range lead {
		lead[i] = i
	}
	find := func(i int) int {
		for lead[i] != i {
			lead[i] = lead[lead[i]]
			i = lead[i]
		}
		return i
	}
	drawn := func(e model.Edge) bool {
		return e.From >= 0 && int(e.From) < n && g.IsStage(e.To) && e.From != e.To &&
			(!g.IsStage(e.From) || e.From < e.To) && kept(e.From) && kept(e.To) &&
			(!o.FoldBase || g.IsStage(e.From) || e.Kind != model.EdgeBase)
	}
	linked := make([]bool, n)
	for _, e := range g.Edges {
		if drawn(e) {
			linked[e.From] = true
			a, b := find(int(e.From)), find(int(e.To))
			lead[max(a, b)] = min(a, b)
		}
	}
	var parts []*part
	partOf := make([]*part, n)
	vertOf := make([]int, n)
	for i := range n {
		if !kept(model.NodeID(i)) || o.FoldBase && i >= len(g.Stages) && !linked[i] {
			continue
		}
		p := partOf[find(i)]
		if p == nil {
			p = &part{o: o}
			partOf[find(i)] = p
			parts = append(parts, p)
		}
		vertOf[i] = len(p.verts)
		p.verts = append(p.verts, o.vert(g, model.NodeID(i)))
	}
	type key struct {
		from model.NodeID
		kind model.EdgeKind
	}
	nets := make(map[key]int)
	for i, e := range g.Edges {
		if !drawn(e) {
			continue
		}
		p, k := partOf[find(int(e.To))], key{e.From, e.Kind}
		id, ok := nets[k]
		if !ok {
			id = len(p.nets)
			nets[k] = id
			p.nets = append(p.nets, net{kind: e.Kind, from: vertOf[e.From]})
			p.verts[vertOf[e.From]].outs = append(p.verts[vertOf[e.From]].outs, id)
		}
		t, to := &p.nets[id], vertOf[e.To]
		if j := slices.IndexFunc(t.targets, func(t target) bool { return t.vert == to }); j >= 0 {
			t.targets[j].edges = append(t.targets[j].edges, i)
			continue
		}
		t.targets = append(t.targets, target{vert: to, edges: []int{i}})
		p.verts[to].ins = append(p.verts[to].ins, id)
	}
	for _, p := range parts {
		p.widen()
	}
	return parts
}

func (o Options) vert(g *model.Graph, id model.NodeID) vert {
	v := vert{node: id, net: -1, external: !g.IsStage(id)}
	v.w, v.h, v.frameless = o.size(id)
	return v
}

// size is that of a node's box along cross and main.
func (o Options) size(id model.NodeID) (w, h int, frameless bool) {
	w, h = 1, 1
	if o.Measure != nil {
		w, h = o.Measure(id)
	}
	if o.Direction == LeftRight {
		w, h = h, w
	}
	return max(w, 1), max(h, 1), o.Frameless != nil && o.Frameless(id)
}

// widen makes room for every port of a box.
func (p *part) widen() {
	for i := range p.verts {
		v := &p.verts[i]
		k := max(len(v.ins), len(v.outs))
		need := (k-1)*p.o.LineGap + 1
		switch {
		case v.frameless:
		case p.o.LineGap > 1:
			need += 6
		default:
			need += 2
		}
		if k == 1 {
			continue
		}
		v.w = max(v.w, need)
	}
}
