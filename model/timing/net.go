package timing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/build"
)

// net is the build as runs that wait for one another. BuildKit runs a vertex
// several times (an image is resolved, later pulled, later unpacked), so it is
// the single run that has a predecessor, not the vertex.
type net struct {
	started, ended time.Time
	outcome        build.Outcome
	final          int       // the node that ended the build; -1 when nothing ran
	vertices       []*vertex // by first appearance
	byDigest       map[string]*vertex
	nodes          []node // in an order in which predecessors come first
	samples        []Sample
}

// vertex is what the analysis knows of a build.Vertex.
type vertex struct {
	build.Vertex
	order      int // by first appearance
	rank       int // inputs have a lower one
	runs       []build.Interval
	open       bool // it runs
	inputs     []*vertex
	dependents []*vertex
	beside     []*vertex // of one from the cache: what ran for those that it was then loaded for
	kind       kind
	nodes      []int
	critical   bool
}

// kind says how a vertex without known inputs hangs in the net.
type kind uint8

const (
	worked kind = iota // it has inputs, or is a source that others are made of
	before             // the frontend's: reading the Dockerfile, looking up images
	after              // the exporter's
)

// node is one run.
type node struct {
	v          *vertex
	start, end time.Time
	preds      []int         // what had to end first; all ended by start
	chief      int           // the one that ended last; -1 when there is none
	waited     time.Duration // since that one's end, or the build's begin
}

func newNet(b *build.Build, a *Analysis) *net {
	n := &net{outcome: a.Outcome}
	digests := b.Vertices()
	room := make([]vertex, len(digests))
	n.vertices, n.byDigest = make([]*vertex, len(digests)), make(map[string]*vertex, len(digests))
	for i, d := range digests {
		x := &room[i]
		x.Vertex, _ = b.Vertex(d)
		x.order = i
		n.vertices[i], n.byDigest[d] = x, x
	}
	for _, v := range n.vertices {
		for _, d := range v.Inputs {
			if in := n.byDigest[d]; in != nil && in != v {
				v.inputs = append(v.inputs, in)
				in.dependents = append(in.dependents, v)
			}
		}
		v.runs, v.open = runsOf(b.Runs(v.Digest), a.Ended)
	}
	n.fit(a)
	n.close(a, b.Pauses(a.Ended))
	n.rank()
	n.classify()
	n.demand()
	n.place()
	n.connect()
	return n
}

// runsOf changes in: it closes open runs at now and leaves out those that took no time, such as
// BuildKit's glances at a cache key, where there are others.
func runsOf(in []build.Interval, now time.Time) (out []build.Interval, open bool) {
	for i := range in {
		r := &in[i]
		if r.End.IsZero() {
			r.End, open = now, true
		}
		if r.End.Before(r.Start) {
			r.End = r.Start
		}
		if r.End.After(r.Start) {
			out = append(out, *r)
		}
	}
	if len(out) > 0 {
		return out, open
	}
	return in[:min(1, len(in))], open
}

// fit moves the vertices into the build's time where the engine's clock differs
// from ours, which told when the build began and ended.
func (n *net) fit(a *Analysis) {
	var lo, hi time.Time
	for _, v := range n.vertices {
		for _, r := range v.runs {
			if lo.IsZero() || r.Start.Before(lo) {
				lo = r.Start
			}
			if r.End.After(hi) {
				hi = r.End
			}
		}
	}
	var shift time.Duration
	switch {
	case lo.IsZero():
	case lo.Before(a.Started):
		shift = a.Started.Sub(lo)
	case hi.After(a.Ended):
		shift = max(a.Ended.Sub(hi), a.Started.Sub(lo))
	}
	for _, v := range n.vertices {
		for i, r := range v.runs {
			v.runs[i] = build.Interval{Start: r.Start.Add(shift), End: r.End.Add(shift)}
		}
	}
	if hi = hi.Add(shift); !lo.IsZero() && hi.After(a.Ended) {
		a.Ended = hi
	}
	n.started, n.ended = a.Started, a.Ended
}

// close leaves out the times in which the build stood still: what a person thinks is
// no part of how long a step had to wait.
func (n *net) close(a *Analysis, pauses []build.Interval) {
	if len(pauses) == 0 {
		return
	}
	for _, v := range n.vertices {
		for i, r := range v.runs {
			v.runs[i] = build.Interval{Start: build.Unpaused(r.Start, pauses), End: build.Unpaused(r.End, pauses)}
		}
	}
	a.Ended = build.Unpaused(a.Ended, pauses)
	n.ended = a.Ended
}

