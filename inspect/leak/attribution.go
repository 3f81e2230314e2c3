package leak

import (
	"cmp"
	"slices"

	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/sanitize"
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
	if c, ok := origin.CopyOf(v.im, v.graph, l.layer); ok && paths.Below(c.Dest, at) {
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
	var out []string
	switch {
	case v.graph != nil && at.Base:
		lineage := v.graph.Lineage(v.built())
		if s := v.inheritance(lineage[len(lineage)-1]); s != "" {
			out = append(out, s)
		}
		return out
	case v.graph == nil || at.Stage < 0:
		return nil
	}
	if c, ok := v.carriedBy(l.layer); ok && rule.Category != finding.Secret {
		out = append(out, sanitize.Text(c.says()))
	}
	if s := v.inheritance(at.Stage); s != "" {
		out = append(out, s)
	}
	return out
}

// maxSamples is how many files of a leak are compared with what they were copied from.
const maxSamples = 2

// samples are files of a leak that may be compared with what a COPY took them from: of
// many, those with the most in them.
func (v *view) samples(l leak) []finding.Taken {
	if v.graph == nil || l.path == "" || l.layer < 0 || v.originOf(l).Base {
		return nil
	}
	layer := v.layers[l.layer]
	files := l.files
	if files == nil && !l.isDir && !l.root {
		files = []string{l.path}
	}
	if at, ok := layer.dir(l.path); files == nil && ok {
		for id := range layer.tree.Walk(at) {
			if layer.tree.Type(id) == image.Regular {
				files = append(files, layer.tree.RawPath(id))
			}
			if len(files) > maxLooked {
				break
			}
		}
	}
	var out []finding.Taken
	for _, f := range files {
		id, ok := layer.tree.Find(f)
		if !ok || layer.tree.Type(id) != image.Regular {
			continue
		}
		info := layer.tree.Info(id)
		if info.Sum == 0 || info.Size > maxSample {
			continue
		}
		out = append(out, finding.Taken{Path: f, Size: info.Size, Sum: info.Sum})
	}
	slices.SortStableFunc(out, func(a, b finding.Taken) int { return cmp.Compare(b.Size, a.Size) })
	out = out[:min(len(out), maxSamples)]
	for i := range out {
		places := origin.Sources(v.im, v.graph, l.layer, out[i].Path)
		for _, s := range append(places, origin.Mounted(v.im, v.graph, l.layer, out[i].Path)...) {
			place := finding.Place{Stage: int(s.Node), Path: s.Path, Name: sanitize.Text(s.In(v.graph))}
			if s.Node == model.None || v.graph.IsStage(s.Node) {
				out[i].From = append(out[i].From, place)
			}
		}
	}
	return slices.DeleteFunc(out, func(t finding.Taken) bool { return t.From == nil })
}

// Of a leak that is a whole directory so many files are looked at for samples, and a
// sample has so many bytes at most.
const (
	maxLooked = 2000
	maxSample = 4 << 20
)
