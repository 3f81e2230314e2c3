package layout

import "slices"

// sweeper is what align reads and writes, flat and allocated once a part: it looks at each
// link many times, and somebody waits for the first frame meanwhile.
type sweeper struct {
	p     *part
	at    []int   // cross coordinate of the first cell of each vert
	links []pull  // of all verts: those to the rank before, then those to the next
	from  []int   // vert i has ups links[from[2i]:from[2i+1]], downs up to from[2i+2]
	apart []int   // least distance of a vert's first cell from that of its left neighbour
	loose []bool  // by rank: some vert has no link to one side
	still []looks // by rank: the looks with which it would not move now

	wishes, spare []wish
	blocks        []block
	offset        []int
}

// pull is a link: its vert is straight below or above the other end when it
// starts delta after where vert to starts.
type pull struct{ to, weight, delta int }

// looks is a set of sides to which a rank looks for its neighbours; still holds
// sets of such sets, one bit each.
type looks uint8

const (
	lookUp   looks = 1
	lookDown looks = 2
	lookBoth       = lookUp | lookDown
)

// sweeper fills the part's sweeper from where its verts stand.
func (p *part) sweeper() *sweeper {
	if p.sweep == nil {
		n, links := len(p.verts), 0
		for i := range p.verts {
			links += len(p.verts[i].ups) + len(p.verts[i].downs)
		}
		ints := make([]int, 5*n+1)
		p.sweep = &sweeper{
			p: p, at: ints[:n], apart: ints[n : 2*n], offset: ints[2*n : 3*n], from: ints[3*n:],
			links: make([]pull, 0, links), loose: make([]bool, len(p.ranks)), still: make([]looks, len(p.ranks)),
		}
	}
	s := p.sweep
	s.links = s.links[:0]
	clear(s.still)
	add := func(from []link) {
		for _, l := range from {
			s.links = append(s.links, pull{l.to, l.weight, l.there - l.here})
		}
	}
	for i := range p.verts {
		v := &p.verts[i]
		s.at[i] = v.c
		add(v.ups)
		s.from[2*i+1] = len(s.links)
		add(v.downs)
		s.from[2*i+2] = len(s.links)
	}
	for r, rank := range p.ranks {
		for k, i := range rank {
			if k > 0 {
				s.apart[i] = p.apart(rank[k-1], i)
			}
			s.loose[r] = s.loose[r] || len(p.verts[i].ups) == 0 || len(p.verts[i].downs) == 0
		}
	}
	return s
}

// align sweeps over the ranks and takes the best of what it saw, whose bend it
// returns. In the first half of the sweeps a rank looks back only, so that what
// it finds spreads; in the second half, where later rounds begin, it looks both
// ways.
func (p *part) align(first int) int {
	w := p.sweeper()
	best, least := slices.Clone(w.at), w.bend()
	keep := func(moved bool) {
		if !moved {
			return
		}
		if b := w.bend(); b < least {
			copy(best, w.at)
			least = b
		}
	}
	for s := first; s < sweeps; s++ {
		down, up := lookUp, lookDown
		if s >= sweeps/2 {
			down, up = lookBoth, lookBoth
		}
		movedDown, movedUp := false, false
		for r := range p.ranks {
			movedDown = w.settle(r, down) || movedDown
		}
		keep(movedDown)
		for r := len(p.ranks) - 1; r >= 0; r-- {
			movedUp = w.settle(r, up) || movedUp
		}
		keep(movedUp)
		switch still := !movedDown && !movedUp; {
		case still && s >= sweeps/2:
			s = sweeps
		case still:
			s = sweeps/2 - 1
		}
	}
	copy(w.at, best)
	w.nudge()
	if b := w.bend(); b < least {
		copy(best, w.at)
		least = b
	}
	p.put(best)
	return least
}

// bend is what assign makes small: sideways steps, each link that has one, and
// the width of the whole.
func (s *sweeper) bend() int {
	sum, lo, hi := 0, s.at[0], 0
	for i, c := range s.at {
		lo, hi = min(lo, c), max(hi, c+s.p.verts[i].w)
		for _, l := range s.links[s.from[2*i+1]:s.from[2*i+2]] {
			if d := abs(c - s.at[l.to] - l.delta); d > 0 {
				sum += l.weight * (d + 4)
			}
		}
	}
	return sum + hi - lo
}

