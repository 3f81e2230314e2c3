package build_test

import (
	"testing"

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
