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

func (p *Pane) stepText(o image.Origin) string {
	if p.graph == nil || o.Stage < 0 || o.Stage >= len(p.graph.Stages) {
		return ""
	}
	steps := p.graph.Stages[o.Stage].Steps
	if o.Step < 0 || o.Step >= len(steps) {
		return ""
	}
	return p.redact(steps[o.Step].Text)
}

// baseName is the image at the bottom of the target's chain of stages.
func (p *Pane) baseName() string {
	if p.graph == nil {
		return "base image"
	}
	for _, l := range p.image.Layers {
		if p.graph.IsStage(model.NodeID(l.Origin.Stage)) {
			return p.graph.Stages[bottom(p.graph, l.Origin.Stage)].Base
		}
	}
	return "base image"
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

// instruction is a history entry's created_by without what BuildKit and the
// classic builder put around the Dockerfile's words.
func instruction(createdBy string) string {
	s := strings.TrimSuffix(createdBy, " # buildkit")
	s = strings.TrimPrefix(s, "/bin/sh -c #(nop) ")
	if rest, ok := strings.CutPrefix(s, "/bin/sh -c "); ok {
		s = "RUN " + rest
	}
	s = strings.Replace(s, "RUN /bin/sh -c ", "RUN ", 1)
	return strings.TrimSpace(s)
}
