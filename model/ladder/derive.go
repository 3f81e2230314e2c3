package ladder

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/image"
)

// Derived is the image that the same steps would make in one stage: the builder, that is
// the stage of which most is shipped, with all it is built upon; what the steps of the
// other stages and of the target add to that; and the target's configuration. Copies from
// stage to stage add nothing, as what they copy is there already.
type Derived struct {
	Builder string `json:"builder"` // name of the stage
	Stage   int    `json:"stage"`   // its index
	From    string `json:"from"`    // the image that it is built upon; scratch for none
	Bytes   int64  `json:"bytes"`   // the sum of Parts
	Base    int64  `json:"baseBytes"`
	Parts   []Part `json:"parts"`
	// Misses are images that other stages start from: their tools, and what the target
	// needs of its own, would have to be installed on the builder's. How large that would
	// be nobody knows, so that Bytes is a lower bound; nil where it is none.
	Misses []string `json:"misses,omitempty"`
	Stands string   `json:"stands"` // all this in a sentence or two
}

// Part is what one stage adds.
type Part struct {
	Stage int    `json:"stage"` // its index
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	What  string `json:"what"` // "the builder with its base", "what its steps add"
}

// derive adds up the single-stage image; nil where the builder was not looked at.
func derive(in crossing.Input, r *crossing.Report) *Derived {
	g := in.Graph
	builder, ok := builderOf(in, r)
	if !ok {
		return nil
	}
	d := &Derived{Builder: g.Stages[builder].Label(), Stage: builder, From: "scratch"}
	base := baseOf(g, builder)
	if base != model.None {
		d.From = g.Label(base)
	}
	im, tree := in.Looks[builder].Image, in.Looks[builder].Tree
	if tree == nil {
		tree = crossing.Stack(im)
	}
	p := pile{in: in, r: r, base: base, tree: tree, added: map[string]image.Info{}}
	d.Base = baseBytes(im)
	d.add(Part{Stage: builder, Name: d.Builder, Bytes: im.Size(), What: "the builder with what it is built upon"})
	inside := g.Lineage(builder)
	for _, i := range g.PlanFor(in.Target).Runs() {
		look := in.Looks[i]
		if slices.Contains(inside, i) {
			continue
		}
		if from := baseOf(g, i); from != base && from != model.None {
			d.miss(fmt.Sprintf("%s (%s)", g.Label(from), g.Stages[i].Label()), g.Label(from))
		}
		if look == nil || look.Image == nil {
			d.miss(g.Stages[i].Label()+", which was not looked at", "")
			continue
		}
		var n int64
		for _, l := range look.Image.Layers {
			if !l.Origin.Base && l.Origin.Stage == i {
				n += p.adds(l, i)
			}
		}
		what := "what its steps add"
		if n == 0 {
			what = "its steps add nothing that is not there already"
		}
		d.add(Part{Stage: i, Name: g.Stages[i].Label(), Bytes: n, What: what})
	}
	d.Stands = d.stands(g.Stages[in.Target].Label())
	return d
}

func (d *Derived) add(p Part) {
	d.Bytes += p.Bytes
	d.Parts = append(d.Parts, p)
}

// miss notes what is not counted, each image once.
func (d *Derived) miss(text, ref string) {
	if ref != "" && slices.ContainsFunc(d.Misses, func(m string) bool { return strings.HasPrefix(m, ref+" (") }) {
		return
	}
	d.Misses = append(d.Misses, text)
}

func (d *Derived) stands(target string) string {
	text := fmt.Sprintf("%s with all it is built upon, what the other stages' steps add to it, and the configuration of %s; derived, not built.", d.Builder, target)
	if d.Misses != nil {
		text += fmt.Sprintf(" It would be larger: what else comes from %s would have to be installed on %s first, and is not counted.", strings.Join(d.Misses, " and "), d.From)
	}
	return text
}

// builderOf is the stage that most of what ships was made in: of those that the target only
// takes files from, the one of which most is kept that no copy brought there; of equals the
// largest. A stage that the target is FROM is the builder where it is larger than that one:
// then the tools ship. A target that needs no other stage is its own.
func builderOf(in crossing.Input, r *crossing.Report) (stage int, ok bool) {
	stage = -1
	var most, size int64 = 0, -1
	for _, s := range r.Stages {
		if s.Ships || !s.Known {
			continue
		}
		made := s.Kept.Bytes
		for _, e := range r.Edges {
			if e.Kind == model.EdgeCopy && in.Graph.Edges[e.Index].To == model.NodeID(s.Index) {
				made -= e.Kept.Bytes
			}
		}
		if total := in.Looks[s.Index].Image.Size(); made > most || made == most && total > size && s.Kept.Files > 0 {
			stage, most, size = s.Index, made, total
		}
	}
	if line := in.Graph.Lineage(in.Target); len(line) > 1 {
		if look := in.Looks[line[1]]; look != nil && look.Image != nil && look.Image.Size() > size {
			stage = line[1]
		}
	}
	if stage < 0 {
		stage = in.Target
	}
	return stage, in.Looks[stage] != nil && in.Looks[stage].Image != nil
}

// pile is what the single-stage image holds so far.
type pile struct {
	in    crossing.Input
	r     *crossing.Report
	base  model.NodeID          // of the builder
	tree  *image.Tree           // the builder's
	added map[string]image.Info // on top of that, by path
}

// find is the file that lies at a path so far.
func (p *pile) find(at string) (image.Info, bool) {
	if i, ok := p.added[at]; ok {
		return i, true
	}
	id, ok := p.tree.Find(at)
	if !ok || p.tree.Change(id) == image.Removed {
		return image.Info{}, false
	}
	return p.tree.Info(id), true
}

// adds is how many bytes a stage's layer would add.
func (p *pile) adds(l image.Layer, stage int) int64 {
	for _, e := range p.r.Edges {
		ge := p.in.Graph.Edges[e.Index]
		if e.Kind == model.EdgeCopy && e.Stage >= 0 && int(ge.To) == stage && ge.Step == l.Origin.Step {
			if baseOf(p.in.Graph, e.Stage) == p.base {
				return e.Untraced.Bytes
			}
			return e.Untraced.Bytes + e.FromBase.Bytes
		}
	}
	if l.Tree == nil {
		return l.Size
	}
	var n int64
	for id := range image.NodeID(l.Tree.Len()) {
		if l.Tree.Type(id) != image.Regular {
			continue
		}
		now, at := l.Tree.Info(id), l.Tree.RawPath(id)
		if was, ok := p.find(at); ok && was.Sum == now.Sum && was.Size == now.Size && now.Sum != 0 {
			continue // the same file is there already
		}
		p.added[at] = now
		n += now.Size
	}
	return n
}
