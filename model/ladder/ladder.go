// Package ladder sets the images that one Dockerfile means beside each other: the base
// images, every stage, the image that ships, and the image that the same steps would make
// in one stage. It also tells how the same was done before there were stages, with a
// Dockerfile for each image and a script between them.
//
// Sizes are those of images: the bytes of the files that all layers hold, uncompressed. A
// file that a later layer overwrites or removes counts as often as it is stored.
package ladder

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// Kind is what a rung stands for.
type Kind string

// The kinds, in the order of the rungs.
const (
	Base   Kind = "base"   // an image that stages start from
	Stage  Kind = "stage"  // a stage, as the image that it would be
	Single Kind = "single" // the image that the same steps would make in one stage: derived, never built
	Final  Kind = "final"  // the image that ships
)

// Rung is one image.
type Rung struct {
	Kind  Kind   `json:"kind"`
	Name  string `json:"name"`           // of the stage, or the image's reference
	Stage int    `json:"stage"`          // index of the stage; -1 for Base and Single
	From  string `json:"from,omitempty"` // what it is FROM: a stage's name, an image's reference, scratch
	// Known is false where the stage was not looked at: then its bytes are zero.
	Known bool  `json:"known"`
	Bytes int64 `json:"bytes"`     // of all its layers
	Base  int64 `json:"baseBytes"` // of these, its base image's
	// Share is its part of the largest rung, 0 to 1.
	Share float64 `json:"share"`
	// AtLeast says that the image would be larger: Bytes is a lower bound.
	AtLeast bool `json:"atLeast,omitempty"`
}

// OfBase is the part of the image that its base image is, 0 to 1.
func (r Rung) OfBase() float64 {
	if r.Bytes == 0 {
		return 0
	}
	return float64(r.Base) / float64(r.Bytes)
}

// Ladder is the images of one Dockerfile and target.
type Ladder struct {
	Target int    `json:"target"` // index of the stage that ships
	Name   string `json:"name"`   // of that stage
	// Headline says it in one line: "450.0 MB in one stage → 165.2 MB, 63 % less;
	// 135.1 MB of it is the base, node:20-alpine". Its arrow is →.
	Headline string `json:"headline"`
	Rungs    []Rung `json:"rungs"`
	// Derived tells how the rung of kind Single came about; nil where there is only one
	// stage, or the builder was not looked at.
	Derived *Derived `json:"derived,omitempty"`
	// Separate is the same with a Dockerfile for each image; nil where there is only one.
	Separate *Separate `json:"separate,omitempty"`
}

// Rung is the first of a kind.
func (l *Ladder) Rung(k Kind) (Rung, bool) {
	i := slices.IndexFunc(l.Rungs, func(r Rung) bool { return r.Kind == k })
	if i < 0 {
		return Rung{}, false
	}
	return l.Rungs[i], true
}

// Less is the part by which the final image is smaller than the single-stage one, 0 to 1;
// below 0 where it is larger. ok is false where one of them is not known.
func (l *Ladder) Less() (part float64, ok bool) {
	final, _ := l.Rung(Final)
	single, ok := l.Rung(Single)
	if !ok || !final.Known || single.Bytes == 0 {
		return 0, false
	}
	return 1 - float64(final.Bytes)/float64(single.Bytes), true
}

