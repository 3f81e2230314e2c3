package solve

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/client"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Names is what the names of a build's vertices tell: which step of which stage
// each is. It grows with what is reported.
//
// Identical steps of two stages are one vertex, which has the name of one of
// them. The other stage lacks a number then, and its next step tells by its input
// which vertex that is.
type Names struct {
	stages []*namedStage
	order  []string // digests of steps by first appearance
	steps  map[string]numbered
	inputs map[string][]string
}

// namedStage is a stage as far as its vertices tell.
type namedStage struct {
	name  string
	total int
	byN   map[int]numbered
}

// numbered is the n-th vertex of a stage.
type numbered struct {
	vertexName
	digest string
	stage  int // index of Names.stages
}

// NewNames knows of no vertex.
func NewNames() *Names { return &Names{steps: map[string]numbered{}, inputs: map[string][]string{}} }

// Add takes in what a report says. It tells whether something was new.
func (n *Names) Add(s *client.SolveStatus) (grown bool) {
	for _, v := range s.Vertexes {
		d := v.Digest.String()
		if _, seen := n.inputs[d]; seen {
			continue
		}
		n.inputs[d] = []string{}
		for _, in := range v.Inputs {
			n.inputs[d] = append(n.inputs[d], in.String())
		}
		if name, ok := parseVertexName(v.Name); ok && !name.Link {
			n.order, grown = append(n.order, d), true
			n.enter(d, name)
		}
	}
	return grown
}

func (n *Names) enter(digest string, v vertexName) {
	at := slices.IndexFunc(n.stages, func(s *namedStage) bool { return s.name == v.Stage })
	if at < 0 {
		at = len(n.stages)
		n.stages = append(n.stages, &namedStage{name: v.Stage, byN: map[int]numbered{}})
	}
	s := n.stages[at]
	s.total = max(s.total, v.M)
	s.byN[v.N] = numbered{v, digest, at}
	n.steps[digest] = s.byN[v.N]
}

// whole is a stage's steps by number, those included that bear another stage's
// name.
func (n *Names) whole(s *namedStage) map[int]numbered {
	out := map[int]numbered{}
	for i := s.total; i > 0; i-- {
		if v, ok := s.byN[i]; ok {
			out[i] = v
			continue
		}
		next, ok := out[i+1]
		if !ok || len(n.inputs[next.digest]) == 0 {
			continue
		}
		if v, ok := n.steps[n.inputs[next.digest][0]]; ok && v.N == i && n.stages[v.stage] != s {
			out[i] = v
		}
	}
	return out
}

// places finds all vertices in a graph that is known from elsewhere.
func (n *Names) places(a *attribution) map[string][]build.StepRef {
	out := map[string][]build.StepRef{}
	for _, s := range n.stages {
		at := a.stageNamed(s.name)
		if at < 0 {
			continue
		}
		for _, v := range n.whole(s) {
			if step, ok := a.stepCalled(at, v.vertexName); ok {
				out[v.digest] = append(out[v.digest], build.StepRef{Stage: at, Step: step})
			}
		}
	}
	return out
}

// graph makes one of the names alone, for a Dockerfile called file that nobody
// has. Its lines are the steps, so that they can be pointed at.
func (n *Names) graph(file string) (*model.Graph, map[string][]build.StepRef) {
	g, places := &model.Graph{File: file}, map[string][]build.StepRef{}
	index := n.sorted()
	for i, at := range index {
		s := n.stages[at]
		stage := model.Stage{Index: i, Name: sanitize.Text(s.name)}
		whole := n.whole(s)
		first := 1
		if strings.HasPrefix(strings.ToUpper(whole[1].Command), "FROM ") {
			_, base, _ := strings.Cut(whole[1].Command, " ")
			stage.Base, first = sanitize.Text(base), 0
		} else {
			stage.Steps = append(stage.Steps, model.Step{Command: "FROM", Text: "FROM"})
		}
		for k := 1; k <= s.total; k++ {
			v, ok := whole[k]
			if !ok {
				continue
			}
			step := v.step(len(stage.Steps))
			stage.Steps = append(stage.Steps, step)
			places[v.digest] = append(places[v.digest], build.StepRef{Stage: i, Step: step.Index})
		}
		g.Stages = append(g.Stages, stage)
		if first == 0 {
			n.external(g, i, len(index))
		}
	}
	n.connect(g, places)
	for _, e := range g.Edges { // a base that is another stage has no vertex to tell
		if e.Kind == model.EdgeBase && g.IsStage(e.From) {
			s := &g.Stages[e.To]
			s.Base = g.Label(e.From)
			s.Steps[0].Text = "FROM " + s.Base
		}
	}
	writeLines(g)
	return g, places
}