// rank numbers the vertices so that inputs come first. A cycle, which only a
// damaged record has, is cut somewhere.
func (n *net) rank() {
	next := 0
	const visiting, ranked = 1, 2
	state := make([]uint8, len(n.vertices))
	var visit func(v *vertex)
	visit = func(v *vertex) {
		state[v.order] = visiting
		for _, in := range v.inputs {
			if state[in.order] == 0 {
				visit(in)
			}
		}
		state[v.order] = ranked
		v.rank, next = next, next+1
	}
	for _, v := range n.vertices {
		if state[v.order] == 0 {
			visit(v)
		}
	}
}

// exporters are how the names of vertices begin that make something of the
// result (BuildKit 0.33.1, exporter and cache/remotecache; buildx's import).
var exporters = [...]string{"exporting", "pushing", "sending", "writing", "preparing build cache", "importing to"}

func (n *net) classify() {
	for _, v := range n.vertices {
		if len(v.Steps) > 0 || len(v.inputs) > 0 || len(v.dependents) > 0 {
			continue
		}
		v.kind = before
		for _, prefix := range exporters {
			if strings.HasPrefix(v.Name, prefix) {
				v.kind = after
			}
		}
	}
}

func (n *net) place() {
	runs := 0
	for _, v := range n.vertices {
		runs += len(v.runs)
	}
	n.nodes = make([]node, 0, runs)
	for _, v := range n.vertices {
		for _, r := range v.runs {
			n.nodes = append(n.nodes, node{v: v, start: r.Start, end: r.End, chief: -1})
		}
	}
	slices.SortStableFunc(n.nodes, func(a, b node) int {
		return cmp.Or(a.start.Compare(b.start), a.end.Compare(b.end), cmp.Compare(a.v.rank, b.v.rank))
	})
	for i := range n.nodes {
		v := n.nodes[i].v
		v.nodes = append(v.nodes, i)
	}
}

// connect finds what each run had to wait for.
func (n *net) connect() {
	seen := make([]int, len(n.nodes)) // by whom last, counted from 1
	for i := range n.nodes {
		n.follow(i, seen)
		x, since := &n.nodes[i], n.started
		if x.chief >= 0 {
			since = n.nodes[x.chief].end
		}
		x.waited = x.start.Sub(since)
	}
}

// follow finds what run i had to wait for:
//   - the run before it of the same vertex,
//   - the inputs,
//   - for what runs again, and for a source, the other inputs of who uses it, where
//     those had to be made: what is not needed yet is not fetched yet,
//   - for what is cached, whatever ran beside it for those that it is loaded for,
//   - for a source, the frontend, which says what to build,
//   - for the exporter, everything.
func (n *net) follow(i int, seen []int) {
	x := &n.nodes[i]
	add := func(p int) {
		if p < 0 || p >= i || seen[p] == i+1 {
			return
		}
		seen[p] = i + 1
		x.preds = append(x.preds, p)
		if c := x.chief; c < 0 || n.nodes[p].end.After(n.nodes[c].end) {
			x.chief = p
		}
	}
	v := x.v
	again := v.nodes[0] != i
	source := len(v.inputs) == 0
	if again {
		add(n.latest(v, x))
	}
	for _, in := range v.inputs {
		add(n.latest(in, x))
	}
	if v.kind == worked && (again || source) {
		for _, d := range v.dependents {
			for _, in := range d.inputs {
				if in == v || len(in.inputs) == 0 {
					continue
				}
				if p := n.latest(in, x); p >= 0 && n.nodes[p].start.Before(x.start) {
					add(p)
				}
			}
		}
	}
	for _, r := range v.beside {
		add(n.latest(r, x))
	}
	if !source || v.kind == worked && again {
		return
	}
	for p := range i {
		if y := &n.nodes[p]; !y.end.After(x.start) && y.start.Before(x.start) && (v.kind == after || y.v.kind == before) {
			add(p)
		}
	}
}

// latest is the last run of v that had ended when x started; -1 for none.
func (n *net) latest(v *vertex, x *node) int {
	for k := len(v.nodes) - 1; k >= 0; k-- {
		if p := v.nodes[k]; !n.nodes[p].end.After(x.start) && &n.nodes[p] != x {
			return p
		}
	}
	return -1
}
