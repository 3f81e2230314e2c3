package tui_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// apart is a Comparer that takes targets apart as a script says.
type apart struct {
	graph *model.Graph
	end   build.End
}

func (apart) Compare(context.Context, []int, func(build.Event), func(string)) (*compare.Comparison, error) {
	return nil, errors.New("nothing is compared here")
}

func (a apart) Dissect(_ context.Context, target int, emit func(build.Event), _ func(string)) (*tui.Dissected, error) {
	emit(build.Event{Begin: &build.Begin{Version: build.SchemaVersion, Graph: a.graph, Targets: []int{target}}})
	emit(build.Event{End: &a.end})
	if a.end.Outcome != build.OutcomeSucceeded {
		return nil, errors.New("the build failed")
	}
	r := &crossing.Report{Target: target, Name: a.graph.Stages[target].Label()}
	for i, s := range a.graph.Stages {
		r.Stages = append(r.Stages, crossing.Stage{Index: i, Name: s.Label(), Line: s.Line, Known: true, Total: crossing.Amount{Files: 1, Bytes: 1000}})
	}
	for i, e := range a.graph.Edges {
		if e.Kind == model.EdgeCopy && a.graph.IsStage(e.From) {
			r.Edges = append(r.Edges, crossing.Edge{Index: i, Kind: e.Kind, From: a.graph.Label(e.From), To: a.graph.Label(e.To), Stage: int(e.From), Line: e.Line, Known: true, Carried: crossing.Amount{Files: 3, Bytes: 4_200_000}})
		}
	}
	l := &ladder.Ladder{Target: target, Name: r.Name, Headline: "9.0 MB → 4.2 MB, 53 % less", Rungs: []ladder.Rung{{Kind: ladder.Final, Name: r.Name, Stage: target, Known: true, Bytes: 4_200_000, Share: 1}}}
	return &tui.Dissected{Ladder: l, Crossed: r}, nil
}

// TestDissect: without a mark, the key for comparing shows the ladder and what crossed, and
// edges carry their bytes.
func TestDissect(t *testing.T) {
	g := tuitest.Shop()
	d := tuitest.New(t, tui.Config{Graph: g, Target: -1, Comparer: apart{g, build.End{Outcome: build.OutcomeSucceeded, Result: &build.Result{}}}}).Size(120, 40)
	d.Press("5").See("Nothing stands side by side yet").Press("1").SeeNot("8.4 MB")
	d.Press("c").UntilSee("53 % less").See("ladder", "crossed")
	d.Press("]").See("what was left behind")
	d.Press("1").See("8.4 MB") // two copies along one line
}

// TestDissectFails: a build that fails is shown as any that does, and nothing else is.
func TestDissectFails(t *testing.T) {
	g := tuitest.Shop()
	d := tuitest.New(t, tui.Config{Graph: g, Target: -1, Comparer: apart{g, build.End{Outcome: build.OutcomeFailed, Failure: &build.Failure{Message: "RUN in stage build exited with code 1"}}}}).Size(120, 40)
	d.Press("c").UntilSee("exited with code 1")
	d.Press("5").UntilSee("the build failed").SeeNot("ladder")
}
