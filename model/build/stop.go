package build

import "github.com/stagedive/stagedive/model"

// CanBreak says whether a build can stop before a step: there is something to do
// there that has not been done.
func CanBreak(s model.Step) bool {
	return s.Vertex && s.Command != "FROM" && !s.OnBuild
}

// In finds the step in another reading of the Dockerfile: the one of the same
// text in the stage of the same name, and of several the nearest.
func (r StepRef) In(old, now *model.Graph) (StepRef, bool) {
	if old == now {
		return r, true
	}
	if old == nil || now == nil || r.Stage >= len(old.Stages) || r.Step >= len(old.Stages[r.Stage].Steps) {
		return StepRef{}, false
	}
	was := old.Stages[r.Stage]
	far := func(s model.Step) int { return max(s.Index-r.Step, r.Step-s.Index) }
	for i, s := range now.Stages {
		if s.Label() != was.Label() {
			continue
		}
		best := -1
		for _, step := range s.Steps {
			if step.Text == was.Steps[r.Step].Text && (best < 0 || far(step) < far(s.Steps[best])) {
				best = step.Index
			}
		}
		return StepRef{Stage: i, Step: best}, best >= 0
	}
	return StepRef{}, false
}
