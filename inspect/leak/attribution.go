package leak

import (
	"slices"

	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
)

// attributed is the image with what its history shows to be the base image's marked as
// that, where no Dockerfile tells. The image that was given stays as it is.
func attributed(im *image.Image) *image.Image {
	layers, entries := maker.Base(im)
	if layers == 0 && entries == 0 {
		return im
	}
	out := *im
	out.Layers, out.History = slices.Clone(im.Layers), slices.Clone(im.History)
	base := image.Origin{Stage: -1, Step: -1, Base: true}
	for i := range layers {
		out.Layers[i].Origin = base
	}
	for i := range entries {
		out.History[i].Origin = base
	}
	return &out
}

// takenFrom is where a COPY took what a leak is of, as it is told: "builder:/app/src",
// "context:src"; "" where no COPY brought it, or the Dockerfile leaves it open.
func (v *view) takenFrom(l leak) string {
	if s, ok := v.source(l); ok {
		return s.In(v.graph)
	}
	return ""
}

// source is the one place that a leak can have been taken from.
func (v *view) source(l leak) (origin.Source, bool) {
	if v.graph == nil || l.path == "" || l.layer < 0 {
		return origin.Source{}, false
	}
	at := l.path
	if c, ok := origin.CopyOf(v.im, v.graph, l.layer); ok && below(c.Dest, at) {
		at = c.Dest // the directory that stands for it holds all that was copied
	}
	if all := origin.Sources(v.im, v.graph, l.layer, at); len(all) == 1 {
		return all[0], true
	}
	return origin.Source{}, false
}

// route says, as evidence, how a leak came into the image that is shipped: what the COPY
// carried that brought it, and whether a stage starts FROM the one that made it.
func (v *view) route(rule finding.Rule, l leak, at image.Origin) []string {
	if v.graph == nil || at.Base || at.Stage < 0 {
		return nil
	}
	var out []string
	if c, ok := v.carriedBy(l.layer); ok && rule.Category != finding.Secret {
		out = append(out, shown(c.says()))
	}
	if s := v.inheritance(at.Stage); s != "" {
		out = append(out, s)
	}
	return out
}
