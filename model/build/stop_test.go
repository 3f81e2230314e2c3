package build_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

func stage(name string, texts ...string) model.Stage {
	s := model.Stage{Name: name}
	for i, t := range texts {
		s.Steps = append(s.Steps, model.Step{Index: i, Text: t})
	}
	return s
}

// A step is found again by its text in the stage of its name, the nearest of
// several.
func TestStepRefIn(t *testing.T) {
	old := &model.Graph{Stages: []model.Stage{stage("a", "FROM x", "RUN one", "RUN two", "RUN one"), stage("b", "FROM a", "RUN gone")}}
	now := &model.Graph{Stages: []model.Stage{stage("new", "FROM y"), stage("b", "FROM a"), stage("a", "FROM x", "RUN one", "RUN zero", "RUN two", "RUN one")}}
	for _, c := range []struct {
		from, to build.StepRef
		ok       bool
	}{
		{build.StepRef{Stage: 0, Step: 1}, build.StepRef{Stage: 2, Step: 1}, true},
		{build.StepRef{Stage: 0, Step: 2}, build.StepRef{Stage: 2, Step: 3}, true},
		{build.StepRef{Stage: 0, Step: 3}, build.StepRef{Stage: 2, Step: 4}, true},
		{build.StepRef{Stage: 1, Step: 1}, build.StepRef{}, false},
		{build.StepRef{Stage: 7, Step: 1}, build.StepRef{}, false},
	} {
		if got, ok := c.from.In(old, now); ok != c.ok || ok && got != c.to {
			t.Errorf("%v: %v %v, want %v %v", c.from, got, ok, c.to, c.ok)
		}
		if same, ok := c.from.In(now, now); !ok || same != c.from {
			t.Errorf("%v in the same graph: %v %v", c.from, same, ok)
		}
	}
}

// The time at breakpoints is no part of how long a build took, but for what ran
// meanwhile.
func TestPauses(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	b := build.New()
	stop := func(s int, over bool) {
		b.Apply(build.Event{Time: at(s), Stop: &build.Stop{Reason: build.StopBreakpoint, Over: over}})
	}
	b.Apply(build.Event{Time: at(0), Begin: &build.Begin{}})
	stop(10, false)
	from, to := at(5), at(13)
	b.Apply(build.Event{Vertex: &build.Vertex{Digest: "beside", Started: &from, Completed: &to}})
	if got := b.Elapsed(at(20)); got != 13*time.Second {
		t.Errorf("while it stands it took %v", got)
	}
	stop(30, true)
	stop(40, false)
	from, to = at(42), at(43)
	b.Apply(build.Event{Vertex: &build.Vertex{Digest: "later", Started: &from, Completed: &to}})
	b.Apply(build.Event{Time: at(50), End: &build.End{Outcome: build.OutcomeCancelled}})
	var got []int64
	for _, p := range b.Pauses(at(99)) {
		got = append(got, p.Start.Unix(), p.End.Unix())
	}
	if want := []int64{13, 30, 40, 42, 43, 50}; !slices.Equal(got, want) {
		t.Errorf("it stood in %v, want %v", got, want)
	}
	if got := b.Elapsed(at(99)); got != 24*time.Second {
		t.Errorf("it took %v", got)
	}
	for when, want := range map[int]int64{5: 5, 13: 13, 20: 13, 31: 14, 41: 23, 50: 24} {
		if got := build.Unpaused(at(when), b.Pauses(at(99))).Unix(); got != want {
			t.Errorf("%d is %d, want %d", when, got, want)
		}
	}
}

// The build knows where it stands until it goes on or ends.
func TestBuildStands(t *testing.T) {
	b := build.New()
	at := build.Stop{Reason: build.StopBreakpoint, Stage: 1, Line: 4}
	b.Apply(build.Event{Stop: &at})
	if b.Stop == nil || b.Stop.Line != 4 {
		t.Fatalf("%+v", b.Stop)
	}
	over := at
	over.Over = true
	if b.Apply(build.Event{Stop: &over}); b.Stop != nil {
		t.Errorf("it goes on and stands at %+v", b.Stop)
	}
	b.Apply(build.Event{Stop: &at})
	if b.Apply(build.Event{End: &build.End{}}); b.Stop != nil {
		t.Errorf("it has ended and stands at %+v", b.Stop)
	}
}
