package reproduce

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/reproduction"
	"github.com/stagedive/stagedive/model/reproduction/cause"
	"github.com/stagedive/stagedive/model/sanitize"
)

// explain says why what differs in a layer does, where its content did not tell, and where
// a COPY took it from.
func (c *comparison) explain(s *stage, l *layer) {
	if len(l.differences) == 0 { // but for what no entry has: what lies behind the last
		l.differences = []reproduction.Difference{{Field: reproduction.Headers, Path: "/", At: -1, Stays: true, Detail: "the end of the archive"}}
	}
	var lone [2][]string
	for _, d := range l.differences {
		switch d.Field {
		case reproduction.OnlyFirst:
			lone[0] = append(lone[0], d.Path)
		case reproduction.OnlySecond:
			lone[1] = append(lone[1], d.Path)
		}
	}
	beside := [2]map[string][]string{byDirectory(lone[0]), byDirectory(lone[1])}
	trace := c.tracer(s, l)
	for i := range l.differences {
		d := &l.differences[i]
		switch d.Field {
		case reproduction.OnlyFirst:
			missing(d, beside[1])
		case reproduction.OnlySecond:
			missing(d, beside[0])
		case reproduction.MTime, reproduction.Times:
			d.Cause = cause.Timestamps
		case reproduction.Order:
			d.Cause = cause.Packing
		}
		trace(d)
	}
}

// byDirectory spares going through all names for each.
func byDirectory(paths []string) map[string][]string {
	out := map[string][]string{}
	for _, p := range paths {
		out[path.Dir(p)] = append(out[path.Dir(p)], p)
	}
	return out
}

func missing(d *reproduction.Difference, others map[string][]string) {
	f := cause.Missing(d.Path, others[path.Dir(d.Path)])
	d.Cause, d.Detail = f.Cause, sanitize.Text(f.Detail)
}

// tracer says of a difference what the instruction took the file from.
func (c *comparison) tracer(s *stage, l *layer) func(*reproduction.Difference) {
	if l.base {
		return func(d *reproduction.Difference) { d.Cause, d.Detail = cause.Unpinned, "" }
	}
	step := c.Graph.Stages[l.stage].Steps[l.step]
	if step.Copy == nil {
		return func(*reproduction.Difference) {}
	}
	from := step.Copy.From
	if _, external := c.Graph.External(from); from == model.None || external {
		outside := cause.Unpinned
		if x, _ := c.Graph.External(from); from == model.None || x.Kind == model.ExternalContext {
			outside = cause.Context
		}
		if step.Command == "ADD" && downloads(step.Text) {
			outside = cause.Download
		}
		return func(d *reproduction.Difference) {
			if !d.Field.Meta() {
				d.Cause = outside
			}
		}
	}
	im := *s.images[0] // with trees of this layer alone, of all that either build has in it
	im.Layers = append([]image.Layer(nil), im.Layers...)
	at := max(l.at[0], 0)
	if at >= len(im.Layers) {
		return func(*reproduction.Difference) {}
	}
	im.Layers[at].Tree = tree(l.entries)
	return func(d *reproduction.Difference) {
		for _, src := range origin.Sources(&im, c.Graph, at, d.Path) {
			if of := c.stages[int(src.Node)]; of != nil && c.Graph.IsStage(src.Node) {
				if d.From = of.find(c, d.Field, src.Path); d.From != nil {
					return
				}
			}
		}
	}
}

// downloads says whether an ADD names something that is not in the context.
func downloads(text string) bool {
	return strings.Contains(text, "://") || strings.Contains(text, "git@")
}

// find is what made a file of the stage's image otherwise: the topmost layer in which the
// same field of it differs, or where a COPY of that took it from.
func (s *stage) find(c *comparison, field reproduction.Field, p string) *reproduction.Place {
	for i := len(s.layers) - 1; i >= 0; i-- {
		l := s.layers[i]
		at, ok := l.known()[finding{field, p}]
		if !ok {
			continue
		}
		if from := l.differences[at].From; from != nil {
			return from
		}
		step := c.Graph.Stages[l.stage].Steps[l.step]
		return &reproduction.Place{Stage: l.stage, Name: c.Graph.Label(model.NodeID(l.stage)), Step: l.step, Line: step.Line, Path: p}
	}
	return nil
}

// finding is what a difference is looked for by.
type finding struct {
	field reproduction.Field
	path  string
}

// known is where each of the layer's differences stands in the list.
func (l *layer) known() map[finding]int {
	if l.index == nil {
		l.index = make(map[finding]int, len(l.differences))
		for i, d := range l.differences {
			l.index[finding{d.Field, d.Path}] = i
		}
	}
	return l.index
}

// tree is what the entries of both archives make.
func tree(entries [2][]reproduction.Entry) *image.Tree {
	b := image.NewBuilder()
	for _, list := range entries {
		for _, e := range list {
			typ := image.Regular
			switch e.Type {
			case reproduction.Directory:
				typ = image.Directory
			case reproduction.Symlink:
				typ = image.Symlink
			}
			b.Add(image.Entry{Path: strings.TrimPrefix(e.Path, "/"), Type: typ, Link: e.Link, Size: e.Size})
		}
	}
	return b.Tree()
}
