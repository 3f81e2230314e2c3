package reproduction

import (
	"slices"
	"sort"
)

// order finds what stands elsewhere in the second archive, of what both have: as few
// entries as must move so that the rest is in one order. They are told of in the order
// of the first.
func order(first, second []Entry, p pairs) []Difference {
	var at, places []int // of the entries that both have
	sorted := true
	for i := range first {
		if j := p.of[i]; j >= 0 {
			sorted = sorted && (len(places) == 0 || j > places[len(places)-1])
			at, places = append(at, i), append(places, j)
		}
	}
	if sorted {
		return nil
	}
	var out []Difference
	stay := increasing(places)
	for k, i := range at {
		if len(stay) > 0 && stay[0] == k {
			stay = stay[1:]
			continue
		}
		out = append(out, Difference{
			Field: Order, Path: first[i].Path, At: -1, Stays: true, first: i, second: places[k],
			First: after(first, i), Second: after(second, places[k]),
		})
	}
	return out
}

func after(entries []Entry, i int) string {
	if i == 0 {
		return "first of all"
	}
	return "after " + entries[i-1].Path
}

// increasing gives the indices of a longest increasing subsequence, ascending.
func increasing(v []int) []int {
	var ends []int // ends[n]: where the subsequence of n+1 with the smallest last value ends
	before := make([]int, len(v))
	for i, x := range v {
		n := sort.Search(len(ends), func(k int) bool { return v[ends[k]] >= x })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	var out []int
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			out = append(out, i)
		}
	}
	slices.Reverse(out)
	return out
}
