package reproduction

import "github.com/stagedive/stagedive/model"

// reach finds out what gets into the target's image of what differs: layers of it are told
// by the caller, a COPY tells where it took a file from, and what differs in content before
// an instruction that differs, in its stage or in one that it mounts, it could read.
func (v *Verdict) reach(g *model.Graph) {
	for i := len(v.Steps) - 1; i >= 0; i-- { // what a step reads is above it
		s := &v.Steps[i]
		if s.Reach == Nowhere {
			continue
		}
		made := false // something that it did not copy from where it differs
		for _, d := range s.differences {
			if d.From != nil {
				v.mark(d.From.Stage, d.From.Step, Copied)
			} else if !d.Field.Meta() {
				made = true
			}
		}
		if !made || command(g, s) != "RUN" {
			continue
		}
		for k := range i {
			if t := &v.Steps[k]; t.Reach == Nowhere && v.hasContent(t) && readable(g, s, t) {
				t.Reach = Read
			}
		}
	}
}

func (v *Verdict) mark(stage, step int, r Reach) {
	for i := range v.Steps {
		if s := &v.Steps[i]; s.Stage == stage && s.Step == step && (s.Reach == Nowhere || s.Reach == Read) {
			s.Reach = r
		}
	}
}

func (*Verdict) hasContent(s *Step) bool {
	for _, d := range s.differences {
		if !d.Field.Meta() {
			return true
		}
	}
	return false
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
