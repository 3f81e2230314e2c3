package build

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/measure"
)

// Cost counts the steps that the targets need by how they ended: those that ran,
// also those that failed or were stopped, and those that came from the cache.
// Steps that share a vertex count once.
func (b *Build) Cost() (ran, cached int) {
	g := b.Begin.Graph
	if g == nil {
		return 0, 0
	}
	seen := map[string]bool{}
	for i, s := range g.Stages {
		if !b.Plan.Needs(model.NodeID(i)) {
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
				cached++
			case st.State.Ended() && len(st.Intervals) > 0:
				ran++
			}
		}
	}
	return ran, cached
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
