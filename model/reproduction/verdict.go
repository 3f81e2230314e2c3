package reproduction

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/measure"
)

// SchemaVersion is that of the Verdict's JSON form.
const SchemaVersion = 1

// Verdict is what became of building twice.
type Verdict struct {
	Version      int           `json:"version"` // SchemaVersion
	File         string        `json:"file"`    // the Dockerfile, as it was named
	Target       string        `json:"target"`  // the stage that was built
	Reproducible bool          `json:"reproducible"`
	Epoch        *int64        `json:"epoch,omitempty"` // SOURCE_DATE_EPOCH of both builds; nil for none
	Rewritten    bool          `json:"rewritten"`       // rewrite-timestamp was in force
	First        Image         `json:"first"`
	Second       Image         `json:"second"`
	Differences  int           `json:"differences"` // of the two images: fields of files, and of the configuration
	Config       []ConfigField `json:"config"`
	Layers       []Layer       `json:"layers"` // of the two images, the lowest first
	// Root is the first difference that reaches the image; nil where there is none.
	Root *Root `json:"root,omitempty"`
	// Foresight is nil where both flags were in force, or nothing differs.
	Foresight *Foresight `json:"foresight,omitempty"`
	Steps     []Step     `json:"steps"` // the instructions that made something else, in the order of the Dockerfile
}

// Image is what one of the builds made.
type Image struct {
	Digest string `json:"digest"`         // of the manifest
	Kept   string `json:"kept,omitempty"` // a reference that opens it; "" when it was not kept
	Took   int64  `json:"took"`           // milliseconds
}

// State is how the two layers of an instruction are to each other.
type State string

// The states of layers.
const (
	Same     State = "same"           // one digest
	Metadata State = "other metadata" // the same files with the same content
	Contents State = "other content"  // files differ, or are in one only
	Lone     State = "in one only"    // one of the images has no such layer
)

// Layer is a layer of the target's image in both builds.
type Layer struct {
	Index  int    `json:"index"`           // from 0
	Stage  string `json:"stage,omitempty"` // that made it; "" for the base image's
	Line   int    `json:"line,omitempty"`
	Text   string `json:"text"`             // the instruction, without secrets
	First  string `json:"first,omitempty"`  // diff ID, in the first build
	Second string `json:"second,omitempty"` // and in the second
	State  State  `json:"state"`
}

// Reach is how a difference gets into the target's image.
type Reach string

// The ways to get there.
const (
	Nowhere Reach = ""       // nothing shows that it does
	Read    Reach = "read"   // a later instruction made something of it, as far as one can see
	Copied  Reach = "copied" // a COPY took the file
	InLayer Reach = "layer"  // its layer is one of the image's
)

// Step is an instruction that made something else in the second build.
type Step struct {
	Stage  int     `json:"stage"`
	Name   string  `json:"name"` // of the stage
	Step   int     `json:"step"`
	Line   int     `json:"line"`
	Text   string  `json:"text"` // without secrets
	Base   bool    `json:"base"` // it is a FROM, and the base image's layer differs
	State  State   `json:"state"`
	Reach  Reach   `json:"reach"`  // the strongest of its groups'
	Groups []Group `json:"groups"` // what gets into the image before the rest, the weightiest field first

	differences []Difference
}

// Group are differences of one kind.
type Group struct {
	Field  Field      `json:"field"`
	Cause  string     `json:"cause,omitempty"`
	Count  int        `json:"count"`
	First  Difference `json:"first"` // in the order of the archive
	Paths  []string   `json:"paths"` // the first MaxPaths
	Reach  Reach      `json:"reach"`
	Stays  bool       `json:"stays"`
	Copied bool       `json:"copied"` // they were copied from an instruction that made them otherwise
}

// MaxPaths bounds how many paths of a group are listed.
const MaxPaths = 50

// Root is the first difference: the instruction, the field and the file.
type Root struct {
	Stage int   `json:"stage"`
	Step  int   `json:"step"`
	Group Group `json:"group"`
}

