package build

import (
	"fmt"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/measure"
)

// Work is what steps came to.
type Work struct {
	Ran    int           // steps that ran, also those that failed or were stopped
	Cached int           // steps that came from the cache
	Busy   time.Duration // of those that ran, added up: not wall time
}

// Cost counts the steps that the targets need by how they ended. Steps that share a
// vertex count once.
func (b *Build) Cost() (ran, cached int) {
	w := b.Work(b.Plan)
	return w.Ran, w.Cached
}

// Work is Cost for the steps that a plan needs, with the time that they took.
func (b *Build) Work(p model.Plan) (w Work) {
	g := b.Begin.Graph
	if g == nil {
		return w
	}
	seen := map[string]bool{}
	for i, s := range g.Stages {
		if !p.Needs(model.NodeID(i)) {
			continue
		}
		for _, step := range s.Steps {
			st := b.Step(StepRef{i, step.Index})
			if !step.Vertex || len(st.Vertices) > 0 && seen[st.Vertices[0]] {
				continue
			}
			if len(st.Vertices) > 0 {
				seen[st.Vertices[0]] = true
			}
			switch {
			case st.State == Cached:
				w.Cached++
			case st.State.Ended() && len(st.Intervals) > 0:
				w.Ran++
				for _, run := range st.Intervals {
					w.Busy += run.End.Sub(run.Start)
				}
			}
		}
	}
	return w
}

// CostOf says what a build cost that was made because paths changed:
// "src/app.ts → 3 steps ran, 4.1s; 9 cached". Of many paths it names the first.
func (b *Build) CostOf(changed []string, arrow string) string {
	ran, cached := b.Cost()
	cost := fmt.Sprintf("%s ran, %s; %s cached", measure.Plural(ran, "step"), measure.Duration(b.Elapsed(b.Ended)), measure.Count(cached))
	if b.End != nil && b.End.Outcome != OutcomeSucceeded {
		cost = string(b.End.Outcome) + ": " + cost
	}
	return Some(changed) + " " + arrow + " " + cost
}

// Some names the first of the paths, and says how many more there are.
func Some(paths []string) string {
	const most = 2
	text := strings.Join(paths[:min(most, len(paths))], ", ")
	if n := len(paths) - most; n > 0 {
		text += " and " + measure.Count(n) + " more"
	}
	return text
}
