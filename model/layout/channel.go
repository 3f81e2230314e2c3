package layout

import (
	"slices"

	"github.com/stagedive/stagedive/model"
)

// gap is the channel between two ranks: lines come in at the top, leave at the
// bottom, and step sideways on tracks between.
type gap struct {
	wires  []wire
	tracks int
}

// wire is what a net does in a gap. A straight one needs no track.
type wire struct {
	net     int
	top     int
	bottoms []int
	lo, hi  int // what its track covers
	track   int // -1 for a straight one
	after   int // the wire that continues this one on a second track, or -1
	second  bool
}

func (p *part) channels() {
	p.gaps = make([]gap, max(0, len(p.ranks)-1))
	for n := range p.nets {
		t := &p.nets[n]
		from := p.verts[t.from].rank
		for r := from; ; r++ {
			ends := p.ends(n, r)
			if len(ends) == 0 && r-from >= len(t.pass) {
				break
			}
			w := wire{net: n, top: p.top(n, r), after: -1}
			for _, b := range ends {
				w.bottoms = append(w.bottoms, p.entry(n, b))
			}
			p.gaps[r].wires = append(p.gaps[r].wires, w.span())
		}
	}
	for r := range p.gaps {
		p.route(&p.gaps[r])
	}
}

// entry is where net n enters vert i from above.
func (p *part) entry(n, i int) int {
	if p.verts[i].node == model.None {
		return p.verts[i].c
	}
	for _, t := range p.nets[n].targets {
		if t.vert == i {
			return t.in
		}
	}
	return p.verts[i].center()
}

func (w wire) span() wire {
	w.lo, w.hi = w.top, w.top
	for _, b := range w.bottoms {
		w.lo, w.hi = min(w.lo, b), max(w.hi, b)
	}
	return w
}

func (w *wire) straight() bool { return w.lo == w.hi }

// mustBeAbove says that a's way down to its track would run into b's way up
// from below otherwise: they share a column.
func mustBeAbove(gp *gap, a, b int) bool {
	x, y := &gp.wires[a], &gp.wires[b]
	if x.after == b {
		return true
	}
	if y.after == a || y.straight() {
		return false
	}
	return slices.Contains(y.bottoms, x.top)
}

// crossed counts the crossings of two wires with a's track above b's.
func crossed(a, b *wire) int {
	n := 0
	if a.lo < b.top && b.top < a.hi {
		n++
	}
	for _, x := range a.bottoms {
		if b.lo < x && x < b.hi {
			n++
		}
	}
	return n
}

// route gives the wires of a gap their tracks: an order that respects
// mustBeAbove and saves crossings, then the first track on which a wire touches
// no other. Where wires wait for each other in a circle, one of them takes two
// tracks.
func (p *part) route(gp *gap) {
	order, stuck := sortTracks(gp)
	for stuck >= 0 {
		p.dogleg(gp, stuck)
		order, stuck = sortTracks(gp)
	}
	for range len(order) {
		better := false
		for k := 0; k+1 < len(order); k++ {
			a, b := order[k], order[k+1]
			if mustBeAbove(gp, a, b) {
				continue
			}
			if crossed(&gp.wires[b], &gp.wires[a]) < crossed(&gp.wires[a], &gp.wires[b]) {
				order[k], order[k+1] = b, a
				better = true
			}
		}
		if !better {
			break
		}
	}
	for i := range gp.wires {
		gp.wires[i].track = -1
	}
	for k, i := range order {
		w := &gp.wires[i]
		w.track = 0
		for _, j := range order[:k] {
			o := &gp.wires[j]
			touch := o.lo < w.hi+p.o.LineGap && w.lo < o.hi+p.o.LineGap
			if touch || mustBeAbove(gp, j, i) {
				w.track = max(w.track, o.track+1)
			}
		}
		gp.tracks = max(gp.tracks, w.track+1)
	}
}

// sortTracks orders the wires that need a track; stuck is one that waits for
// itself, or -1.
func sortTracks(gp *gap) (order []int, stuck int) {
	var todo []int
	for i := range gp.wires {
		if !gp.wires[i].straight() {
			todo = append(todo, i)
		}
	}
	blocker := func(i int) int {
		for _, j := range todo {
			if j != i && mustBeAbove(gp, j, i) {
				return j
			}
		}
		return -1
	}
	for len(todo) > 0 {
		k, least := -1, 0
		for at, i := range todo {
			if blocker(i) >= 0 {
				continue
			}
			// What it costs to put i above all others.
			cost := 0
			for _, j := range todo {
				a, b := &gp.wires[i], &gp.wires[j]
				cost += max(0, crossed(a, b)-crossed(b, a))
			}
			if k < 0 || cost < least {
				k, least = at, cost
			}
		}
		if k < 0 {
			seen := map[int]bool{}
			for i := todo[0]; ; i = blocker(i) {
				if seen[i] && !gp.wires[i].second && gp.wires[i].after < 0 {
					return nil, i
				}
				if seen[i] && len(seen) > len(gp.wires) {
					return nil, i
				}
				seen[i] = true
			}
		}
		order = append(order, todo[k])
		todo = slices.Delete(todo, k, k+1)
	}
	return order, -1
}

// dogleg splits a wire in two that meet in a free column.
func (p *part) dogleg(gp *gap, i int) {
	w := gp.wires[i]
	taken := map[int]bool{}
	for _, o := range gp.wires {
		taken[o.top] = true
		for _, b := range o.bottoms {
			taken[b] = true
		}
	}
	free := func(x, room int) bool {
		for d := 1 - room; d < room; d++ {
			if taken[x+d] {
				return false
			}
		}
		return true
	}
	at, found := (w.lo+w.hi)/2, false
	for _, room := range []int{p.o.LineGap, 1} {
		for d := 0; d <= w.hi-w.lo+4*room && !found; d++ {
			for _, x := range []int{(w.lo+w.hi)/2 + d, (w.lo+w.hi)/2 - d} {
				if free(x, room) {
					at, found = x, true
					break
				}
			}
		}
	}
	for !found { // everything near is taken: go where nothing is
		at++
		found = free(at, 1)
	}
	lower := wire{net: w.net, top: at, bottoms: w.bottoms, after: w.after, second: true}
	upper := wire{net: w.net, top: w.top, bottoms: []int{at}, after: len(gp.wires), second: w.second}
	gp.wires[i] = upper.span()
	gp.wires = append(gp.wires, lower.span())
}
