package reproduction

import (
	"slices"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/reproduction/cause"
)

// reach finds out what of the differences gets into the target's image. What differs in its
// layers does. A COPY tells where it took a file from. What a RUN made otherwise for no
// reason of its own may follow from content that it could read: in its stage, in what that
// is built on, or in what it mounts.
func (v *Verdict) reach(g *model.Graph) {
	for i := range v.Steps {
		if s := &v.Steps[i]; s.Reach == InLayer {
			for k := range s.differences {
				s.differences[k].Reach = InLayer
			}
		}
	}
	known := v.places()
	for i := len(v.Steps) - 1; i >= 0; i-- { // what a step takes comes from above it
		s := &v.Steps[i]
		follows := false
		for _, d := range s.differences {
			switch {
			case d.Reach == Nowhere:
			case d.From != nil:
				from := known[spot{d.From.Stage, d.From.Step, d.Field, d.From.Path}]
				if from != nil && (from.Reach == Nowhere || from.Reach == Read) {
					from.Reach = Copied
				}
			case !d.Field.Meta() && cause.Follows(d.Cause):
				follows = true
			}
		}
		if !follows || command(g, s) != "RUN" {
			continue
		}
		for k := range i {
			if t := &v.Steps[k]; readable(g, s, t) {
				t.read()
			}
		}
	}
	for i := range v.Steps {
		s := &v.Steps[i]
		s.Reach = Nowhere
		for _, r := range []Reach{InLayer, Copied, Read} {
			if slices.ContainsFunc(s.differences, func(d Difference) bool { return d.Reach == r }) {
				s.Reach = r
				break
			}
		}
	}
}

// spot is what a difference is found by.
type spot struct {
	stage, step int
	field       Field
	path        string
}

// places are the differences that something was copied from.
func (v *Verdict) places() map[spot]*Difference {
	wanted := map[spot]bool{}
	for _, s := range v.Steps {
		for _, d := range s.differences {
			if d.From != nil {
				wanted[spot{d.From.Stage, d.From.Step, d.Field, d.From.Path}] = true
			}
		}
	}
	out := make(map[spot]*Difference, len(wanted))
	for i := range v.Steps {
		s := &v.Steps[i]
		for k := range s.differences {
			d := &s.differences[k]
			if at := (spot{s.Stage, s.Step, d.Field, d.Path}); wanted[at] {
				out[at] = d
			}
		}
	}
	return out
}

// read marks what a later instruction may have made something of.
func (s *Step) read() {
	for i := range s.differences {
		if d := &s.differences[i]; d.Reach == Nowhere && !d.Field.Meta() && !cause.Aside(d.Cause) {
			d.Reach = Read
		}
	}
}

// readable says whether a step's files lie where another one's command sees them.
func readable(g *model.Graph, reader, made *Step) bool {
	seen := func(stage, before int) bool {
		for _, below := range g.Lineage(stage) {
			if below == made.Stage {
				return below != stage || made.Step < before
			}
		}
		return false
	}
	if seen(reader.Stage, reader.Step) {
		return true
	}
	for _, e := range g.Into(model.NodeID(reader.Stage)) {
		if e.Kind == model.EdgeMount && e.Step == reader.Step && g.IsStage(e.From) && seen(int(e.From), len(g.Stages[e.From].Steps)) {
			return true
		}
	}
	return false
}

// command is the instruction that a step is.
func command(g *model.Graph, s *Step) string {
	if s.Stage < 0 || s.Stage >= len(g.Stages) || s.Step < 0 || s.Step >= len(g.Stages[s.Stage].Steps) {
		return ""
	}
	return g.Stages[s.Stage].Steps[s.Step].Command
}
