package origin

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// maxTails bounds how many ends of a path are looked for in a mount.
const maxTails = 6

// Mounted are places that the RUN which made a layer may have copied what lies at p from:
// in what it mounts, whatever ends as p does, the longest end first. What the command did
// with it is not known, so that only the content tells whether one of them is it.
func Mounted(im *image.Image, g *model.Graph, layer int, p string) []Source {
	if g == nil || layer < 0 || layer >= len(im.Layers) {
		return nil
	}
	o := im.Layers[layer].Origin
	if o.Base || o.Stage < 0 || o.Stage >= len(g.Stages) || o.Step < 0 || o.Step >= len(g.Stages[o.Stage].Steps) {
		return nil
	}
	var out []Source
	for _, m := range g.Stages[o.Stage].Steps[o.Step].Mounts {
		if m.Type != "bind" || strings.Contains(m.Source, "$") {
			continue
		}
		from, ok := mountOf(g, o, m)
		if !ok {
			continue
		}
		parts := strings.Split(strings.Trim(p, "/"), "/")
		for n := min(len(parts), maxTails); n > 0; n-- {
			tail := path.Join(parts[len(parts)-n:]...)
			out = append(out, place(g, from, path.Join(m.Source, tail)))
		}
		if strings.HasSuffix(m.Source, "/"+parts[len(parts)-1]) {
			out = append(out, place(g, from, m.Source)) // it is the file itself
		}
	}
	return out
}

// mountOf is what a mount is from; the build context when it names nothing.
func mountOf(g *model.Graph, at image.Origin, m model.Mount) (model.NodeID, bool) {
	if m.From == "" {
		return model.None, true
	}
	for _, e := range g.Into(model.NodeID(at.Stage)) {
		if e.Kind == model.EdgeMount && e.Step == at.Step && strings.EqualFold(g.Label(e.From), m.From) {
			return e.From, true
		}
	}
	return model.None, false
}
