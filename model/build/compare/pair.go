package compare

import (
	"strings"

	"github.com/stagedive/stagedive/model/build"
)

// couple is a step of A and the step of B that is the same; either may be nil.
type couple struct{ a, b *Half }

func (p couple) step() Step {
	s := Step{A: p.a, B: p.b, Delta: delta(p.a, p.b)}
	if p.a != nil && p.b != nil {
		switch {
		case p.a.State == build.Cached && ran(p.b.State):
			s.Cache = Lost
		case ran(p.a.State) && p.b.State == build.Cached:
			s.Cache = Gained
		}
	}
	return s
}

// pair finds the steps that are the same: the longest common run of texts, and
// between those, steps of the same instruction in their order, which were
// changed.
func pair(a, b []Half) []couple {
	var out []couple
	i, k := 0, 0
	for _, m := range append(common(a, b), [2]int{len(a), len(b)}) {
		out = append(out, between(a[i:m[0]], b[k:m[1]])...)
		if m[0] < len(a) {
			out = append(out, couple{&a[m[0]], &b[m[1]]})
		}
		i, k = m[0]+1, m[1]+1
	}
	return out
}

// common is a longest common subsequence of texts, as pairs of indexes.
func common(a, b []Half) [][2]int {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for k := len(b) - 1; k >= 0; k-- {
			if a[i].Text == b[k].Text {
				length[i][k] = length[i+1][k+1] + 1
			} else {
				length[i][k] = max(length[i+1][k], length[i][k+1])
			}
		}
	}
	var out [][2]int
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i].Text == b[k].Text:
			out = append(out, [2]int{i, k})
			i, k = i+1, k+1
		case length[i+1][k] >= length[i][k+1]:
			i++
		default:
			k++
		}
	}
	return out
}

// between pairs what is left: changed steps of the same instruction, then those
// that only one of the builds has. B's order is kept.
func between(a, b []Half) []couple {
	var out []couple
	i := 0
	for k := range b {
		at := i
		for at < len(a) && command(a[at]) != command(b[k]) {
			at++
		}
		if at == len(a) {
			out = append(out, couple{nil, &b[k]})
			continue
		}
		for ; i < at; i++ {
			out = append(out, couple{&a[i], nil})
		}
		out = append(out, couple{&a[at], &b[k]})
		i = at + 1
	}
	for ; i < len(a); i++ {
		out = append(out, couple{&a[i], nil})
	}
	return out
}

func command(h Half) string {
	c, _, _ := strings.Cut(h.Text, " ")
	return strings.ToUpper(c)
}
