package tuitest

import (
	"fmt"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// Epoch is when every test's build begins.
func Epoch() time.Time { return time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC) }

// Script writes down what a BuildKit would say of a build, second by second.
// Vertices are named by "stage.step", as in "1.2".
type Script struct {
	graph  *model.Graph
	now    time.Time
	events []build.Event
	known  map[string]build.Vertex
}

// NewScript begins a build of a target.
func NewScript(g *model.Graph, target int) *Script {
	s := &Script{graph: g, now: Epoch(), known: map[string]build.Vertex{}}
	s.add(build.Event{Begin: &build.Begin{
		Version: build.SchemaVersion, Graph: g, Targets: []int{target}, Platforms: []string{"linux/amd64"},
		Engine: build.Engine{Name: "embedded", Version: "0.33.1"},
	}})
	plan := g.PlanFor(target)
	for _, i := range plan.Runs() {
		for _, st := range g.Stages[i].Steps {
			if st.Vertex {
				s.vertex(name(i, st.Index), func(v *build.Vertex) {
					v.Name, v.Steps = st.Text, []build.StepRef{{Stage: i, Step: st.Index}}
					v.Inputs = inputs(g, i, st.Index)
				})
			}
		}
	}
	return s
}

// inputs are the vertices that a step is made from: the step before it, of the
// stage or of its base, and the last ones of the stages it takes files from.
func inputs(g *model.Graph, stage, step int) []string {
	var out []string
	last := func(stage, below int) {
		for i := below - 1; i >= 0; i-- {
			if g.Stages[stage].Steps[i].Vertex {
				out = append(out, "sha256:"+name(stage, i))
				return
			}
		}
		for _, e := range g.Into(model.NodeID(stage)) {
			if e.Kind == model.EdgeBase && g.IsStage(e.From) {
				out = append(out, inputs(g, int(e.From), len(g.Stages[e.From].Steps))...)
			}
		}
	}
	last(stage, step)
	for _, e := range g.Into(model.NodeID(stage)) {
		if e.Step == step && e.Kind != model.EdgeBase && g.IsStage(e.From) {
			last(int(e.From), len(g.Stages[e.From].Steps))
		}
	}
	return out
}

func name(stage, step int) string { return fmt.Sprintf("%d.%d", stage, step) }

func (s *Script) add(e build.Event) {
	e.Time = s.now
	s.events = append(s.events, e)
}

func (s *Script) vertex(id string, change func(*build.Vertex)) {
	v, ok := s.known[id]
	if !ok {
		v = build.Vertex{Digest: "sha256:" + id, Name: id}
	}
	change(&v)
	s.known[id] = v
	s.add(build.Event{Vertex: &v})
}

// After lets seconds pass.
func (s *Script) After(seconds float64) *Script {
	s.now = s.now.Add(time.Duration(seconds * float64(time.Second)))
	return s
}

// Start starts vertices.
func (s *Script) Start(ids ...string) *Script {
	for _, id := range ids {
		at := s.now
		s.vertex(id, func(v *build.Vertex) { v.Started = &at })
	}
	return s
}

// Done ends vertices.
func (s *Script) Done(ids ...string) *Script {
	for _, id := range ids {
		at := s.now
		s.vertex(id, func(v *build.Vertex) { v.Completed = &at })
	}
	return s
}

// Cached ends vertices without running them.
func (s *Script) Cached(ids ...string) *Script {
	for _, id := range ids {
		at := s.now
		s.vertex(id, func(v *build.Vertex) { v.Cached, v.Started, v.Completed = true, &at, &at })
	}
	return s
}

// Log is output of a vertex.
func (s *Script) Log(id, text string) *Script {
	s.add(build.Event{Log: &build.Log{Vertex: "sha256:" + id, Stream: 1, Text: text}})
	return s
}

// Progress is a transfer of a vertex.
func (s *Script) Progress(id, what string, current, total int64) *Script {
	s.add(build.Event{Progress: &build.Progress{Vertex: "sha256:" + id, ID: what, Current: current, Total: total}})
	return s
}

// Notice is a word of stagedive's own.
func (s *Script) Notice(level model.Level, text string) *Script {
	s.add(build.Event{Notice: &build.Notice{Level: level, Text: text}})
	return s
}

// Cause says why a step runs; of a consequence, by names the step that began it.
func (s *Script) Cause(id, by string, c build.Cause) *Script {
	c.Step = s.known[id].Steps[0]
	if by != "" {
		ref := s.known[by].Steps[0]
		c.Earlier = &ref
	}
	s.add(build.Event{Cause: &c})
	return s
}

// Fail ends a vertex with an error and the build with it.
func (s *Script) Fail(id string, exit int, hint string) *Script {
	s.vertex(id, func(v *build.Vertex) {
		at := s.now
		v.Completed, v.Error = &at, fmt.Sprintf("process %q did not complete successfully: exit code: %d", v.Name, exit)
	})
	v := s.known[id]
	ref := v.Steps[0]
	step := s.graph.Stages[ref.Stage].Steps[ref.Step]
	s.add(build.Event{End: &build.End{Outcome: build.OutcomeFailed, Failure: &build.Failure{
		Message: fmt.Sprintf("%s ended with exit code %d", step.Text, exit), Step: &ref, Vertex: v.Digest,
		ExitCode: exit, Line: step.Line, EndLine: step.EndLine, Hint: hint,
	}}})
	return s
}

// Stop has the build stand still before a vertex.
func (s *Script) Stop(id string) *Script {
	s.vertex(id, func(*build.Vertex) {})
	ref := s.known[id].Steps[0]
	step := s.graph.Stages[ref.Stage].Steps[ref.Step]
	s.add(build.Event{Stop: &build.Stop{Reason: build.StopBreakpoint, Stage: ref.Stage, Step: &ref, Line: step.Line, Text: step.Text}})
	return s
}

// GoOn ends that.
func (s *Script) GoOn(id string) *Script {
	ref := s.known[id].Steps[0]
	s.add(build.Event{Stop: &build.Stop{Reason: build.StopBreakpoint, Stage: ref.Stage, Step: &ref, Over: true}})
	return s
}

// End ends the build.
func (s *Script) End(outcome build.Outcome, result *build.Result) *Script {
	s.add(build.Event{End: &build.End{Outcome: outcome, Result: result}})
	return s
}

// Events is what has been written so far.
func (s *Script) Events() []build.Event { return s.events }
