package layout

import (
	"cmp"
	"slices"
)

// ports says where on its box each net starts and ends. A line that can run
// straight does; the others are spread around the middle, in the order of where
// they come from, so that they do not cross in front of the box.
func (p *part) ports() {
	for r := range p.ranks {
		for _, i := range p.ranks[r] {
			p.outPorts(i)
		}
		if r+1 == len(p.ranks) {
			return
		}
		for _, i := range p.ranks[r+1] {
			p.inPorts(i)
		}
	}
}

// straightWish is how much stronger than all ports without one a straight line's
// wish is.
const straightWish = 1000

// port is one that place puts on a box.
type port struct {
	net    int
	toward int // cross coordinate of its other end, the mean of several
	single bool
}

func (p *part) outPorts(i int) {
	v := &p.verts[i]
	ports := make([]port, 0, len(v.outs))
	for _, n := range v.outs {
		sum, count := 0, 0
		for _, b := range p.ends(n, v.rank) {
			sum, count = sum+p.verts[b].center(), count+1
		}
		ports = append(ports, port{n, sum / max(count, 1), count == 1})
	}
	for k, at := range p.place(v, ports) {
		p.nets[ports[k].net].out = at
	}
}

func (p *part) inPorts(i int) {
	v := &p.verts[i]
	ports := make([]port, 0, len(v.ins))
	for _, n := range v.ins {
		ports = append(ports, port{n, p.top(n, v.rank-1), true})
	}
	for k, at := range p.place(v, ports) {
		t := &p.nets[ports[k].net]
		for j := range t.targets {
			if t.targets[j].vert == i {
				t.targets[j].in = at
			}
		}
	}
}

// place sorts ports and returns where each goes.
func (p *part) place(v *vert, ports []port) []int {
	if len(ports) == 0 {
		return nil
	}
	slices.SortStableFunc(ports, func(a, b port) int { return cmp.Compare(a.toward, b.toward) })
	lo, hi := v.inner(p.o.LineGap)
	pitch := p.o.LineGap
	if len(ports) > 1 {
		pitch = min(2*p.o.LineGap, max(p.o.LineGap, (hi-lo)/(len(ports)-1)))
	}
	first := v.center() - (len(ports)-1)*pitch/2
	sw := p.sweep
	sw.blocks, sw.wishes = sw.blocks[:0], sw.wishes[:0]
	for k, pt := range ports {
		offset := k * p.o.LineGap
		w := wish{first + k*pitch - offset, 2}
		if pt.single && pt.toward >= lo && pt.toward <= hi {
			w = wish{pt.toward - offset, straightWish}
		}
		b := block{first: k, last: k, from: len(sw.wishes)}
		sw.wishes = append(sw.wishes, w)
		sw.pool(b)
	}
	out := make([]int, len(ports))
	top := hi - (len(ports)-1)*p.o.LineGap
	for _, b := range sw.blocks {
		for k := b.first; k <= b.last; k++ {
			out[k] = max(lo, min(b.at, top)) + k*p.o.LineGap
		}
	}
	return out
}

// ends lists the verts that net n reaches in the rank after r.
func (p *part) ends(n, r int) []int {
	t := &p.nets[n]
	var out []int
	if k := r - p.verts[t.from].rank; k < len(t.pass) {
		out = append(out, t.pass[k])
	}
	for _, tg := range t.targets {
		if p.verts[tg.vert].rank == r+1 {
			out = append(out, tg.vert)
		}
	}
	return out
}

// top is where net n enters the gap below rank r.
func (p *part) top(n, r int) int {
	t := &p.nets[n]
	if k := r - p.verts[t.from].rank; k > 0 {
		return p.verts[t.pass[k-1]].c
	}
	return t.out
}
