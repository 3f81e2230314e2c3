package main

import (
	"strconv"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// breakpoints are the steps that --break names: by a line, or as the first one of
// a stage.
func (j *job) breakpoints(names []string) ([]build.StepRef, error) {
	var out []build.StepRef
	for _, name := range names {
		if line, err := strconv.Atoi(name); err == nil {
			ref, err := stepOn(j.graph, line)
			if err != nil {
				return nil, err
			}
			out = append(out, ref)
			continue
		}
		i, ok := j.graph.FindStage(name)
		if !ok {
			return nil, usagef("%s has no stage %q to stop in; %s", j.graph.File, sanitize.Text(name), stageList(j.graph))
		}
		first := -1
		for _, step := range j.graph.Stages[i].Steps {
			if first < 0 && build.CanBreak(step) {
				first = step.Index
			}
		}
		if first < 0 {
			return nil, usagef("stage %s has no RUN, COPY, ADD or WORKDIR to stop before", sanitize.Text(name))
		}
		out = append(out, build.StepRef{Stage: i, Step: first})
	}
	return out, nil
}

// stepOn is the step on a line that a build can stop before.
func stepOn(g *model.Graph, line int) (build.StepRef, error) {
	if i := g.StageAt(line); i >= 0 {
		for _, step := range g.Stages[i].Steps {
			if line >= step.Line && line <= step.EndLine && build.CanBreak(step) {
				return build.StepRef{Stage: i, Step: step.Index}, nil
			}
		}
	}
	return build.StepRef{}, usagef("line %d of %s is not of a RUN, COPY, ADD or WORKDIR; a build stops before those only", line, g.File)
}

// follow keeps the breakpoints on their steps when the Dockerfile has been read
// again.
func (d *debugger) follow(old, now *model.Graph) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var kept []build.StepRef
	for _, ref := range d.breakpoints {
		if at, ok := ref.In(old, now); ok {
			kept = append(kept, at)
		}
	}
	d.breakpoints = kept
}
