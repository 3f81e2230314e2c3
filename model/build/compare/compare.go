// Package compare sets two builds side by side: what became slower, what the cache
// no longer had, and where that began.
package compare

import (
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// Comparison is two builds side by side. A is the one to compare with, B the one
// that is asked about; a Delta above 0 says that B took longer.
type Comparison struct {
	A, B   Side
	Delta  time.Duration // of the wall times
	Stages []Stage       // in B's file order, then those that only A has

	// Broke is the step with which B began to lose the cache that A had; nil when
	// it lost none.
	Broke *Broke
}

// Broke names a step of a Comparison: Stages[Stage].Steps[Step].
type Broke struct{ Stage, Step int }

// Side is one build as a whole.
type Side struct {
	Outcome     build.Outcome // "" while it runs
	Elapsed     time.Duration // wall time
	Cached, Ran int           // steps
}

// Half is a stage or a step in one of the builds.
type Half struct {
	State   build.State
	Elapsed time.Duration // while it ran; 0 from the cache
	Line    int           // of the instruction, 1-based; 0 for a stage, or unknown
	Text    string        // the instruction
}

// Change is what became of the cache between A and B.
type Change string

// The changes.
const (
	Same   Change = ""
	Lost   Change = "lost"   // A had it from the cache, B ran it
	Gained Change = "gained" // A ran it, B had it from the cache
)

// Stage is a stage in both builds. A half is nil where the build has no such
// stage, or skipped it.
type Stage struct {
	Name  string
	A, B  *Half
	Delta time.Duration
	Steps []Step
}

// Step is a step in both builds. A half is nil where there is no such step. The
// texts of the halves differ when the instruction was changed.
type Step struct {
	A, B  *Half
	Delta time.Duration
	Cache Change
}

// Half is B's, or A's where B has none: what the step is called.
func (s Step) Half() Half {
	if s.B != nil {
		return *s.B
	}
	return *s.A
}

// Notable says whether the step tells something about why the builds differ: its
// cache, its text or its time.
func (s Step) Notable() bool {
	return s.Cache != Same || s.Changed() || s.A == nil || s.B == nil || s.Delta.Abs() >= 100*time.Millisecond
}

// Changed says whether the instruction's text was changed.
func (s Step) Changed() bool { return s.A != nil && s.B != nil && s.A.Text != s.B.Text }

// Of compares two builds. Where one still runs, it is compared as it is now.
func Of(a, b *build.Build, now time.Time) Comparison {
	c := Comparison{A: sideOf(a, now), B: sideOf(b, now)}
	c.Delta = c.B.Elapsed - c.A.Elapsed
	ga, gb := graphOf(a), graphOf(b)
	taken := make([]bool, len(ga.Stages))
	for i, s := range gb.Stages {
		at := -1
		for k, old := range ga.Stages {
			if !taken[k] && old.Label() == s.Label() {
				at = k
			}
		}
		if at >= 0 {
			taken[at] = true
		}
		c.add(a, b, at, i, now)
	}
	for k := range ga.Stages {
		if !taken[k] {
			c.add(a, b, k, -1, now)
		}
	}
	c.findBroke(b)
	return c
}

func graphOf(b *build.Build) *model.Graph {
	if b.Begin.Graph == nil {
		return &model.Graph{}
	}
	return b.Begin.Graph
}

func sideOf(b *build.Build, now time.Time) Side {
	out := Side{Elapsed: b.Elapsed(now)}
	if b.End != nil {
		out.Outcome = b.End.Outcome
	}
	for i, s := range graphOf(b).Stages {
		for _, step := range s.Steps {
			if !step.Vertex {
				continue
			}
			switch b.Step(build.StepRef{Stage: i, Step: step.Index}).State {
			case build.Cached:
				out.Cached++
			case build.Done, build.Running, build.Failed, build.Cancelled:
				out.Ran++
			}
		}
	}
	return out
}

// add compares stage i of A with stage k of B; -1 for none. A stage that both
// builds skipped is left out.
func (c *Comparison) add(a, b *build.Build, i, k int, now time.Time) {
	x, y := halves(a, i, now), halves(b, k, now)
	if x == nil && y == nil {
		return
	}
	var s Stage
	if y != nil {
		s.Name, s.B = y.name, &y.stage
	}
	if x != nil {
		s.A = &x.stage
		if y == nil {
			s.Name = x.name
		}
	}
	s.Delta = delta(s.A, s.B)
	for _, p := range pair(x.list(), y.list()) {
		s.Steps = append(s.Steps, p.step())
	}
	c.Stages = append(c.Stages, s)
}

// half is a stage of one build with its steps.
type half struct {
	name  string
	stage Half
	steps []Half
}

func (h *half) list() []Half {
	if h == nil {
		return nil
	}
	return h.steps
}

func halves(b *build.Build, stage int, now time.Time) *half {
	if stage < 0 {
		return nil
	}
	st := b.Stage(stage)
	if st.State == build.Skipped {
		return nil
	}
	s := graphOf(b).Stages[stage]
	out := &half{name: s.Label(), stage: Half{State: st.State}}
	if st.State != build.Cached {
		out.stage.Elapsed = st.Elapsed(end(b, now))
	}
	for _, step := range s.Steps {
		if !step.Vertex {
			continue
		}
		at := b.Step(build.StepRef{Stage: stage, Step: step.Index})
		h := Half{State: at.State, Line: step.Line, Text: step.Text}
		if at.State != build.Cached {
			h.Elapsed = at.Elapsed(end(b, now))
		}
		out.steps = append(out.steps, h)
	}
	return out
}

func end(b *build.Build, now time.Time) time.Time {
	if b.End != nil {
		return b.Ended
	}
	return now
}

func delta(a, b *Half) time.Duration {
	var d time.Duration
	if b != nil {
		d += b.Elapsed
	}
	if a != nil {
		d -= a.Elapsed
	}
	return d
}

// findBroke looks for the first step that B ran and A had not, or from the cache.
// Steps run side by side: the first is the one that B began first.
func (c *Comparison) findBroke(b *build.Build) {
	lost := false
	var first time.Time
	for i, s := range c.Stages {
		for k, step := range s.Steps {
			lost = lost || step.Cache == Lost
			if step.B == nil || !ran(step.B.State) || step.A != nil && step.A.State != build.Cached {
				continue
			}
			at := started(b, s.Name, step.B)
			if c.Broke == nil || at.Before(first) {
				c.Broke, first = &Broke{i, k}, at
			}
		}
	}
	if !lost {
		c.Broke = nil
	}
}

func ran(s build.State) bool {
	return s == build.Done || s == build.Failed || s == build.Running || s == build.Cancelled
}

func started(b *build.Build, stage string, step *Half) time.Time {
	for i, s := range graphOf(b).Stages {
		for _, x := range s.Steps {
			if s.Label() != stage || x.Text != step.Text || x.Line != step.Line {
				continue
			}
			if runs := b.Step(build.StepRef{Stage: i, Step: x.Index}).Intervals; len(runs) > 0 {
				return runs[0].Start
			}
		}
	}
	return b.Ended
}
