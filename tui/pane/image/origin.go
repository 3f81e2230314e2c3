package image

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/widget"
)

// where names an origin in a few cells: "build:14", "base", or "" when nothing
// is known of it.
func (p *Pane) where(o image.Origin) string {
	switch {
	case o.Base:
		return "base"
	case o.Stage < 0 || p.graph == nil || o.Stage >= len(p.graph.Stages):
		return ""
	}
	return fmt.Sprintf("%s:%d", p.graph.Stages[o.Stage].Label(), o.Line)
}

// whereWidth is the width of the column of origins.
func (p *Pane) whereWidth() int {
	w := 0
	for _, l := range p.image.Layers {
		w = max(w, widget.Width(p.where(l.Origin)))
	}
	return min(w, max(6, p.boxes.layers.w/4))
}

// made is the instruction that made a layer, in the Dockerfile's words where they
// are known.
func (p *Pane) made(l image.Layer) string {
	if text := p.stepText(l.Origin); text != "" {
		return text
	}
	if text := Instruction(l.CreatedBy); text != "" {
		return text
	}
	return "nothing is said of how it was made"
}

func (p *Pane) stepText(o image.Origin) string { return p.redact(StepText(p.graph, o)) }

// StepText is the instruction at an origin as the Dockerfile has it, with its secrets; ""
// where none is known.
func StepText(g *model.Graph, o image.Origin) string {
	if g == nil || o.Stage < 0 || o.Stage >= len(g.Stages) {
		return ""
	}
	steps := g.Stages[o.Stage].Steps
	if o.Step < 0 || o.Step >= len(steps) {
		return ""
	}
	return steps[o.Step].Text
}

// baseName is the image at the bottom of the target's chain of stages.
func (p *Pane) baseName() string {
	if s := lowest(p.image, p.graph); s >= 0 {
		return p.graph.Stages[s].Base
	}
	if p.image.Base.Name != "" {
		return p.image.Base.Name
	}
	return "base image"
}

// LayerOf is the layer that a step of a Dockerfile made in an image, the topmost if
// they are several; -1 for none.
func LayerOf(im *image.Image, g *model.Graph, stage, step int) int {
	if im == nil || g == nil {
		return -1
	}
	for i := len(im.Layers) - 1; i >= 0; i-- {
		o := im.Layers[i].Origin
		if !o.Base && o.Stage == stage && o.Step == step {
			return i
		}
		if o.Base && step == 0 && lowest(im, g) == stage { // its FROM brought them all
			return i
		}
	}
	return -1
}

// lowest is the stage at the bottom of an image's chain of stages, the one that
// starts from the base image; -1 when it is not known.
func lowest(im *image.Image, g *model.Graph) int {
	if g == nil {
		return -1
	}
	for _, l := range im.Layers {
		if g.IsStage(model.NodeID(l.Origin.Stage)) {
			return bottom(g, l.Origin.Stage)
		}
	}
	return -1
}

// bottom follows the FROMs down from a stage to the one that starts from an
// external image.
func bottom(g *model.Graph, stage int) int {
	for {
		from := model.None
		for _, e := range g.Into(model.NodeID(stage)) {
			if e.Kind == model.EdgeBase && g.IsStage(e.From) {
				from = e.From
			}
		}
		if from == model.None {
			return stage
		}
		stage = int(from) // always an earlier one, so this ends
	}
}

// Instruction is a history entry's created_by without what BuildKit and the
// classic builder put around the Dockerfile's words.
func Instruction(createdBy string) string {
	s := strings.TrimSuffix(createdBy, " # buildkit")
	s = strings.TrimPrefix(s, "/bin/sh -c #(nop) ")
	if rest, ok := strings.CutPrefix(s, "/bin/sh -c "); ok {
		s = "RUN " + rest
	}
	s = strings.Replace(s, "RUN /bin/sh -c ", "RUN ", 1)
	return asWritten(strings.TrimSpace(s))
}
