package build

import (
	"slices"
	"time"
)

// Rebuild is a step that ran because something changed, and what that led to.
type Rebuild struct {
	Cause
	Then  []StepRef     // the steps that ran only because of it, in order of their causes
	Took  time.Duration // of the step and those that followed, added up
	Saved time.Duration // of Advice.Spare: what the advice would have saved
}

// Rebuilds lists what began each cascade of steps that ran again, in the order
// of the Dockerfile. A step that ran for a reason of its own heads one itself,
// even below another that ran.
func (b *Build) Rebuilds(now time.Time) []Rebuild {
	var out []Rebuild
	at, seen := map[StepRef]int{}, map[StepRef]bool{}
	for _, c := range b.causes {
		if seen[c.Step] { // of another platform
			continue
		}
		seen[c.Step] = true
		if c.Kind.Follows() {
			continue
		}
		at[c.Step] = len(out)
		out = append(out, Rebuild{Cause: c, Took: b.Step(c.Step).Elapsed(now)})
	}
	done := map[StepRef]bool{}
	for _, c := range b.causes {
		if !c.Kind.Follows() || c.Earlier == nil || done[c.Step] {
			continue
		}
		i, known := at[*c.Earlier]
		if !known {
			continue
		}
		done[c.Step] = true
		r, took := &out[i], b.Step(c.Step).Elapsed(now)
		r.Then = append(r.Then, c.Step)
		r.Took += took
		if r.Advice != nil && slices.Contains(r.Advice.Spare, c.Step) {
			r.Saved += took
		}
	}
	slices.SortStableFunc(out, func(x, y Rebuild) int {
		if d := x.Step.Stage - y.Step.Stage; d != 0 {
			return d
		}
		return x.Step.Step - y.Step.Step
	})
	return out
}
