package build

import (
	"slices"
	"time"

	"github.com/stagedive/stagedive/model"
)

// Step derives the status of a step from its vertices.
func (b *Build) Step(ref StepRef) Step {
	s := Step{Vertices: b.byStep[ref]}
	if !b.Plan.Needs(model.NodeID(ref.Stage)) {
		s.State = Skipped
		return s
	}
	s.State = b.settle(b.stateOf(s.Vertices))
	if s.State == Waiting && len(s.Vertices) == 0 && b.passed(ref) {
		s.State = Cached
	}
	if s.State == Done && b.command(ref) == "FROM" && !b.transferred(s.Vertices) {
		s.State = Cached
	}
	if b.broke(ref) && s.State != Failed {
		s.State, s.Error = Failed, b.End.Failure.Message
	}
	for _, d := range s.Vertices {
		v := b.vertices[d]
		s.Intervals = append(s.Intervals, v.runs...)
		if v.Error != "" {
			s.Error = v.Error
		}
	}
	s.Intervals = mergeIntervals(s.Intervals, b.Ended)
	return s
}

// command is the instruction of a step; "" when it is unknown.
func (b *Build) command(ref StepRef) string {
	g := b.Begin.Graph
	if g == nil || ref.Stage >= len(g.Stages) || ref.Step >= len(g.Stages[ref.Stage].Steps) {
		return ""
	}
	return g.Stages[ref.Stage].Steps[ref.Step].Command
}

// transferred says whether the vertices moved any bytes. BuildKit runs the
// vertex of an image that it has on every build, to look at it: nothing is
// marked as cached, and nothing is done.
func (b *Build) transferred(digests []string) bool {
	for _, d := range digests {
		for _, p := range b.vertices[d].progress {
			if p.Total > 0 && p.Current > 0 {
				return true
			}
		}
	}
	return false
}

// broke says whether the build failed at this step. One that fails before
// anything runs, such as FROM an image that can't be pulled, has no vertex to
// tell.
func (b *Build) broke(ref StepRef) bool {
	return b.End != nil && b.End.Failure != nil && b.End.Failure.Step != nil && *b.End.Failure.Step == ref
}

// passed says whether a later step of the stage is at work or has been: one
// without a vertex, such as FROM an empty image, has nothing left to do then.
func (b *Build) passed(ref StepRef) bool {
	g := b.Begin.Graph
	if g == nil || ref.Stage >= len(g.Stages) {
		return false
	}
	for i := ref.Step + 1; i < len(g.Stages[ref.Stage].Steps); i++ {
		if later := b.byStep[StepRef{ref.Stage, i}]; len(later) > 0 && b.stateOf(later) != Waiting {
			return true
		}
	}
	return false
}

// stateOf is the state that vertices add up to, while the build runs.
func (b *Build) stateOf(digests []string) State {
	if len(digests) == 0 {
		return Waiting
	}
	ended, cached, running := 0, 0, false
	for _, d := range digests {
		v := b.vertices[d]
		switch {
		case v.Error != "" && v.Cancelled:
			return Cancelled // because another step failed, or by the user
		case v.Error != "":
			return Failed
		case v.Completed != nil:
			ended++
			if v.Cached {
				cached++
			}
		case v.Cached: // marked retroactively, never started
			ended++
			cached++
		case v.Started != nil:
			running = true
		}
	}
	switch {
	case running || 0 < ended && ended < len(digests):
		return Running
	case ended == 0:
		return Waiting
	case cached == len(digests):
		return Cached
	}
	return Done
}

// settle turns the states that cannot outlive the build into final ones: what a
// successful build never had to look at came from the cache.
func (b *Build) settle(s State) State {
	if b.End == nil || s.Ended() {
		return s
	}
	switch {
	case b.End.Outcome == OutcomeSucceeded && s == Waiting:
		return Cached
	case b.End.Outcome == OutcomeSucceeded:
		return Done
	case b.End.Outcome == OutcomeCancelled || s == Running:
		return Cancelled
	}
	return Waiting // the build failed elsewhere before this began
}

// Stage derives the status of a stage from its steps; one without a vertex of
// its own follows the stages it is made from.
func (b *Build) Stage(index int) Stage {
	g := b.Begin.Graph
	var st Stage
	if g == nil || index < 0 || index >= len(g.Stages) {
		return st
	}
	if kept, known := b.memo.at(index, len(g.Stages), b.states); known {
		return *kept
	}
	st = b.stage(index)
	kept, _ := b.memo.at(index, len(g.Stages), b.states)
	*kept, b.memo.known[index] = st, true
	return st
}

func (b *Build) stage(index int) Stage {
	var st Stage
	if !b.Plan.Needs(model.NodeID(index)) {
		st.State = Skipped
		return st
	}
	o := b.own(index)
	counts := &o.counts
	st.Total, st.Intervals = o.total, o.intervals
	st.Cached = counts[Cached]
	st.Done = counts[Cached] + counts[Done]
	switch {
	case counts[Failed] > 0:
		st.State = Failed
	case st.Total == 0:
		st.State = b.settle(b.follow(index))
	case counts[Cancelled] > 0:
		st.State = Cancelled
	case counts[Running] > 0 || 0 < st.Done && st.Done < st.Total && !b.held(index) && !b.stands(index):
		st.State = Running
	case st.Done < st.Total:
		st.State = Waiting
	case st.Cached == st.Total:
		st.State = Cached
	default:
		st.State = Done
	}
	if st.State == Running && b.End != nil {
		st.State = Waiting // some steps ended before the build failed elsewhere
	}
	return st
}

// stands says whether a stage stands at a breakpoint.
func (b *Build) stands(index int) bool { return b.Stop != nil && b.Stop.Stage == index }

// held says whether a stage's next step must wait for another stage. Where it
// need not, no running step means that the engine is just about to start it.
func (b *Build) held(index int) bool {
	g, next := b.Begin.Graph, b.own(index).next
	if next < 0 {
		return false
	}
	for _, e := range g.Into(model.NodeID(index)) {
		if e.Step == next && g.IsStage(e.From) && !b.Stage(int(e.From)).State.Ended() {
			return true
		}
	}
	return false
}

// follow is the state of a stage that has nothing to do by itself.
func (b *Build) follow(index int) State {
	state := Cached
	bases := 0
	for _, e := range b.Begin.Graph.Into(model.NodeID(index)) {
		if !b.Begin.Graph.IsStage(e.From) {
			continue
		}
		bases++
		switch b.Stage(int(e.From)).State {
		case Cached:
		case Done:
			state = Done
		default:
			return Waiting
		}
	}
	if bases == 0 && len(b.order) == 0 {
		return Waiting // nothing at all is known yet
	}
	return state
}

// mergeIntervals returns the union of the intervals, ascending. Open ones are
// closed at end unless that is zero.
func mergeIntervals(in []Interval, end time.Time) []Interval {
	if len(in) == 0 {
		return nil
	}
	in = slices.Clone(in)
	for i := range in {
		if in[i].End.IsZero() {
			in[i].End = end
		}
	}
	slices.SortFunc(in, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	out := in[:1]
	for _, iv := range in[1:] {
		last := &out[len(out)-1]
		switch {
		case last.End.IsZero(): // open: it holds all that comes later
		case iv.Start.After(last.End):
			out = append(out, iv)
		case iv.End.IsZero() || iv.End.After(last.End):
			last.End = iv.End
		}
	}
	return out
}
