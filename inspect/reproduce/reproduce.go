// Package reproduce compares the images that two builds of one Dockerfile made, stage by
// stage and layer by layer: which instruction made something else, in which file, and
// where a COPY took it from.
package reproduce

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/reproduction"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Options say what is compared.
type Options struct {
	Graph  *model.Graph
	Target int
	// Refs are the images of each stage in both builds, as resolve opens them; that of
	// Target among them. Stages of which there is none are not looked into.
	Refs  map[int][2]string
	Began time.Time // when the first build began
	// Redact takes secrets out of a line of a file, an instruction, or a NAME=value pair
	// of the configuration; nil leaves them in.
	Redact func(string) string
}

// Compare says what differs. The verdict has all but what only the builds know: Epoch,
// Rewritten, what became of the images, and Judge is not called.
func Compare(ctx context.Context, opt Options) (*reproduction.Verdict, error) {
	c := &comparison{Options: opt, seen: map[identity]*layer{}, stages: map[int]*stage{}}
	if c.Redact == nil {
		c.Redact = func(s string) string { return s }
	}
	for _, i := range slices.Sorted(maps.Keys(opt.Refs)) { // what a stage takes from is above it
		if err := c.stage(ctx, i); err != nil {
			return nil, err
		}
	}
	target := c.stages[opt.Target]
	if target == nil {
		return nil, fmt.Errorf("there is no image of %s to compare", opt.Graph.Label(model.NodeID(opt.Target)))
	}
	v := &reproduction.Verdict{File: opt.Graph.File, First: target.made[0], Second: target.made[1], Config: target.config}
	for i, l := range target.layers {
		v.Layers = append(v.Layers, c.told(i, l))
	}
	for _, l := range c.order {
		if len(l.differences) > 0 {
			v.Steps = append(v.Steps, c.step(l, target))
		}
	}
	return v, nil
}

// comparison is a comparison under way.
type comparison struct {
	Options
	seen   map[identity]*layer
	order  []*layer // those of seen that differ, as they were met
	stages map[int]*stage
}

// stage is a stage's image in both builds.
type stage struct {
	index  int
	made   [2]reproduction.Image
	images [2]*image.Image
	config []reproduction.ConfigField
	layers []*layer
}

// layer is what an instruction made in both builds.
type layer struct {
	stage, step int // of the Dockerfile
	base        bool
	text        string
	diffs       [2]string // diff IDs; "" where a build has no such layer
	state       reproduction.State
	differences []reproduction.Difference
	index       map[finding]int // of differences; made when first asked for

	src     [2]source.Source
	at      [2]int // the layer's index in the two images
	entries [2][]reproduction.Entry
}

// stage compares the two images of a stage.
func (c *comparison) stage(ctx context.Context, index int) error {
	s := &stage{index: index}
	var src [2]source.Source
	var configs [2]any
	for k, ref := range c.Refs[index] {
		var err error
		if src[k], err = resolve.Open(ctx, ref, resolve.Options{}); err != nil {
			return fmt.Errorf("opening the image of %s: %w", c.Graph.Label(model.NodeID(index)), err)
		}
		defer src[k].Close()
		s.images[k] = inspect.Outline(src[k], ref, c.Graph, index)
		s.made[k] = reproduction.Image{Digest: src[k].Image().Digest}
		if raw, err := json.Marshal(src[k].Image().Config); err == nil {
			_ = json.Unmarshal(raw, &configs[k])
		}
	}
	s.config = reproduction.CompareConfig(configs[0], configs[1])
	for i, f := range s.config {
		if h, ok := f.History(); ok && h < len(s.images[0].History) {
			s.config[i].Line = s.images[0].History[h].Origin.Line
		}
		s.config[i].First, s.config[i].Second = c.Redact(f.First), c.Redact(f.Second)
	}
	for _, at := range align(s.images) {
		l, err := c.layer(ctx, s, src, at)
		if err != nil {
			return err
		}
		s.layers = append(s.layers, l)
	}
	c.stages[index] = s
	return nil
}

