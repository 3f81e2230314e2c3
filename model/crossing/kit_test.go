package crossing_test

import (
	"fmt"
	"hash/fnv"
	"path"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// layer makes a layer's tree of lines: "path content", "path -> target" for a symbolic
// link, "path => path" for a hard link, "path/" for a directory, "-path" for a whiteout.
func layer(lines ...string) *image.Tree {
	b := image.NewBuilder()
	for _, l := range lines {
		name, content, _ := strings.Cut(l, " ")
		e := image.Entry{Path: strings.Trim(name, "/"), Mode: 0o644, Size: int64(len(content)), Sum: sum(content)}
		target, isLink := strings.CutPrefix(content, "-> ")
		other, isHard := strings.CutPrefix(content, "=> ")
		switch {
		case strings.HasPrefix(name, "-"):
			e = image.Entry{Path: strings.Trim(name, "-/"), Type: image.Whiteout}
		case strings.HasSuffix(name, "/"):
			e.Type, e.Mode, e.Size, e.Sum = image.Directory, 0o755, 0, 0
		case isLink:
			e.Type, e.Link, e.Size, e.Sum = image.Symlink, target, 0, 0
		case isHard:
			e.Type, e.Link, e.Size, e.Sum = image.Hardlink, strings.Trim(other, "/"), 0, 0
		}
		b.Add(e)
	}
	return b.Tree()
}

func sum(content string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(content))
	return h.Sum64() | 1
}

// made is a layer and the step that made it: "build 2" for the step of that stage,
// "base" for one of the base image.
type made struct {
	by   string
	tree *image.Tree
}

// scene is a Dockerfile with the images of its stages.
type scene struct {
	g     *model.Graph
	looks map[int]*crossing.Look
}

// stage adds one that starts from another stage, from an image, or from scratch.
func (s *scene) stage(name, from string, steps ...model.Step) int {
	i := len(s.g.Stages)
	st := model.Stage{Index: i, Name: name, Base: from, Line: 10 * (i + 1), Steps: append([]model.Step{{Command: "FROM", Text: "FROM " + from}}, steps...)}
	for k := range st.Steps {
		st.Steps[k].Index, st.Steps[k].Line = k, st.Line+k
	}
	st.EndLine = st.Line + len(st.Steps) - 1
	s.g.Stages = append(s.g.Stages, st)
	return i
}

// join makes the edges, when all stages are there.
func (s *scene) join() {
	node := func(name string) (model.NodeID, bool) {
		for i, st := range s.g.Stages {
			if st.Name == name {
				return model.NodeID(i), true
			}
		}
		for i, x := range s.g.Externals {
			if x.Ref == name {
				return model.NodeID(len(s.g.Stages) + i), true
			}
		}
		s.g.Externals = append(s.g.Externals, model.External{Kind: model.ExternalImage, Ref: name})
		return model.NodeID(len(s.g.Stages) + len(s.g.Externals) - 1), true
	}
	for i := range s.g.Stages {
		st := &s.g.Stages[i]
		if st.Base != "scratch" {
			from, _ := node(st.Base)
			s.g.Edges = append(s.g.Edges, model.Edge{From: from, To: model.NodeID(i), Kind: model.EdgeBase, Line: st.Line})
		}
		for k := range st.Steps {
			step := &st.Steps[k]
			words := strings.Fields(step.Text)
			for _, word := range words {
				if name, ok := strings.CutPrefix(word, "--from="); ok && step.Copy != nil {
					step.Copy.From, _ = node(name)
					s.g.Edges = append(s.g.Edges, model.Edge{From: step.Copy.From, To: model.NodeID(i), Kind: model.EdgeCopy, Step: k, Line: step.Line, Paths: step.Copy.Sources})
				}
			}
			for _, m := range step.Mounts {
				if m.From != "" {
					from, _ := node(m.From)
					s.g.Edges = append(s.g.Edges, model.Edge{From: from, To: model.NodeID(i), Kind: model.EdgeMount, Step: k, Line: step.Line, Paths: []string{m.Source}})
				}
			}
		}
	}
}

// look gives a stage its image.
func (s *scene) look(stage int, findings []finding.Finding, layers ...made) {
	im := &image.Image{}
	for i, l := range layers {
		o := image.Origin{Stage: -1, Step: -1, Base: true}
		created := "RUN"
		if l.by != "base" {
			o = image.Origin{}
			var name string
			if _, err := fmt.Sscanf(l.by, "%s %d", &name, &o.Step); err != nil {
				panic(err)
			}
			at, _ := s.g.FindStage(name)
			o.Stage = at
			created = s.g.Stages[at].Steps[o.Step].Text
		}
		im.Layers = append(im.Layers, image.Layer{Index: i, Origin: o, Tree: l.tree, Size: l.tree.Size(image.Root), CreatedBy: created})
	}
	s.looks[stage] = &crossing.Look{Image: im, Findings: findings}
}

func newScene() *scene { return &scene{g: &model.Graph{}, looks: map[int]*crossing.Look{}} }

func (s *scene) of(t *testing.T, target int) *crossing.Report {
	t.Helper()
	r := crossing.Of(crossing.Input{Graph: s.g, Target: target, Looks: s.looks})
	holds(t, r)
	return r
}

// holds checks what is true of every report.
func holds(t *testing.T, r *crossing.Report) {
	t.Helper()
	for _, s := range r.Stages {
		if got := s.Kept.Add(s.Discarded); got != s.Total {
			t.Errorf("%s: kept and discarded are %v, total is %v", s.Name, got, s.Total)
		}
		var kinds crossing.Amount
		for _, p := range s.Kinds {
			kinds = kinds.Add(p.Amount)
			if p.Amount.Files < 0 || p.Amount.Bytes < 0 {
				t.Errorf("%s: less than nothing is of kind %s", s.Name, p.Kind)
			}
		}
		if kinds != s.Discarded {
			t.Errorf("%s: the kinds are %v, discarded are %v", s.Name, kinds, s.Discarded)
		}
	}
	for _, e := range r.Edges {
		if e.Kept.Files > e.Carried.Files || e.Kept.Bytes > e.Carried.Bytes || e.Untraced.Files > e.Carried.Files {
			t.Errorf("%s → %s: kept %v, untraced %v of %v", e.From, e.To, e.Kept, e.Untraced, e.Carried)
		}
	}
}

func run(text string, mounts ...model.Mount) model.Step {
	return model.Step{Command: "RUN", Text: "RUN " + text, Vertex: true, Mounts: mounts}
}

// copyStep is a COPY of words: "--from=x a b /dest".
func copyStep(words string) model.Step {
	c := &model.Copy{From: model.None}
	var rest []string
	for _, w := range strings.Fields(words) {
		switch {
		case w == "--parents":
			c.Parents = true
		case strings.HasPrefix(w, "--exclude="):
			c.Exclude = append(c.Exclude, strings.TrimPrefix(w, "--exclude="))
		case !strings.HasPrefix(w, "--"):
			rest = append(rest, w)
		}
	}
	dest := rest[len(rest)-1]
	c.Sources, c.Dest, c.Into = rest[:len(rest)-1], path.Clean(dest), strings.HasSuffix(dest, "/") || len(rest) > 2 || c.Parents
	return model.Step{Command: "COPY", Text: "COPY " + words, Vertex: true, Copy: c}
}