// writeLines puts a Dockerfile together from the steps of a graph.
func writeLines(g *model.Graph) {
	g.Lines = []string{"# The engine has not told the Dockerfile: this is what the names of its steps say."}
	for i := range g.Stages {
		s := &g.Stages[i]
		g.Lines = append(g.Lines, "")
		for k := range s.Steps {
			step := &s.Steps[k]
			text := step.Text
			if k == 0 && s.Name != "" {
				text += " AS " + s.Name
			}
			g.Lines = append(g.Lines, text)
			step.Line, step.EndLine = len(g.Lines), len(g.Lines)
		}
		s.Line, s.EndLine = s.Steps[0].Line, len(g.Lines)
	}
	for i, e := range g.Edges {
		g.Edges[i].Line = g.Stages[e.To].Steps[e.Step].Line
	}
}

func (v numbered) step(index int) model.Step {
	command, _, _ := strings.Cut(v.Command, " ")
	return model.Step{
		Index: index, Command: strings.ToUpper(sanitize.Text(command)), Text: sanitize.Text(v.Command),
		OnBuild: v.OnBuild, Vertex: true,
	}
}

// external adds the base image of a stage.
func (n *Names) external(g *model.Graph, stage, stages int) {
	ref := g.Stages[stage].Base
	x := slices.IndexFunc(g.Externals, func(x model.External) bool { return x.Ref == ref })
	if x < 0 {
		x = len(g.Externals)
		g.Externals = append(g.Externals, model.External{Kind: model.ExternalImage, Ref: ref})
	}
	g.Edges = append(g.Edges, model.Edge{From: model.NodeID(stages + x), To: model.NodeID(stage), Kind: model.EdgeBase})
}

// sorted lists the stages so that what others need comes first: they are reported
// in no order.
func (n *Names) sorted() []int {
	needs := make([]map[int]bool, len(n.stages))
	for i, s := range n.stages {
		needs[i] = map[int]bool{}
		own := map[string]bool{}
		for _, v := range n.whole(s) {
			own[v.digest] = true
		}
		for _, v := range n.whole(s) {
			for _, in := range n.inputs[v.digest] {
				if from, ok := n.steps[in]; ok && from.stage != i && !own[in] {
					needs[i][from.stage] = true
				}
			}
		}
	}
	byName := make([]int, len(n.stages)) // what is reported first differs from build to build
	for i := range byName {
		byName[i] = i
	}
	slices.SortFunc(byName, func(a, b int) int { return strings.Compare(n.stages[a].name, n.stages[b].name) })
	var out []int
	var visit func(i int)
	seen := make([]bool, len(n.stages))
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		for _, k := range byName {
			if needs[i][k] {
				visit(k)
			}
		}
		out = append(out, i)
	}
	for _, i := range byName {
		visit(i)
	}
	return out
}

// connect adds the edges between stages.
func (n *Names) connect(g *model.Graph, places map[string][]build.StepRef) {
	for _, d := range n.order {
		for _, to := range places[d] {
			for i, in := range n.inputs[d] {
				refs := places[in]
				if len(refs) == 0 || slices.ContainsFunc(refs, func(r build.StepRef) bool { return r.Stage == to.Stage }) {
					continue
				}
				from := refs[0].Stage
				e := model.Edge{From: model.NodeID(from), To: model.NodeID(to.Stage), Step: to.Step, Kind: model.EdgeCopy}
				step := g.Stages[to.Stage].Steps[to.Step]
				switch {
				case i == 0 && (!strings.Contains(step.Text, "--from=") || len(n.inputs[d]) > 1):
					e.Kind, e.Step = model.EdgeBase, 0
				case step.Command == "RUN":
					e.Kind = model.EdgeMount
				}
				if from < to.Stage && !slices.ContainsFunc(g.Edges, func(o model.Edge) bool {
					return o.From == e.From && o.To == e.To && o.Step == e.Step && o.Kind == e.Kind
				}) {
					g.Edges = append(g.Edges, e)
				}
			}
		}
	}
	slices.SortStableFunc(g.Edges, func(a, b model.Edge) int {
		if a.To != b.To {
			return int(a.To - b.To)
		}
		return a.Step - b.Step
	})
}