// align says which layer of one image is which of the other; -1 for none. Where the two
// have as many, they go together one by one.
func align(images [2]*image.Image) (out [][2]int) {
	a, b := images[0].Layers, images[1].Layers
	if len(a) == len(b) {
		for i := range a {
			out = append(out, [2]int{i, i})
		}
		return out
	}
	next := 0
	for i, l := range a {
		j := next
		for j < len(b) && b[j].Origin != l.Origin {
			j++
		}
		if j == len(b) {
			out = append(out, [2]int{i, -1})
			continue
		}
		for ; next < j; next++ {
			out = append(out, [2]int{-1, next})
		}
		out = append(out, [2]int{i, j})
		next = j + 1
	}
	for ; next < len(b); next++ {
		out = append(out, [2]int{-1, next})
	}
	return out
}

// layer compares a layer in both builds, unless that was done for another stage.
func (c *comparison) layer(ctx context.Context, s *stage, src [2]source.Source, at [2]int) (*layer, error) {
	l := &layer{src: src, at: at}
	for k, i := range at {
		if i < 0 {
			continue
		}
		of := s.images[k].Layers[i]
		l.diffs[k] = of.DiffID
		l.place(c.Graph, s.index, of)
	}
	id := l.identity()
	if known := c.seen[id]; known != nil {
		return known, nil
	}
	c.seen[id] = l
	switch {
	case l.diffs[0] == "" || l.diffs[1] == "":
		l.state = reproduction.Lone
	case l.diffs[0] == l.diffs[1]:
		l.state = reproduction.Same
		return l, nil
	}
	c.order = append(c.order, l)
	both, reading := errgroup.WithContext(ctx)
	for k, i := range at {
		if i < 0 {
			continue
		}
		both.Go(func() (err error) {
			l.entries[k], err = list(reading, src[k], i)
			return err
		})
	}
	if err := both.Wait(); err != nil {
		return nil, err
	}
	l.differences = reproduction.Compare(l.entries[0], l.entries[1], c.Began)
	if err := c.examine(ctx, l, l.differences); err != nil {
		return nil, err
	}
	c.explain(s, l)
	if l.state == "" {
		l.state = reproduction.Metadata
		if slices.ContainsFunc(l.differences, func(d reproduction.Difference) bool { return !d.Field.Meta() }) {
			l.state = reproduction.Contents
		}
	}
	l.src, l.entries = [2]source.Source{}, [2][]reproduction.Entry{} // no more needed
	return l, nil
}

// identity is by what a layer is known that several stages have. The same layer may be
// made by several instructions, a RUN and the COPY of all it made for example. Of the base
// image's it is the same in all stages.
type identity struct {
	diffs       [2]string
	stage, step int
}

func (l *layer) identity() identity {
	if l.base {
		return identity{l.diffs, -1, -1}
	}
	return identity{l.diffs, l.stage, l.step}
}

// place says which instruction made the layer. What nothing tells of is the base's.
func (l *layer) place(g *model.Graph, index int, of image.Layer) {
	o := of.Origin
	l.stage, l.step, l.base, l.text = o.Stage, o.Step, false, of.CreatedBy
	if o.Stage < 0 || o.Stage >= len(g.Stages) || o.Step < 0 || o.Step >= len(g.Stages[o.Stage].Steps) {
		lineage := g.Lineage(index)
		l.stage, l.step, l.base = lineage[len(lineage)-1], 0, true
		return
	}
	l.text = g.Short(g.Stages[o.Stage].Steps[o.Step])
}

// told is a layer of the target's image as the verdict lists it.
func (c *comparison) told(i int, l *layer) reproduction.Layer {
	out := reproduction.Layer{Index: i, Text: c.Redact(sanitize.Text(l.text)), First: l.diffs[0], Second: l.diffs[1], State: l.state}
	if !l.base {
		out.Stage, out.Line = c.Graph.Label(model.NodeID(l.stage)), c.Graph.Stages[l.stage].Steps[l.step].Line
	}
	return out
}

// step is what an instruction made otherwise.
func (c *comparison) step(l *layer, target *stage) reproduction.Step {
	s := reproduction.Made(l.stage, l.step, l.differences)
	s.Name, s.Base, s.State = c.Graph.Label(model.NodeID(l.stage)), l.base, l.state
	of := c.Graph.Stages[l.stage].Steps[l.step]
	s.Line, s.Text = of.Line, c.Redact(c.Graph.Short(of))
	if slices.Contains(target.layers, l) {
		s.Reach = reproduction.InLayer
	}
	return s
}
