package layout

import "github.com/stagedive/stagedive/model"

// assign gives every vert its cross coordinate. Each sweep solves a rank
// exactly: the places, in the rank's order and with its gaps, that make the
// weighted sum of sideways steps to the neighbours least. A sum of absolute
// values, not of squares, puts lines exactly straight where that is possible.
func (p *part) assign() {
	p.flush(false)
	bend := p.align(0)
	left := p.places()
	p.flush(true)
	if p.align(0) >= bend {
		p.put(left)
	}
	// The first round took every line to the middle of its box. Now that the
	// ports are known, place the boxes so that lines run straight into them.
	p.ports()
	best, least := p.places(), p.kinks()
	for range 2 {
		p.anchor()
		p.align(sweeps / 2)
		p.ports()
		if k := p.kinks(); k < least {
			best, least = p.places(), k
		}
	}
	p.put(best)
	p.ports()
}

// kinks is bend as it will be drawn, from port to port.
func (p *part) kinks() int {
	sum := 0
	for i := range p.verts {
		v := &p.verts[i]
		for _, l := range v.downs {
			if d := abs(p.top(l.net, v.rank) - p.entry(l.net, l.to)); d > 0 {
				sum += l.weight * (d + 8)
			}
		}
		for _, n := range v.ins {
			if len(v.ins) == 1 { // a port off the middle is a small blemish too
				sum += abs(p.entry(n, i) - v.center())
			}
		}
	}
	return sum
}

// anchor moves the ends of links to where the ports are.
func (p *part) anchor() {
	for i := range p.verts {
		v := &p.verts[i]
		for k := range v.downs {
			l := &v.downs[k]
			b := &p.verts[l.to]
			// A single port belongs in the middle of its box.
			if v.node != model.None && len(v.outs) > 1 {
				l.here = p.top(l.net, v.rank) - v.c
			}
			if b.node != model.None && len(b.ins) > 1 {
				l.there = p.entry(l.net, l.to) - b.c
			}
			for j := range b.ups {
				if u := &b.ups[j]; u.to == i && u.net == l.net {
					u.here, u.there = l.there, l.here
				}
			}
		}
	}
}

// flush pushes every rank to one side, to sweep from there.
func (p *part) flush(right bool) {
	for _, rank := range p.ranks {
		at := 0
		for k, i := range rank {
			if k > 0 {
				at += p.apart(rank[k-1], i)
			}
			p.verts[i].c = at
		}
		if right {
			last := &p.verts[rank[len(rank)-1]]
			shift := last.c + last.w - p.o.Cross
			for _, i := range rank {
				p.verts[i].c -= shift
			}
		}
	}
}

func (p *part) put(places []int) {
	for i := range p.verts {
		p.verts[i].c = places[i]
	}
}

// apart is the least distance from the first cell of a to that of its right
// neighbour b.
func (p *part) apart(a, b int) int {
	if p.verts[a].node == model.None || p.verts[b].node == model.None {
		return p.verts[a].w - 1 + p.o.LineGap
	}
	return p.verts[a].w + p.o.NodeGap
}

func (p *part) places() []int {
	out := make([]int, len(p.verts))
	for i, v := range p.verts {
		out[i] = v.c
	}
	return out
}

func abs(i int) int {
	if i < 0 {
		return -i
	}
	return i
}
