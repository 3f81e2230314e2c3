package timing

import (
	"time"

	"github.com/stagedive/stagedive/model/build"
)

// Saving is how much sooner the build would have ended had a step taken no time,
// with every other run and every wait as long as it was. It bounds what the step
// does to the steps after it. What it leaves free, a processor or a slot that
// others waited for, may make those faster besides; how much, one build can't tell.
func (a *Analysis) Saving(ref build.StepRef) time.Duration {
	return a.net.saving(func(v *vertex) bool {
		for _, s := range v.Steps {
			if s == ref {
				return true
			}
		}
		return false
	})
}

// StageSaving is the same for all steps of a stage together.
func (a *Analysis) StageSaving(stage int) time.Duration {
	return a.net.saving(func(v *vertex) bool {
		for _, s := range v.Steps {
			if s.Stage == stage {
				return true
			}
		}
		return false
	})
}

// Best is the stage that would save most; nil where none would save anything.
func (a *Analysis) Best() (*Stage, time.Duration) {
	var best *Stage
	var most time.Duration
	for i := range a.Stages {
		if s := a.StageSaving(a.Stages[i].Index); s > most {
			best, most = &a.Stages[i], s
		}
	}
	return best, most
}

// saving plays the build once more with some vertices taking no time. A run
// starts as long after the last of its predecessors as it did. What does not
// touch the critical path saves nothing, since that stays as it is.
func (n *net) saving(instant func(*vertex) bool) time.Duration {
	if n.outcome == build.OutcomeCancelled {
		return 0 // no work decided when it ended
	}
	some := false
	zero := make([]bool, len(n.vertices))
	for i, v := range n.vertices {
		zero[i] = instant(v)
		some = some || zero[i] && v.critical
	}
	if !some {
		return 0
	}
	var was, is time.Duration // the ends that count, since the build's begin
	ends := make([]time.Duration, len(n.nodes))
	for i := range n.nodes {
		x := &n.nodes[i]
		var ready time.Duration
		for _, p := range x.preds {
			ready = max(ready, ends[p])
		}
		ends[i] = ready + x.waited
		if !zero[x.v.order] {
			ends[i] += x.end.Sub(x.start)
		}
		if n.counts(x) {
			was, is = max(was, x.end.Sub(n.started)), max(is, ends[i])
		}
	}
	return max(0, was-is)
}

// counts says whether the build's end had to wait for a run. Where something
// failed, that alone ended it, and what was cancelled ended because of it.
func (n *net) counts(x *node) bool {
	if last := &n.nodes[n.final]; last.v.broke() {
		return x == last
	}
	return !x.v.Cancelled
}
