// Package crossing says what of a build crossed from stage to stage: which files each
// COPY --from and each mount carried, what of every stage is in the target's image in
// the end, and what was left behind, by kind.
//
// It looks at the images of all stages of the target's plan. What a COPY carried is
// what the layer holds that it made; where each file of that was taken from follows
// from the instruction, by BuildKit's rules, and is believed only where the content is
// the same. Whatever cannot be traced is counted as carried and told of as untraced.
package crossing

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/timing"
)

// Input is what Of looks at.
type Input struct {
	Graph  *model.Graph // of the Dockerfile
	Target int          // the stage that ships
	// Looks are the images of the stages, by stage index; those of stages that were
	// not built, or not looked at, are missing.
	Looks map[int]*Look
}

// Look is what is known of one stage's image.
type Look struct {
	Image *image.Image
	// Tree is what all its layers add up to, as image.Stack makes it; nil to have Of
	// make it.
	Tree *image.Tree
	// Findings are what judges found in it, looked at as if it were shipped.
	Findings []finding.Finding
}

// Amount is a number of files, and their bytes.
type Amount struct {
	Files int   `json:"files"` // whatever is no directory: links count, too
	Bytes int64 `json:"bytes"` // of the files' content; of a file with several names once
}

// Add is both amounts together.
func (a Amount) Add(b Amount) Amount { return Amount{a.Files + b.Files, a.Bytes + b.Bytes} }

// Sub is what is left of a without b.
func (a Amount) Sub(b Amount) Amount { return Amount{a.Files - b.Files, a.Bytes - b.Bytes} }

// Of is a's part of another amount, in bytes, 0 to 1; of files where there are no
// bytes. The part of nothing is 0.
func (a Amount) Of(whole Amount) float64 {
	switch {
	case whole.Bytes > 0:
		return min(1, float64(a.Bytes)/float64(whole.Bytes))
	case whole.Files > 0:
		return min(1, float64(a.Files)/float64(whole.Files))
	}
	return 0
}

// Report is what crossed in one build.
type Report struct {
	Target int     `json:"target"` // index of the stage that ships
	Name   string  `json:"name"`   // of that stage
	Image  Amount  `json:"image"`  // all of its file system
	Edges  []Edge  `json:"edges"`  // those of the target's plan, in the order of the graph's
	Stages []Stage `json:"stages"` // those of the target's plan, in file order

	byEdge map[int]int // from an index into Graph.Edges
}

// Edge is what one edge of the graph carried.
type Edge struct {
	Index int            `json:"index"` // into Graph.Edges
	Kind  model.EdgeKind `json:"kind"`  // base, copy or mount
	From  string         `json:"from"`  // a stage's name, an image's reference, a named context
	To    string         `json:"to"`    // a stage's name
	Stage int            `json:"stage"` // the stage that it comes from; -1 for what the Dockerfile does not build
	Line  int            `json:"line"`  // of the instruction, 1-based
	Text  string         `json:"text"`  // the instruction on one line
	Paths []string       `json:"paths,omitempty"`

	// Known is false where the stage that it goes to was not looked at, or its layers
	// could not be told apart: then all amounts are zero and say nothing.
	Known bool `json:"known"`
	// Carried is what arrived: of a copy what the layer holds that it made, of a mount
	// what of it the command left in the image with the very same content, of a base
	// all that the stage starts with.
	Carried Amount `json:"carried"`
	// Source is all that there was to take from: the file system of the stage, zero
	// where that is not known.
	Source Amount `json:"source"`
	// Shown is what a mount showed to the command; zero for others. Nothing of it is
	// in the image by that alone.
	Shown Amount `json:"shown"`
	// Kept is what of Carried is in the target's image.
	Kept Amount `json:"kept"`
	// Untraced is what of a copy's Carried was found nowhere in what it was taken from:
	// always all of it where that was not looked at.
	Untraced Amount `json:"untraced"`
	// FromBase is what of Carried the base image of the stage brought that it comes from.
	FromBase Amount `json:"fromBase"`
	Largest  []File `json:"largest,omitempty"` // files carried, the largest first
}

// Share is the part of the source that was carried, 0 to 1.
func (e Edge) Share() float64 { return e.Carried.Of(e.Source) }

// File is a file that was carried. Paths are sanitised.
type File struct {
	From  string `json:"from,omitempty"` // where it lay; "" where that is not known
	Path  string `json:"path"`           // where it lies now
	Bytes int64  `json:"bytes"`
}

// Stage is what became of one stage's file system. Kept and Discarded add up to Total,
// and the Kinds to Discarded.
type Stage struct {
	Index int    `json:"index"`
	Name  string `json:"name"`
	Line  int    `json:"line"` // of its FROM, 1-based
	From  string `json:"from"` // what it is FROM: a stage's name or an image's reference
	// Known is false where it was not looked at: then all else is zero.
	Known bool `json:"known"`
	// Ships says that the target's image is built upon it: all of it is in there but for
	// what later steps overwrite or remove.
	Ships     bool      `json:"ships"`
	Total     Amount    `json:"total"`
	Inherited Amount    `json:"inherited"` // of Total, what the stage or image below it brought
	Kept      Amount    `json:"kept"`      // what is in the target's image
	Discarded Amount    `json:"discarded"` // what is not
	Kinds     []Portion `json:"kinds"`     // of Discarded, in the order of Kinds, without empty ones
	Includes  []Item    `json:"includes"`  // places of what was kept, the largest first
}