// Foresight is what SOURCE_DATE_EPOCH and rewrite-timestamp together would leave of the
// differences. It is reckoned, not built: times of files and of the configuration become
// the same, nothing else does.
type Foresight struct {
	Remain int   `json:"remain"` // of Verdict.Differences
	Root   *Root `json:"root,omitempty"`
}

// Made says what an instruction made otherwise.
func Made(stage, step int, differences []Difference) Step {
	return Step{Stage: stage, Step: step, differences: differences}
}

// Place says of which file of which instruction a difference is.
func (s Step) Place(path string) Place {
	return Place{Stage: s.Stage, Name: s.Name, Step: s.Step, Line: s.Line, Path: path}
}

// Differences are all that the step made otherwise.
func (s *Step) Differences() []Difference { return s.differences }

// Judge completes a verdict: it has File, Epoch, Rewritten, First, Second, Config, Layers,
// and Steps by Made with their State and Base; InLayer is the Reach of those in the image.
func (v *Verdict) Judge(g *model.Graph, target int) {
	v.Config, v.Layers, v.Steps = notNil(v.Config), notNil(v.Layers), notNil(v.Steps)
	v.Version, v.Target = SchemaVersion, g.Label(model.NodeID(target))
	v.Reproducible = v.First.Digest == v.Second.Digest
	slices.SortStableFunc(v.Steps, func(a, b Step) int { return cmp.Or(a.Stage-b.Stage, a.Step-b.Step) })
	v.reach(g)
	v.Differences = len(v.Config)
	remain := 0
	for _, c := range v.Config {
		remain += one(c.Stays)
	}
	for i := range v.Steps {
		s := &v.Steps[i]
		s.Groups = grouped(s.differences)
		for _, d := range s.differences {
			if d.Reach == InLayer {
				v.Differences++
				remain += one(d.Stays)
			}
		}
	}
	if v.Reproducible {
		return
	}
	v.Root = v.root(func(Group) bool { return true })
	if v.Epoch == nil || !v.Rewritten {
		v.Foresight = &Foresight{Remain: remain, Root: v.root(func(g Group) bool { return g.Stays })}
	}
}

// notNil is a list that JSON does not write as null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// root is the first group that gets into the image, of the first instruction that did not
// copy it from another one.
func (v *Verdict) root(counts func(Group) bool) *Root {
	for _, s := range v.Steps {
		for _, g := range s.Groups {
			if g.Reach != Nowhere && !g.Copied && counts(g) {
				return &Root{s.Stage, s.Step, g}
			}
		}
	}
	return nil
}

// Of gives the step of a root.
func (v *Verdict) Of(r *Root) *Step {
	for i := range v.Steps {
		if r != nil && v.Steps[i].Stage == r.Stage && v.Steps[i].Step == r.Step {
			return &v.Steps[i]
		}
	}
	return nil
}

// grouped puts differences of one kind together.
func grouped(all []Difference) []Group {
	type kind struct {
		field       Field
		cause       string
		reach       Reach
		stays       bool
		stage, step int // where it was copied from
	}
	at := map[kind]int{}
	out := []Group{}
	for _, d := range all {
		k := kind{d.Field, d.Cause, d.Reach, d.Stays, -1, -1}
		if d.From != nil {
			k.stage, k.step = d.From.Stage, d.From.Step
		}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, Group{Field: d.Field, Cause: d.Cause, First: d, Reach: d.Reach, Stays: d.Stays, Copied: d.From != nil})
		}
		out[i].Count++
		if len(out[i].Paths) < MaxPaths {
			out[i].Paths = append(out[i].Paths, d.Path)
		}
	}
	slices.SortStableFunc(out, func(a, b Group) int {
		return cmp.Or(one(a.Reach == Nowhere)-one(b.Reach == Nowhere), a.Field.weight()-b.Field.weight())
	})
	return out
}

func size(n int64) string {
	if n < 10_000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	return measure.Bytes(n)
}
