package layout

import (
	"cmp"
	"slices"
)

// sweeps is how often order and assign walk over the ranks. More changes
// nothing visible on real Dockerfiles.
const sweeps = 12

// order sorts each rank so that few links cross: weighted medians of the
// neighbours in alternating sweeps, then exchanges of adjacent verts (Gansner
// et al. 1993, section 3).
func (p *part) order() {
	p.neighbours()
	p.seed()
	best, least := p.snapshot(), p.crossings()
	for s := 0; s < sweeps && least > 0; s++ {
		if s%2 == 0 {
			for r := 1; r < len(p.ranks); r++ {
				p.sortBy(r, true)
			}
		} else {
			for r := len(p.ranks) - 2; r >= 0; r-- {
				p.sortBy(r, false)
			}
		}
		p.transpose()
		if c := p.crossings(); c < least {
			best, least = p.snapshot(), c
		}
	}
	p.restore(best)
	p.gather()
}

// neighbours lists the far ends of the links of each vert, next to each other in
// memory: order looks at them all the time.
func (p *part) neighbours() {
	n := 0
	for i := range p.verts {
		n += len(p.verts[i].ups) + len(p.verts[i].downs)
	}
	flat := make([]int, 0, n)
	list := func(links []link) []int {
		from := len(flat)
		for _, l := range links {
			flat = append(flat, l.to)
		}
		return flat[from:len(flat):len(flat)]
	}
	p.pos, p.quiet = make([]int, len(p.verts)), make([]bool, len(p.ranks))
	lists := make([][]int, 2*len(p.verts))
	p.above, p.below = lists[:len(p.verts)], lists[len(p.verts):]
	for i := range p.verts {
		p.above[i], p.below[i] = list(p.verts[i].ups), list(p.verts[i].downs)
	}
}

// stir says that rank r changed: it and those beside it may save crossings again.
func (p *part) stir(r int) {
	for k := max(0, r-1); k <= min(r+1, len(p.quiet)-1); k++ {
		p.quiet[k] = false
	}
}

// seed orders the ranks by a walk from the roots, so that what hangs together
// lies together. Dead ends go first: what has users then lies next to the
// externals that its users share with it.
func (p *part) seed() {
	seen := make([]bool, len(p.verts))
	ranks := make([][]int, len(p.ranks))
	var visit func(int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		ranks[p.verts[i].rank] = append(ranks[p.verts[i].rank], i)
		for _, dead := range []bool{true, false} {
			for _, l := range p.verts[i].downs {
				if dead == (len(p.verts[l.to].downs) == 0) {
					visit(l.to)
				}
			}
		}
	}
	for _, i := range p.topo() {
		if len(p.verts[i].ups) == 0 {
			visit(i)
		}
	}
	p.ranks = ranks
	p.number()
}

func (p *part) number() {
	for _, rank := range p.ranks {
		for k, i := range rank {
			p.pos[i] = k
		}
	}
}

func (p *part) snapshot() [][]int {
	out := make([][]int, len(p.ranks))
	for r := range p.ranks {
		out[r] = slices.Clone(p.ranks[r])
	}
	return out
}

func (p *part) restore(ranks [][]int) {
	p.ranks = ranks
	p.number()
}

// keyed is a vert that sortBy sorts.
type keyed struct {
	vert int
	key  float64
}

