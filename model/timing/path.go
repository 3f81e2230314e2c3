package timing

import (
	"slices"
	"time"

	"github.com/stagedive/stagedive/model/build"
)

// Path is the critical path: the chain of runs, each begun because the one
// before it had ended, that leads to the end of the build. Its waits and runs
// and its tail add up to the wall time.
type Path struct {
	Links []Link
	// Tail is what passed between the end of the last run and the end of the
	// build; for one that failed or was cancelled, the stopping.
	Tail   time.Duration
	Ran    time.Duration // all links together
	Waited time.Duration // before links, the tail not counted
}

// Link is one run on the critical path.
type Link struct {
	Vertex     string         // digest
	Name       string         // of the vertex
	Step       *build.StepRef // of the steps that the vertex carries out, the one on the path; nil for BuildKit's own work
	Start, End time.Time
	// Waited is what passed since the link before it had ended, or since the
	// build's begin.
	Waited time.Duration
	// Busy is the most steps that ran at once during that wait: many of them, and
	// it was for room; none, and it was for the engine.
	Busy int
}

// Leg is a part of the critical path that lies in one stage.
type Leg struct {
	Stage       int // -1 for BuildKit's own work
	Ran, Waited time.Duration
}

// Legs are the links joined by stage, in the order of the path.
func (p *Path) Legs() []Leg {
	var out []Leg
	for _, l := range p.Links {
		stage := -1
		if l.Step != nil {
			stage = l.Step.Stage
		}
		if k := len(out); k == 0 || out[k-1].Stage != stage {
			out = append(out, Leg{Stage: stage})
		}
		leg := &out[len(out)-1]
		leg.Ran += l.End.Sub(l.Start)
		leg.Waited += l.Waited
	}
	return out
}

// path walks from the run that ended the build back to its begin, along what
// each run had waited for last.
func (n *net) path(b *build.Build) Path {
	var p Path
	at := n.last(b)
	n.final = at
	if at < 0 {
		p.Tail = n.ended.Sub(n.started)
		return p
	}
	p.Tail = n.ended.Sub(n.nodes[at].end)
	var way []int
	for ; at >= 0; at = n.nodes[at].chief {
		if at == n.final || !n.glance(&n.nodes[at]) {
			way = append(way, at)
		}
	}
	slices.Reverse(way)
	since := n.started
	for _, i := range way {
		x := &n.nodes[i]
		x.v.critical = true
		p.Links = append(p.Links, Link{
			Vertex: x.v.Digest, Name: x.v.Name, Start: x.start, End: x.end,
			Waited: x.start.Sub(since), Busy: n.busy(since, x.start),
		})
		since = x.end
	}
	n.attribute(p.Links, b.Begin.Targets)
	for _, l := range p.Links {
		p.Ran += l.End.Sub(l.Start)
		p.Waited += l.Waited
	}
	return p
}

// glance says whether a run only found in the cache what somebody needed: it is on
// the way, but nobody has to know.
func (n *net) glance(x *node) bool {
	return x.v.Cached && len(x.v.inputs) > 0 && float64(x.end.Sub(x.start)) < negligible*float64(n.ended.Sub(n.started))
}

// attribute says of each link which step it stands for. A vertex that several
// stages share counts for the one that the path goes on in.
func (n *net) attribute(links []Link, targets []int) {
	stage := -1
	if len(targets) > 0 {
		stage = targets[0]
	}
	for i := len(links) - 1; i >= 0; i-- {
		steps := n.byDigest[links[i].Vertex].Steps
		if len(steps) == 0 {
			continue
		}
		ref := steps[0]
		for _, s := range steps {
			if s.Stage == stage {
				ref = s
				break
			}
		}
		links[i].Step, stage = &ref, ref.Stage
	}
}

// last is the run that the end of the build was, or is, waiting for: the failed
// step's; of those that were at work when the build was looked at or stopped, the
// one that had been longest; else what ended last. -1 when nothing ran.
func (n *net) last(b *build.Build) int {
	failed, stopped := "", b.End == nil
	if b.End != nil {
		stopped = b.End.Outcome == build.OutcomeCancelled
		if b.End.Failure != nil {
			failed = b.End.Failure.Vertex
		}
	}
	atWork := func(x *node) bool {
		return stopped && (x.v.open || x.v.Cancelled) && &n.nodes[x.v.nodes[len(x.v.nodes)-1]] == x
	}
	later := func(x, y *node) bool {
		if p, q := x.v.Digest == failed, y.v.Digest == failed; p != q {
			return p
		}
		if p, q := x.v.broke(), y.v.broke(); p != q {
			return p
		}
		if p, q := atWork(x), atWork(y); p != q {
			return p
		} else if p {
			return x.start.Before(y.start)
		}
		return x.end.After(y.end)
	}
	best := -1
	for i := range n.nodes {
		if best < 0 || later(&n.nodes[i], &n.nodes[best]) {
			best = i
		}
	}
	return best
}

// broke says whether the vertex failed by itself.
func (v *vertex) broke() bool { return v.Error != "" && !v.Cancelled }
