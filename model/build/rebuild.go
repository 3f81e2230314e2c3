package build

import (
	"cmp"
	"slices"
	"time"
)

// Rebuild is a step that ran because something changed, and what that led to.
type Rebuild struct {
	Cause
	Same  []StepRef     // further steps that ran for this very reason, each by itself, as in the file
	Then  []StepRef     // the steps that ran only because of those, as they began
	Took  time.Duration // of them all, added up
	Saved time.Duration // of Advice.Spare: what the advice would have saved
}

// Steps lists all steps of the cascade, the one that began it first.
func (r Rebuild) Steps() []StepRef { return slices.Concat([]StepRef{r.Step}, r.Same, r.Then) }

// Spares says whether a step ran that the advice would have kept in the cache.
func (r Rebuild) Spares() bool {
	return r.Advice != nil && slices.ContainsFunc(r.Then, func(ref StepRef) bool { return slices.Contains(r.Advice.Spare, ref) })
}

// Rebuilds lists what began each cascade of steps that ran again, in the order
// of the Dockerfile. A step that ran for a reason of its own heads one itself,
// even below another that ran. Reasons that are the same in words, such as
// --no-cache or a build argument that many steps see, are one, told of the first of
// them in the file; changed files are told for each step.
func (b *Build) Rebuilds(now time.Time) []Rebuild {
	var out []Rebuild
	at := map[StepRef]int{} // which of out a step belongs to
	same := map[[2]string]int{}
	for i, c := range b.causes {
		if b.causeOf[c.Step] != i || c.Kind.Follows() { // another platform's is not told twice
			continue
		}
		key := [2]string{string(c.Kind), c.Text}
		if i, known := same[key]; known && c.Kind != CauseFiles {
			at[c.Step] = i
			if other := &out[i]; c.Step.compare(other.Step) < 0 {
				other.Same, other.Cause = append(other.Same, other.Step), c
			} else {
				other.Same = append(other.Same, c.Step)
			}
			continue
		}
		at[c.Step], same[key] = len(out), len(out)
		out = append(out, Rebuild{Cause: c})
	}
	for i, c := range b.causes {
		if b.causeOf[c.Step] != i || !c.Kind.Follows() || c.Earlier == nil {
			continue
		}
		if i, known := at[*c.Earlier]; known {
			at[c.Step] = i
			out[i].Then = append(out[i].Then, c.Step)
		}
	}
	for i := range out {
		r := &out[i]
		slices.SortFunc(r.Same, StepRef.compare)
		slices.SortStableFunc(r.Then, func(x, y StepRef) int {
			return cmp.Or(b.started(x).Compare(b.started(y)), x.compare(y))
		})
		for _, ref := range r.Steps() {
			took := b.Step(ref).Elapsed(now)
			r.Took += took
			if r.Advice != nil && slices.Contains(r.Advice.Spare, ref) && slices.Contains(r.Then, ref) {
				r.Saved += took
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Rebuild) int { return x.Step.compare(y.Step) })
	return out
}

// compare puts steps in the order of the file.
func (r StepRef) compare(s StepRef) int { return cmp.Or(r.Stage-s.Stage, r.Step-s.Step) }

// started is when a step first ran; zero before that.
func (b *Build) started(ref StepRef) time.Time {
	if in := b.Step(ref).Intervals; len(in) > 0 {
		return in[0].Start
	}
	return time.Time{}
}