// sortBy sorts rank r by the barycentre of the neighbours above or below. Verts
// without one keep their place.
func (p *part) sortBy(r int, up bool) {
	rank := p.ranks[r]
	moving, slots := p.moving[:0], p.slots[:0]
	links := p.below
	if up {
		links = p.above
	}
	for k, i := range rank {
		links := links[i]
		if len(links) == 0 {
			continue
		}
		sum := 0
		for _, to := range links {
			sum += p.pos[to]
		}
		moving = append(moving, keyed{i, float64(sum) / float64(len(links))})
		slots = append(slots, k)
	}
	p.moving, p.slots = moving, slots
	slices.SortStableFunc(moving, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	for k, m := range moving {
		if rank[slots[k]] != m.vert {
			rank[slots[k]], p.pos[m.vert] = m.vert, slots[k]
			p.stir(r)
		}
	}
}

// transpose exchanges neighbours as long as that saves crossings.
func (p *part) transpose() {
	for range 8 {
		better := false
		for r, rank := range p.ranks {
			if p.quiet[r] {
				continue
			}
			p.quiet[r] = true
			for k := 0; k+1 < len(rank); k++ {
				a, b := rank[k], rank[k+1]
				now := p.crossPair(p.above[a], p.above[b]) + p.crossPair(p.below[a], p.below[b])
				if now == 0 {
					continue
				}
				if p.crossPair(p.above[b], p.above[a])+p.crossPair(p.below[b], p.below[a]) < now {
					p.swap(rank, k, k+1)
					p.stir(r)
					better = true
				}
			}
		}
		if !better {
			return
		}
	}
}

// crossPair counts crossings of a's and b's links to one side, a left of b.
func (p *part) crossPair(a, b []int) int {
	n := 0
	for _, x := range a {
		at := p.pos[x]
		for _, y := range b {
			if at > p.pos[y] {
				n++
			}
		}
	}
	return n
}

// crossings counts all of them, by counting inversions in a Fenwick tree
// (Barth, Jünger, Mutzel 2002).
func (p *part) crossings() int {
	total := 0
	var tree, ends []int
	for r := 0; r+1 < len(p.ranks); r++ {
		size := len(p.ranks[r+1])
		tree = append(tree[:0], make([]int, size+1)...)
		seen := 0
		for _, i := range p.ranks[r] {
			ends = ends[:0]
			for _, to := range p.below[i] {
				ends = append(ends, p.pos[to])
			}
			for _, e := range ends {
				upTo := 0
				for k := e + 1; k > 0; k -= k & -k {
					upTo += tree[k]
				}
				total += seen - upTo
			}
			for _, e := range ends {
				for k := e + 1; k <= size; k += k & -k {
					tree[k]++
				}
			}
			seen += len(ends)
		}
	}
	return total
}

// gather moves verts that nothing leads to, externals above all, next to what
// shares their target, as far as that makes no new crossing.
func (p *part) gather() {
	for r := range p.ranks {
		rank := p.ranks[r]
		for _, i := range slices.Clone(rank) {
			if len(p.above[i]) > 0 || len(p.below[i]) == 0 {
				continue
			}
			for _, step := range []int{-1, 1} {
				cost, bestCost := 0, 0
				best, bestSpread := p.pos[i], p.spread(i)+p.split(r)
				start := p.pos[i]
				for k := start + step; k >= 0 && k < len(rank); k += step {
					a, b := p.below[i], p.below[rank[k]]
					if step < 0 {
						a, b = b, a
					}
					cost += p.crossPair(b, a) - p.crossPair(a, b)
					p.swap(rank, p.pos[i], k)
					if cost > bestCost {
						continue
					}
					if s := p.spread(i) + p.split(r); cost < bestCost || cost == bestCost && s < bestSpread {
						best, bestCost, bestSpread = k, cost, s
					}
				}
				for at := p.pos[i]; at != best; at = p.pos[i] {
					if at < best {
						p.swap(rank, at, at+1)
					} else {
						p.swap(rank, at, at-1)
					}
				}
			}
		}
	}
}

func (p *part) swap(rank []int, a, b int) {
	rank[a], rank[b] = rank[b], rank[a]
	p.pos[rank[a]], p.pos[rank[b]] = a, b
}

// split is how far apart what the verts above rank r lead to lies in it: nothing
// should stand between siblings.
func (p *part) split(r int) int {
	if r == 0 {
		return 0
	}
	sum := 0
	for _, u := range p.ranks[r-1] {
		lo, hi := len(p.ranks[r]), 0
		for _, to := range p.below[u] {
			lo, hi = min(lo, p.pos[to]), max(hi, p.pos[to])
		}
		sum += max(0, hi-lo)
	}
	return sum
}

// spread is how far apart the inputs of i's targets lie in their rank.
func (p *part) spread(i int) int {
	sum := 0
	for _, to := range p.below[i] {
		lo, hi := p.pos[i], p.pos[i]
		for _, u := range p.above[to] {
			lo, hi = min(lo, p.pos[u]), max(hi, p.pos[u])
		}
		sum += hi - lo
	}
	return sum
}
