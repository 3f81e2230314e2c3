// Package origin joins an image to the Dockerfile that built it: which step of
// which stage each history entry, and with it each layer, came from.
//
// BuildKit leaves one history entry for each instruction of the target's chain
// (the target, the stage it is FROM, and so on down to an external image), in
// order, after the entries of that image; FROM and ONBUILD leave none. (BuildKit
// 0.33.1, frontend/dockerfile/dockerfile2llb, commitToHistory.) The texts there
// have their variables expanded and their flags left out, so the join goes by
// position and checks by text.
package origin

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// step is one instruction of the chain that leaves a history entry.
type step struct {
	stage, index int
	model.Step
}

// Join sets the Origin of the image's history entries and layers for a build of
// the given target of g. What lies before the chain is the base image's. Where
// history and Dockerfile do not fit together (another builder, another
// Dockerfile), what does not fit stays image.Unknown. With a nil graph, or a
// target out of range, all of it does.
func Join(im *image.Image, g *model.Graph, target int) {
	forget(im)
	if g == nil || !g.IsStage(model.NodeID(target)) || len(im.History) == 0 {
		return
	}
	steps, external := chain(g, target)
	match := align(im.History, steps)
	first := len(im.History) // the first entry that is the chain's
	for i, s := range match {
		if s < 0 {
			continue
		}
		first = min(first, i)
		im.History[i].Origin = steps[s].origin()
	}
	if external && (first < len(im.History) || len(steps) == 0) {
		for i := range first {
			im.History[i].Origin = image.Origin{Stage: -1, Step: -1, Base: true}
		}
	}
	for _, h := range im.History {
		if h.Layer >= 0 && h.Layer < len(im.Layers) {
			im.Layers[h.Layer].Origin = h.Origin
		}
	}
}

func forget(im *image.Image) {
	for i := range im.History {
		im.History[i].Origin = image.Unknown
	}
	for i := range im.Layers {
		im.Layers[i].Origin = image.Unknown
	}
}

func (s step) origin() image.Origin {
	return image.Origin{Stage: s.stage, Step: s.index, Line: s.Line, EndLine: s.EndLine}
}

// chain lists the steps of the target and of the stages it is built upon, the
// lowest first. external says whether something that the Dockerfile does not
// build lies below them.
func chain(g *model.Graph, target int) (steps []step, external bool) {
	base := map[int]model.NodeID{}
	for _, e := range g.Edges {
		if e.Kind == model.EdgeBase {
			base[int(e.To)] = e.From
		}
	}
	var stages []int
	for at, ok := target, true; ok && len(stages) < len(g.Stages); {
		stages = append(stages, at)
		var from model.NodeID
		if from, ok = base[at]; ok && !g.IsStage(from) {
			external, ok = true, false
		}
		at = int(from)
	}
	for i := len(stages) - 1; i >= 0; i-- {
		for _, s := range g.Stages[stages[i]].Steps {
			switch s.Command {
			case "FROM", "ONBUILD":
			default:
				steps = append(steps, step{stages[i], s.Index, s})
			}
		}
	}
	return steps, external
}
