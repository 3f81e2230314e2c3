package build

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
)

// A cascade is the step that began it, what ran only because of it, and the time
// of them all; what runs for a reason of its own heads another.
func TestRebuilds(t *testing.T) {
	b := begun()
	b.vertexAt("f", fromBase, ptr(0), ptr(1))
	b.vertexAt("1", runOne, ptr(1), ptr(3))
	b.vertexAt("2", runTwo, ptr(3), ptr(7))
	first := fromBase
	causes := []Cause{
		{Step: fromBase, Kind: CauseFiles, Text: "a.txt changed", Advice: &Advice{Spare: []StepRef{runTwo}}},
		{Step: runOne, Kind: CauseStage, Text: "stage base ran", Earlier: &first},
		{Step: runTwo, Kind: CauseStage, Text: "stage base ran", Earlier: &first},
		{Step: runTwo, Platform: "linux/arm64", Kind: CauseArg, Text: "of a second platform"},
	}
	for _, c := range causes {
		b.Apply(Event{Cause: &c})
	}
	got := b.Rebuilds(at(9))
	want := []Rebuild{{Cause: causes[0], Then: []StepRef{runOne, runTwo}, Took: 7 * time.Second, Saved: 4 * time.Second}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if c, ok := b.Cause(runTwo); !ok || c.Kind != CauseStage {
		t.Errorf("of two causes of a step the first counts: %+v", c)
	}
	if _, ok := b.Cause(StepRef{2, 0}); ok {
		t.Error("a step has a cause that none was told of")
	}
}

// What a reason of many steps is told of is the first of them in the file, the others
// come as there; what followed comes as it ran.
func TestOrderOfRebuilds(t *testing.T) {
	b := begun()
	b.vertexAt("2", runTwo, ptr(3), ptr(4))
	b.vertexAt("1", runOne, ptr(5), ptr(7))
	b.vertexAt("f", fromBase, ptr(1), ptr(2))
	for _, refs := range [][]StepRef{{runTwo, runOne, fromBase}, {runOne, runTwo, fromBase}} {
		b.causes, b.causeOf = nil, nil
		for _, ref := range refs {
			b.Apply(Event{Cause: &Cause{Step: ref, Kind: CauseNoCache, Text: "the user asked for it", Also: []string{fmt.Sprint(ref)}}})
		}
		got := b.Rebuilds(at(9))
		if len(got) != 1 || !slices.IsSortedFunc(got[0].Steps(), StepRef.compare) || got[0].Also[0] != fmt.Sprint(got[0].Step) {
			t.Errorf("%v: %+v", refs, got)
		}
	}
	b.causes, b.causeOf = nil, nil
	b.Apply(Event{Cause: &Cause{Step: fromBase, Kind: CauseFiles, Text: "a.txt changed"}})
	for _, ref := range []StepRef{runOne, runTwo} {
		b.Apply(Event{Cause: &Cause{Step: ref, Kind: CauseStage, Text: "stage base ran", Earlier: &fromBase}})
	}
	if got := b.Rebuilds(at(9)); len(got) != 1 || !slices.Equal(got[0].Then, []StepRef{runTwo, runOne}) {
		t.Errorf("then %+v", got)
	}
}

// Records are read by later programs: the event's form is kept.
func TestCauseForm(t *testing.T) {
	e := Event{Time: at(0).UTC(), Cause: &Cause{
		Step: runOne, Kind: CauseFiles, Text: "a changed", Paths: []PathChange{{"a", "changed"}}, More: 1,
	}}
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"time":"1970-01-01T00:16:40Z","cause":{"step":{"stage":1,"step":1},"kind":"files","text":"a changed","paths":[{"path":"a","change":"changed"}],"more":1}}`
	if string(raw) != want {
		t.Errorf("got  %s\nwant %s", raw, want)
	}
}