// Portion is what was discarded of one kind.
type Portion struct {
	Kind   Kind   `json:"kind"`
	Amount Amount `json:"amount"`
	Items  []Item `json:"items"` // what it consists of, the largest first; not all of it
}

// Item is a place in a stage, and how much lies there of what it is an item of.
type Item struct {
	Path   string `json:"path"`            // a file, or a directory that stands for what lies below; absolute, sanitised
	Title  string `json:"title,omitempty"` // what it is, where a finding says so
	Amount Amount `json:"amount"`
}

// Edge is what is known of an edge of the graph, by its index there.
func (r *Report) Edge(index int) (Edge, bool) {
	if r == nil {
		return Edge{}, false
	}
	i, ok := r.byEdge[index]
	if !ok {
		return Edge{}, false
	}
	return r.Edges[i], true
}

// Label is what stands beside an edge of a drawn graph, by its index there: how many
// bytes it carried, of a mount how many it showed; "" where that is not known.
func (r *Report) Label(index int) string {
	e, ok := r.Edge(index)
	switch {
	case !ok || !e.Known:
		return ""
	case e.Kind == model.EdgeMount:
		if e.Source == (Amount{}) {
			return "" // of a mount from an image nobody knows what it showed
		}
		return "shows " + measure.Bytes(e.Shown.Bytes)
	}
	return measure.Bytes(e.Carried.Bytes)
}

// Stage is what is known of a stage, by its index in the graph.
func (r *Report) Stage(index int) (Stage, bool) {
	if r != nil {
		for _, s := range r.Stages {
			if s.Index == index {
				return s, s.Known
			}
		}
	}
	return Stage{}, false
}

// Sentence is a stage in a few words: "1.2 MB kept of 245.0 MB (under 1 %), 243.8 MB
// left behind".
func (s Stage) Sentence() string {
	switch {
	case !s.Known:
		return "not looked at"
	case s.Discarded == (Amount{}):
		return "all of its " + measure.Bytes(s.Total.Bytes) + " kept"
	case s.Kept == (Amount{}):
		return "all of its " + measure.Bytes(s.Total.Bytes) + " left behind"
	}
	return measure.Bytes(s.Kept.Bytes) + " kept of " + measure.Bytes(s.Total.Bytes) + " (" + timing.Percent(s.Kept.Of(s.Total)) + "), " + measure.Bytes(s.Discarded.Bytes) + " left behind"
}

// Sentence is an edge in a few words: "build → runtime: 8.2 MB in 1 file, 2 % of build".
// Its arrow is →.
func (e Edge) Sentence() string {
	way := e.From + " → " + e.To + ": "
	switch {
	case !e.Known:
		return way + "not known"
	case e.Kind == model.EdgeMount && e.Source == (Amount{}):
		return way + "shown to the command for as long as it runs"
	case e.Kind == model.EdgeMount:
		text := way + "shows " + e.Shown.String() + " to the command for as long as it runs"
		if e.Carried.Files == 0 {
			return text + "; nothing of it stays"
		}
		return text + "; the command leaves " + e.Carried.String() + " of it in the image"
	}
	text := way + e.Carried.String()
	if e.Source != (Amount{}) {
		text += ", " + timing.Percent(e.Share()) + " of " + e.From
	}
	switch {
	case e.Kind == model.EdgeBase || e.Carried == e.Kept:
	case e.Kept.Files == 0:
		text += "; nothing of it ships"
	default:
		text += "; " + e.Kept.String() + " of it ship"
	}
	if e.Stage >= 0 && e.Untraced.Files > 0 {
		text += "; where " + measure.Plural(e.Untraced.Files, "file") + " of it lay is not known"
	}
	return text
}

// String is an amount in words: "8.2 MB in 3 files".
func (a Amount) String() string {
	return measure.Bytes(a.Bytes) + " in " + measure.Plural(a.Files, "file")
}

// Of finds out what crossed. It takes time linear in the number of files of all stages.
func Of(in Input) *Report {
	r := &Report{Target: in.Target, Edges: []Edge{}, Stages: []Stage{}, byEdge: map[int]int{}}
	if in.Graph == nil || !in.Graph.IsStage(model.NodeID(in.Target)) {
		return r
	}
	w := newWalk(in)
	w.trace()
	r.Name = in.Graph.Stages[in.Target].Label()
	for _, i := range w.plan.Runs() {
		r.Stages = append(r.Stages, w.stage(i))
	}
	for i := range in.Graph.Edges {
		if e, ok := w.edge(i); ok {
			r.byEdge[i] = len(r.Edges)
			r.Edges = append(r.Edges, e)
		}
	}
	if s, ok := r.Stage(in.Target); ok {
		r.Image = s.Total
	}
	return r
}