// Of makes the ladder of what crossed.
func Of(in crossing.Input, r *crossing.Report) *Ladder {
	l := &Ladder{Target: in.Target, Rungs: []Rung{}}
	if in.Graph == nil || !in.Graph.IsStage(model.NodeID(in.Target)) {
		return l
	}
	g := in.Graph
	l.Name = g.Stages[in.Target].Label()
	plan := g.PlanFor(in.Target)
	seen := map[model.NodeID]bool{}
	for _, i := range plan.Runs() {
		from, rung := baseOf(g, i), Rung{Kind: Base, Stage: -1, Known: true}
		look := in.Looks[i]
		if from == model.None || seen[from] || look == nil || look.Image == nil {
			continue
		}
		seen[from] = true
		rung.Name, rung.Bytes = g.Label(from), baseBytes(look.Image)
		rung.Base = rung.Bytes
		l.Rungs = append(l.Rungs, rung)
	}
	for _, i := range plan.Runs() {
		if i != in.Target {
			l.Rungs = append(l.Rungs, stageRung(in, Stage, i))
		}
	}
	if len(plan.Runs()) > 1 {
		if l.Derived = derive(in, r); l.Derived != nil {
			d := l.Derived
			l.Rungs = append(l.Rungs, Rung{Kind: Single, Name: "all in one stage", Stage: -1, From: d.From, Known: true, Bytes: d.Bytes, Base: d.Base, AtLeast: d.Misses != nil})
		}
		l.Separate = separate(in, r)
	}
	l.Rungs = append(l.Rungs, stageRung(in, Final, in.Target))
	var most int64
	for _, r := range l.Rungs {
		most = max(most, r.Bytes)
	}
	for i := range l.Rungs {
		if most > 0 {
			l.Rungs[i].Share = float64(l.Rungs[i].Bytes) / float64(most)
		}
	}
	l.Headline = l.headline()
	return l
}

func stageRung(in crossing.Input, k Kind, stage int) Rung {
	g := in.Graph
	out := Rung{Kind: k, Name: g.Stages[stage].Label(), Stage: stage, From: fromOf(g, stage)}
	if look := in.Looks[stage]; look != nil && look.Image != nil {
		out.Known, out.Bytes, out.Base = true, look.Image.Size(), baseBytes(look.Image)
	}
	return out
}

// fromOf is what a stage is FROM.
func fromOf(g *model.Graph, stage int) string {
	for _, e := range g.Into(model.NodeID(stage)) {
		if e.Kind == model.EdgeBase {
			return g.Label(e.From)
		}
	}
	return g.Stages[stage].Base
}

// baseOf is the image that the lowest stage below a stage is FROM; None for scratch.
func baseOf(g *model.Graph, stage int) model.NodeID {
	line := g.Lineage(stage)
	for _, e := range g.Into(model.NodeID(line[len(line)-1])) {
		if e.Kind == model.EdgeBase {
			return e.From
		}
	}
	return model.None
}

// baseBytes is what the base image's layers hold.
func baseBytes(im *image.Image) int64 {
	var n int64
	for _, l := range im.Layers {
		if l.Origin.Base {
			n += l.Size
		}
	}
	return n
}

func (l *Ladder) headline() string {
	final, _ := l.Rung(Final)
	if !final.Known {
		return l.Name + " was not looked at"
	}
	base := "; nothing of it is a base image"
	if final.Base > 0 {
		base = fmt.Sprintf("; %s of it is the base", measure.Bytes(final.Base))
		if i := slices.IndexFunc(l.Rungs, func(r Rung) bool { return r.Kind == Base && r.Bytes == final.Base }); i >= 0 {
			base += ", " + l.Rungs[i].Name
		}
	}
	less, ok := l.Less()
	if !ok {
		return measure.Bytes(final.Bytes) + base
	}
	single, _ := l.Rung(Single)
	first := measure.Bytes(single.Bytes) + " in one stage"
	if single.AtLeast {
		first = "at least " + first
	}
	return first + " → " + measure.Bytes(final.Bytes) + ", " + cmp.Or(percent(less), "as large") + base
}

// percent tells a part as what is saved: "63 % less", "2 % more", "" for as good as none.
func percent(less float64) string {
	n := int(math.Round(100 * less))
	switch {
	case n >= 100 && less < 1:
		return "over 99 % less"
	case n > 0:
		return fmt.Sprintf("%d %% less", n)
	case n < 0:
		return fmt.Sprintf("%d %% more", -n)
	}
	return ""
}
