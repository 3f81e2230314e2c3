package timing

import (
	"fmt"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// BenchmarkAnalyze is an analysis of 200 stages with 25 steps each, four abreast.
// The timeline makes four a second while a build runs.
func BenchmarkAnalyze(b *testing.B) {
	const stages, steps = 200, 25
	g := &model.Graph{File: "Dockerfile"}
	all := build.New()
	for i := range stages {
		s := model.Stage{Index: i, Name: fmt.Sprintf("s%d", i)}
		for k := range steps {
			s.Steps = append(s.Steps, model.Step{Index: k, Command: "RUN", Text: fmt.Sprintf("RUN %d", k), Vertex: true})
		}
		g.Stages = append(g.Stages, s)
		if i >= 4 {
			g.Edges = append(g.Edges, model.Edge{From: model.NodeID(i - 4), To: model.NodeID(i), Kind: model.EdgeBase})
		}
	}
	targets := []int{stages - 4, stages - 3, stages - 2, stages - 1}
	all.Apply(build.Event{Time: epoch, Begin: &build.Begin{Graph: g, Targets: targets}})
	for i := range stages {
		for k := range steps {
			from, to := at(20*(i/4*steps+k)), at(20*(i/4*steps+k)+19)
			v := build.Vertex{
				Digest: fmt.Sprint(i, k), Steps: []build.StepRef{{Stage: i, Step: k}}, Started: &from, Completed: &to,
			}
			switch {
			case k > 0:
				v.Inputs = []string{fmt.Sprint(i, k-1), "context"}
			case i >= 4:
				v.Inputs = []string{fmt.Sprint(i-4, steps-1), "context"}
			}
			all.Apply(build.Event{Vertex: &v})
		}
	}
	from, to := epoch, at(10)
	all.Apply(build.Event{Vertex: &build.Vertex{Digest: "context", Started: &from, Completed: &to}})
	all.Apply(build.Event{Time: at(30_000), End: &build.End{Outcome: build.OutcomeSucceeded}})
	b.ReportAllocs()
	for b.Loop() {
		if a := Analyze(all, time.Time{}); len(a.Path.Links) < steps {
			b.Fatal(len(a.Path.Links))
		}
	}
}
