// Package stage shows the files of a stage, or of one of its steps, as an image:
// with a layer for each step that made files. It asks the engine that has them,
// through a held build's references: nothing is exported, and no command runs.
package stage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Stage is an opened stage. It is good as long as the Hold is. It is safe for use
// by several goroutines.
type Stage struct {
	Image *image.Image

	held   *hold.Hold
	states []hold.State // by layer
}

// Options say how to open a stage.
type Options struct {
	Graph *model.Graph // of the Dockerfile
	// Progress is called now and then with how many more entries have been listed, by
	// any goroutine.
	Progress func(entries int)
	// Redact takes secrets out of an instruction or of a NAME=value pair; nil to leave
	// them in.
	Redact func(string) string
}

// errNoStage is what only a bug can bring about.
var errNoStage = errors.New("the build is not held at a stage")

// Open lists what a held stage consists of.
func Open(ctx context.Context, h *hold.Hold, opt Options) (*Stage, error) {
	at := h.Stop
	if opt.Graph == nil || at.Stage < 0 || at.Stage >= len(opt.Graph.Stages) {
		return nil, errNoStage
	}
	if opt.Redact == nil {
		opt.Redact = func(s string) string { return s }
	}
	s := &Stage{held: h, states: h.States()}
	if len(s.states) == 0 {
		s.states = []hold.State{{}} // it is empty
	}
	im := describe(h, opt)
	trees, problems, err := s.trees(ctx, opt)
	if err != nil {
		return nil, err
	}
	im.Problems = append(im.Problems, problems...)
	for i, state := range s.states {
		im.Layers = append(im.Layers, image.Layer{
			Index: i, Size: trees[i].Size(image.Root), Tree: trees[i], Origin: originOf(opt.Graph, state), CreatedBy: createdBy(opt, at.Stage, state),
		})
	}
	im.History = history(im, at, opt)
	s.Image = im
	return s, nil
}

// Files is a held stage of which nothing is listed: single files of it can be read.
func Files(h *hold.Hold) *Stage {
	s := &Stage{held: h, states: h.States()}
	if len(s.states) == 0 {
		s.states = []hold.State{{}} // it is empty
	}
	return s
}

// Last is the layer after which the stage is as it is at its end.
func (s *Stage) Last() int { return len(s.states) - 1 }

// Close lets the stage go.
func (s *Stage) Close() { s.held.Close() }

// describe is what is known without the files.
func describe(h *hold.Hold, opt Options) *image.Image {
	at := h.Stop
	what := "stage " + opt.Graph.Stages[at.Stage].Label()
	if at.Step != nil {
		what += fmt.Sprintf(" after line %d", opt.Graph.Stages[at.Stage].Steps[at.Step.Step].EndLine)
	}
	im := &image.Image{Ref: what, Stage: what, Platform: at.Platform}
	c := h.Config()
	if p := c.Platform; p != nil && im.Platform == "" {
		im.Platform = strings.TrimSuffix(p.OS+"/"+p.Architecture+"/"+p.Variant, "/")
	}
	if at.Step != nil { // what is known is how it is at the end
		return im
	}
	im.Config = configOf(c, opt.Redact)
	return im
}

// configOf is how a container of the stage would start.
func configOf(held hold.Config, redact func(string) string) image.Config {
	clean := func(s string) string { return redact(sanitize.Text(s)) }
	all := func(texts []string) []string {
		var out []string
		for _, t := range texts {
			out = append(out, clean(t))
		}
		return out
	}
	c := held.Image
	out := image.Config{
		User: clean(held.User), WorkingDir: clean(held.WorkingDir), Env: all(held.Env),
		Entrypoint: all(c.Entrypoint), Cmd: all(c.Cmd), StopSignal: clean(c.StopSignal),
		ExposedPorts: all(slices.Sorted(maps.Keys(c.ExposedPorts))), Volumes: all(slices.Sorted(maps.Keys(c.Volumes))),
	}
	for name, value := range c.Labels {
		if out.Labels == nil {
			out.Labels = map[string]string{}
		}
		// As a pair: what is secret in it may be so for its name.
		pair := redact(sanitize.Text(name) + "=" + sanitize.Text(value))
		name, value, _ = strings.Cut(pair, "=")
		out.Labels[name] = value
	}
	return out
}

// originOf is where in the Dockerfile a state comes from.
func originOf(g *model.Graph, s hold.State) image.Origin {
	if s.Step == nil || g.Stages[s.Step.Stage].Steps[s.Step.Step].Command == "FROM" {
		return image.Origin{Stage: -1, Step: -1, Base: true}
	}
	return stepOrigin(g.Stages[s.Step.Stage].Steps[s.Step.Step], s.Step.Stage)
}

func stepOrigin(s model.Step, stage int) image.Origin {
	return image.Origin{Stage: stage, Step: s.Index, Line: s.Line, EndLine: s.EndLine}
}

// createdBy is the instruction that a state comes from; of a base image the FROM
// of the stage at the bottom.
func createdBy(opt Options, stage int, s hold.State) string {
	if s.Step == nil {
		line := opt.Graph.Lineage(stage)
		return opt.Redact("FROM " + opt.Graph.Stages[line[len(line)-1]].Base)
	}
	return opt.Redact(opt.Graph.Stages[s.Step.Stage].Steps[s.Step.Step].Text)
}

// history has the base image as one entry, and one for each instruction up to the
// stop, as the image of the stage would have them.
func history(im *image.Image, at build.Stop, opt Options) []image.History {
	var out []image.History
	layers := map[build.StepRef]int{}
	for i, l := range im.Layers {
		if l.Origin.Base {
			out = append(out, image.History{CreatedBy: l.CreatedBy, Layer: i, Origin: l.Origin})
		} else {
			layers[build.StepRef{Stage: l.Origin.Stage, Step: l.Origin.Step}] = i
		}
	}
	for _, stage := range slices.Backward(opt.Graph.Lineage(at.Stage)) {
		for _, step := range opt.Graph.Stages[stage].Steps {
			if step.Command == "FROM" || at.Step != nil && stage == at.Stage && step.Index > at.Step.Step {
				continue
			}
			layer, made := layers[build.StepRef{Stage: stage, Step: step.Index}]
			if !made {
				layer = -1
			}
			out = append(out, image.History{CreatedBy: opt.Redact(step.Text), Empty: !made, Layer: layer, Origin: stepOrigin(step, stage)})
		}
	}
	return out
}
