package timing

import "slices"

// demand finds what a vertex from the cache was loaded beside. BuildKit loads it
// late (solver/edge.go, 0.33.1): when something that uses it can't come from the
// cache too, which it may know only once the other inputs of that have run. So the
// load waits for them, though it needs nothing of them.
func (n *net) demand() {
	byRank := slices.Clone(n.vertices)
	slices.SortFunc(byRank, func(a, b *vertex) int { return b.rank - a.rank })
	seen := make([]int, len(n.vertices)) // for whom last, by order and counted from 1
	for _, v := range byRank {
		if !v.Cached {
			continue
		}
		if len(v.dependents) == 1 && len(v.dependents[0].inputs) == 1 && v.dependents[0].Cached {
			v.beside = v.dependents[0].beside
			continue
		}
		add := func(in *vertex) {
			if in != v && !in.Cached && len(in.inputs) > 0 && seen[in.order] != v.order+1 {
				seen[in.order] = v.order + 1
				v.beside = append(v.beside, in)
			}
		}
		for _, d := range v.dependents {
			for _, in := range d.inputs {
				add(in)
			}
			if d.Cached { // it is loaded for the same
				for _, in := range d.beside {
					add(in)
				}
			}
		}
	}
}
