package build

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/model"
)

func TestProblemsAreNotRepeated(t *testing.T) {
	known := model.Problem{Level: model.LevelWarning, Line: 3, EndLine: 3, Stage: 0, Message: "FromAsCasing: they do not match"}
	b := New()
	b.Apply(Event{Time: time.Unix(0, 0), Begin: &Begin{Graph: &model.Graph{Problems: []model.Problem{known}}}})
	for _, w := range []Warning{
		{Message: "FromAsCasing: they do not match (line 3)", Line: 3},
		{Message: "FromAsCasing: they do not match (line 4)", Line: 4},
		{Message: "something (line 3) else"},
	} {
		b.Apply(Event{Time: time.Unix(1, 0), Warning: &w})
	}
	want := []model.Problem{
		known,
		{Level: model.LevelWarning, Line: 4, EndLine: 4, Stage: -1, Message: "FromAsCasing: they do not match"},
		{Level: model.LevelWarning, Stage: -1, Message: "something (line 3) else"},
	}
	if diff := cmp.Diff(want, b.Problems()); diff != "" {
		t.Error(diff)
	}
	if got := New().Problems(); got != nil {
		t.Errorf("nothing at all has %v", got)
	}
}
