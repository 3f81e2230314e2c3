package build

import (
	"testing"
	"time"

	"github.com/stagedive/stagedive/model"
)

func TestCost(t *testing.T) {
	step := func(i int) model.Step { return model.Step{Index: i, Command: "RUN", Vertex: true} }
	g := &model.Graph{
		Stages: []model.Stage{
			{Name: "a", Steps: []model.Step{{Index: 0, Command: "FROM"}, step(1), step(2), step(3)}},
			{Index: 1, Name: "b", Steps: []model.Step{{Index: 0, Command: "FROM"}, step(1), step(2)}},
			{Index: 2, Name: "skipped", Steps: []model.Step{step(0)}},
		},
		Edges: []model.Edge{{From: 0, To: 1, Kind: model.EdgeCopy, Step: 2}},
	}
	at := func(s int) *time.Time { x := time.Unix(int64(s), 0); return &x }
	b := New()
	b.Apply(Event{Time: *at(0), Begin: &Begin{Graph: g, Targets: []int{1}}})
	for _, v := range []Vertex{
		{Digest: "shared", Steps: []StepRef{{0, 1}, {1, 1}}, Started: at(1), Completed: at(2)},
		{Digest: "cached", Steps: []StepRef{{0, 2}}, Cached: true, Started: at(2), Completed: at(2)},
		{Digest: "failed", Steps: []StepRef{{0, 3}}, Started: at(2), Completed: at(3), Error: "exit 1"},
		{Digest: "never", Steps: []StepRef{{1, 2}}},
	} {
		b.Apply(Event{Time: *at(3), Vertex: &v})
	}
	b.Apply(Event{Time: *at(4), End: &End{Outcome: OutcomeFailed}})
	if ran, cached := b.Cost(); ran != 2 || cached != 1 {
		t.Errorf("%d ran, %d cached; want 2, 1", ran, cached)
	}
	if got, want := b.CostOf([]string{"src/app.ts"}, "→"), "src/app.ts → failed: 2 steps ran, 4.0s; 1 cached"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	if got, want := Some([]string{"a", "b", "c", "d"}), "a, b and 2 more"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	if ran, cached := New().Cost(); ran != 0 || cached != 0 {
		t.Errorf("nothing at all cost %d, %d", ran, cached)
	}
}