// wish is a place that a block would like to start at.
type wish struct{ at, weight int }

// block is a run of verts, or ports, that touch each other and move as one.
type block struct {
	first, last int // positions
	from, to    int // its wishes, sorted
	weight      int // of all of them
	at          int
}

// settle places rank r anew by isotonic regression (pool adjacent violators)
// over the wishes of its verts. It says whether a vert moved.
func (s *sweeper) settle(r int, l looks) (moved bool) {
	if s.still[r]&(1<<l) != 0 {
		return false
	}
	rank, at := s.p.ranks[r], 0
	s.blocks, s.wishes = s.blocks[:0], s.wishes[:0]
	for k, i := range rank {
		at += s.apart[i]
		s.offset[k] = at
		b := block{first: k, last: k, from: len(s.wishes)}
		s.wish(i, at, l)
		s.pool(b)
	}
	// Of the places between two bounds the nearest to the free ones are best.
	cross := s.p.o.Cross
	room := cross - at - s.p.verts[rank[len(rank)-1]].w
	for _, b := range s.blocks {
		if cross > 0 {
			b.at = max(0, min(b.at, room))
		}
		for k := b.first; k <= b.last; k++ {
			c := b.at + s.offset[k]
			moved = moved || s.at[rank[k]] != c
			s.at[rank[k]] = c
		}
	}
	s.mark(r, l, moved)
	return moved
}

// mark remembers with which looks ranks need not be settled again: where they
// stand hangs on the ranks they look at and, where a vert has no wish but to
// stay, on where they stood.
func (s *sweeper) mark(r int, l looks, moved bool) {
	if !moved {
		s.still[r] |= 1 << l
		return
	}
	s.still[r] = 0
	if !s.loose[r] {
		s.still[r] = 1 << l
	}
	if r > 0 {
		s.still[r-1] &= 1 << lookUp
	}
	if r+1 < len(s.still) {
		s.still[r+1] &= 1 << lookDown
	}
}

// wish adds the places of the first cell of vert i, less offset, that make its
// links straight. One that has none would like to stay.
func (s *sweeper) wish(i, offset int, l looks) {
	from, to := s.from[2*i], s.from[2*i+2]
	if l == lookUp {
		to = s.from[2*i+1]
	} else if l == lookDown {
		from = s.from[2*i+1]
	}
	if from == to {
		s.wishes = append(s.wishes, wish{s.at[i] - offset, 1})
		return
	}
	first := len(s.wishes)
	for _, l := range s.links[from:to] {
		w := wish{s.at[l.to] + l.delta - offset, 4 * l.weight}
		k := len(s.wishes)
		s.wishes = append(s.wishes, w)
		for ; k > first && s.wishes[k-1].at > w.at; k-- {
			s.wishes[k] = s.wishes[k-1]
		}
		s.wishes[k] = w
	}
}

// pool ends the newest block, which has the last wishes, and joins it to those
// before that it would overlap.
func (s *sweeper) pool(b block) {
	b.to = len(s.wishes)
	for _, w := range s.wishes[b.from:] {
		b.weight += w.weight
	}
	b.at = median(s.wishes[b.from:], b.weight)
	for n := len(s.blocks); n > 0 && s.blocks[n-1].at > b.at; n-- {
		a := s.blocks[n-1]
		s.spare = merge(s.wishes[a.from:], b.from-a.from, s.spare)
		b.first, b.from, b.weight = a.first, a.from, b.weight+a.weight
		b.at = median(s.wishes[b.from:], b.weight)
		s.blocks = s.blocks[:n-1]
	}
	s.blocks = append(s.blocks, b)
}

// merge sorts wishes whose first n and whose others are sorted already. It uses
// and returns spare.
func merge(ws []wish, n int, spare []wish) []wish {
	spare = append(spare[:0], ws[:n]...)
	a, b, out := spare, ws[n:], ws[:0]
	for len(a) > 0 && len(b) > 0 {
		if a[0].at <= b[0].at {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	copy(ws[len(out):], a) // what is left of b is in its place
	return spare
}

// median is the weighted one; between two it takes the middle. The wishes are
// sorted, total is the sum of their weights.
func median(ws []wish, total int) int {
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
