// Package timing says where the time of a build went: when each step was ready,
// when it ran, which chain of work made the build take as long as it did, and
// what a faster stage would have saved. It is arithmetic over what model/build
// knows: a running build is analysed like one that has ended.
package timing

import (
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// Analysis is the timing of a build at one moment. It does not change, and holds
// on to nothing of the Build but its graph. Its times are those of a build that never
// stood at a breakpoint: what came after one is that much earlier.
type Analysis struct {
	Graph   *model.Graph // nil when the record has none
	Outcome build.Outcome
	Started time.Time
	Ended   time.Time // the moment of the analysis while the build runs

	Stages   []Stage // those that the target needs, in file order
	Own      []Work  // BuildKit's own: before the stages, then what follows them
	Path     Path
	Parallel Parallel

	net *net
}

// Work is something that took time: a vertex of BuildKit's own, or the vertices
// of a step or a stage together.
type Work struct {
	Name     string   // a stage's label, an instruction, or BuildKit's words
	Vertices []string // digests
	State    build.State
	Runs     []build.Interval // disjoint, ascending, closed: what still runs ends with the Analysis

	// Ready is when the last of its inputs was done; zero when nobody knows yet.
	Ready time.Time
	// Waited is how long it was ready and did not run. Of a stage, the sum over
	// its steps.
	Waited time.Duration
	// After is the digest of the vertex that was waited for last; "" for none.
	After string
	// Critical says that some of it is on the critical path. A vertex that stages
	// share makes a step of each critical, but only the stage that the path goes on
	// in.
	Critical bool
	// Follows says, of BuildKit's own work, that it comes after the stages.
	Follows bool
}

// Begun says whether it has run at all, if only to be found in the cache.
func (w *Work) Begun() bool { return len(w.Runs) > 0 }

// Start is when it first ran; zero before that.
func (w *Work) Start() time.Time {
	if len(w.Runs) == 0 {
		return time.Time{}
	}
	return w.Runs[0].Start
}

// End is when it last ran; zero before it began.
func (w *Work) End() time.Time {
	if len(w.Runs) == 0 {
		return time.Time{}
	}
	return w.Runs[len(w.Runs)-1].End
}

// Ran is how long it ran, pauses not counted.
func (w *Work) Ran() time.Duration { return total(w.Runs) }

// Step is one step of a stage that has a vertex.
type Step struct {
	Work
	Ref build.StepRef
}

// Stage is one stage with its steps.
type Stage struct {
	Work
	Index int
	Steps []Step
}

// Wall is how long the build took, from its begin to its end or to the analysis.
func (a *Analysis) Wall() time.Duration { return a.Ended.Sub(a.Started) }

// Share is a part of the wall time, from 0 to 1.
func (a *Analysis) Share(d time.Duration) float64 {
	wall := a.Wall()
	if wall <= 0 {
		return 0
	}
	return min(1, max(0, float64(d)/float64(wall)))
}

// At is a moment of the build's clock among the times of an Analysis.
func At(b *build.Build, now time.Time) time.Time { return build.Unpaused(now, b.Pauses(now)) }

// Analyze analyses a build. now is the build's clock; it matters while the build
// runs only.
func Analyze(b *build.Build, now time.Time) *Analysis {
	a := &Analysis{Graph: b.Begin.Graph, Started: b.Started, Ended: now}
	if b.End != nil {
		a.Outcome, a.Ended = b.End.Outcome, b.Ended
	}
	if b.Started.IsZero() {
		a.Started = a.Ended
	}
	if a.Ended.Before(a.Started) {
		a.Ended = a.Started
	}
	a.net = newNet(b, a)
	a.Parallel = a.net.parallel()
	a.Path = a.net.path(b)
	a.rows(b)
	return a
}

func total(runs []build.Interval) time.Duration {
	var d time.Duration
	for _, r := range runs {
		d += r.End.Sub(r.Start)
	}
	return d
}
