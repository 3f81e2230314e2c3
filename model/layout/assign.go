package layout

import (
	"cmp"
	"slices"

	"github.com/stagedive/stagedive/model"
)

// assign gives every vert its cross coordinate. Each sweep solves a rank
// exactly: the places, in the rank's order and with its gaps, that make the
// weighted sum of sideways steps to the neighbours least. A sum of absolute
// values, not of squares, puts lines exactly straight where that is possible.
func (p *part) assign() {
	p.flush(false)
	p.align(0)
	left, bend := p.places(), p.bend()
	p.flush(true)
	p.align(0)
	if p.bend() >= bend {
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

// align sweeps over the ranks and keeps the best of what it saw. In the first
// half of the sweeps a rank looks back only, so that what it finds spreads; in
// the second half, where later rounds begin, it looks both ways.
func (p *part) align(first int) {
	best, least := p.places(), p.bend()
	keep := func() {
		if b := p.bend(); b < least {
			best, least = p.places(), b
		}
	}
	for s := first; s < sweeps; s++ {
		both := s >= sweeps/2
		moved := false
		for r := range p.ranks {
			moved = p.settle(r, true, both) || moved
		}
		keep()
		for r := len(p.ranks) - 1; r >= 0; r-- {
			moved = p.settle(r, both, true) || moved
		}
		keep()
		switch {
		case !moved && both:
			s = sweeps
		case !moved:
			s = sweeps/2 - 1
		}
	}
	p.put(best)
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

// bend is what assign makes small: sideways steps, each link that has one, and
// the width of the whole.
func (p *part) bend() int {
	sum, lo, hi := 0, p.verts[0].c, 0
	for i := range p.verts {
		v := &p.verts[i]
		lo, hi = min(lo, v.c), max(hi, v.c+v.w)
		for _, l := range v.downs {
			if d := abs(v.c + l.here - p.verts[l.to].c - l.there); d > 0 {
				sum += l.weight * (d + 4)
			}
		}
	}
	return sum + hi - lo
}

func abs(i int) int {
	if i < 0 {
		return -i
	}
	return i
}

// wish is a place that a block would like to start at.
type wish struct{ at, weight int }

// block is a run of verts that touch each other and move as one.
type block struct {
	first, last int // positions in the rank
	wishes      []wish
	at          int
}

// settle places rank r anew by isotonic regression (pool adjacent violators)
// over the wishes of its verts.
// It says whether a vert moved.
func (p *part) settle(r int, up, down bool) (moved bool) {
	rank := p.ranks[r]
	offset, at := make([]int, len(rank)), 0
	blocks := make([]block, 0, len(rank))
	for k, i := range rank {
		if k > 0 {
			at += p.apart(rank[k-1], i)
		}
		offset[k] = at
		blocks = append(blocks, block{first: k, last: k, wishes: p.wishes(i, at, up, down)})
		blocks[len(blocks)-1].at = median(blocks[len(blocks)-1].wishes)
		for len(blocks) > 1 {
			a, b := &blocks[len(blocks)-2], &blocks[len(blocks)-1]
			if a.at <= b.at {
				break
			}
			a.last, a.wishes = b.last, merge(a.wishes, b.wishes)
			a.at = median(a.wishes)
			blocks = blocks[:len(blocks)-1]
		}
	}
	// Of the places between two bounds the nearest to the free ones are best.
	room := p.o.Cross - at - p.verts[rank[len(rank)-1]].w
	for _, b := range blocks {
		if p.o.Cross > 0 {
			b.at = max(0, min(b.at, room))
		}
		for k := b.first; k <= b.last; k++ {
			v := &p.verts[rank[k]]
			moved = moved || v.c != b.at+offset[k]
			v.c = b.at + offset[k]
		}
	}
	return moved
}

// wishes are the places of the first cell of vert i, less offset, that make its
// links straight. One that has none would like to stay.
func (p *part) wishes(i, offset int, up, down bool) []wish {
	v := &p.verts[i]
	out := make([]wish, 0, len(v.ups)+len(v.downs)+1)
	add := func(links []link) {
		for _, l := range links {
			out = append(out, wish{p.verts[l.to].c + l.there - l.here - offset, 4 * l.weight})
		}
	}
	if up {
		add(v.ups)
	}
	if down {
		add(v.downs)
	}
	if len(out) == 0 {
		out = append(out, wish{v.c - offset, 1})
	}
	if len(out) > 1 {
		slices.SortFunc(out, func(a, b wish) int { return cmp.Compare(a.at, b.at) })
	}
	return out
}

func merge(a, b []wish) []wish {
	out := make([]wish, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].at <= b[0].at {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// median is the weighted one; between two it takes the middle.
func median(ws []wish) int {
	total := 0
	for _, w := range ws {
		total += w.weight
	}
	sum := 0
	for k, w := range ws {
		sum += w.weight
		switch {
		case 2*sum > total:
			return w.at
		case 2*sum == total:
			return (w.at + ws[k+1].at) >> 1
		}
	}
	return 0
}
