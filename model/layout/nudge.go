package layout

import "slices"

// nudge moves verts, and lines that pass several ranks straight, to where fewer
// links have a step: settle makes the sum of the steps small and does not see
// that one long step is nicer than two short ones.
func (s *sweeper) nudge() {
	for range 4 {
		moved := false
		for n := range s.p.nets {
			for pass := s.p.nets[n].pass; len(pass) > 0; {
				k := 1
				for k < len(pass) && s.at[pass[k]] == s.at[pass[0]] {
					k++
				}
				moved = s.shift(pass[:k]) || moved
				pass = pass[k:]
			}
		}
		for _, rank := range s.p.ranks {
			for k := range rank {
				if s.p.verts[rank[k]].net < 0 {
					moved = s.shift(rank[k:k+1]) || moved
				}
			}
		}
		if !moved {
			return
		}
	}
}

// shift moves some verts of different ranks together as far as costs least.
func (s *sweeper) shift(group []int) (moved bool) {
	const far = 1 << 30
	lo, hi := -far, far
	for _, i := range group {
		rank := s.p.ranks[s.p.verts[i].rank]
		if k := s.p.pos[i]; k > 0 {
			lo = max(lo, s.at[rank[k-1]]+s.apart[i]-s.at[i])
		}
		if k := s.p.pos[i]; k+1 < len(rank) {
			hi = min(hi, s.at[rank[k+1]]-s.apart[rank[k+1]]-s.at[i])
		}
		if cross := s.p.o.Cross; cross > 0 {
			lo, hi = max(lo, -s.at[i]), min(hi, cross-s.p.verts[i].w-s.at[i])
		}
	}
	best, least := 0, s.cost(group, 0)
	for _, i := range group {
		for _, l := range s.links[s.from[2*i]:s.from[2*i+2]] {
			by := s.at[l.to] + l.delta - s.at[i]
			if by < lo || by > hi || by == 0 || slices.Contains(group, l.to) {
				continue
			}
			if c := s.cost(group, by); c < least {
				best, least = by, c
			}
		}
	}
	for _, i := range group {
		s.at[i] += best
	}
	return best != 0
}

// cost is what bend counts for the links that leave a group that moves.
func (s *sweeper) cost(group []int, by int) int {
	sum := 0
	for _, i := range group {
		for _, l := range s.links[s.from[2*i]:s.from[2*i+2]] {
			if d := abs(s.at[i] + by - s.at[l.to] - l.delta); d > 0 && !slices.Contains(group, l.to) {
				sum += l.weight * (d + 4)
			}
		}
	}
	return sum
}
