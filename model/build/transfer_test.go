package build

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPullOfAStage(t *testing.T) {
	b := begun()
	if _, ok := b.Pull(0); ok {
		t.Error("something is pulled before anything began")
	}
	b.vertexAt("f", fromBase, ptr(0), nil)
	for _, p := range []Progress{
		{Vertex: "f", ID: "sha256:a", Current: 10, Total: 40},
		{Vertex: "f", ID: "sha256:b", Current: 99, Total: 60, Done: true}, // more than announced counts as all
		{Vertex: "f", ID: "extracting", Current: 7},
	} {
		b.Apply(Event{Progress: &p})
	}
	if got, ok := b.Pull(0); !ok || got != (Transfer{70, 100}) {
		t.Errorf("%+v, %v", got, ok)
	}
	if _, ok := b.Pull(1); ok {
		t.Error("a stage that starts from another pulls")
	}
	b.vertexAt("f", fromBase, ptr(0), ptr(1))
	if _, ok := b.Pull(0); ok {
		t.Error("it still pulls at the end")
	}
}

func TestStepsByPlatform(t *testing.T) {
	b := New()
	b.Apply(Event{Time: at(0), Begin: &Begin{
		Graph: threeStages(), Targets: []int{3}, Platforms: []string{"linux/amd64", "linux/arm64"},
	}})
	for _, v := range []Vertex{
		{Digest: "f", Steps: []StepRef{fromBase}, Platform: "linux/amd64", Started: ptr(0), Completed: ptr(1)},
		{Digest: "1a", Steps: []StepRef{runOne}, Platform: "linux/amd64", Started: ptr(1), Completed: ptr(2)},
		{Digest: "1b", Steps: []StepRef{runOne}, Platform: "linux/amd64->arm64", Cached: true},
		{Digest: "1c", Steps: []StepRef{runOne}, Platform: "linux/amd64->arm64", Started: ptr(2)}, // COPY --link's other half
		{Digest: "2a", Steps: []StepRef{runTwo}, Platform: "linux/amd64", Started: ptr(2), Completed: ptr(3)},
		{Digest: "2b", Steps: []StepRef{runTwo}, Platform: "linux/amd64->arm64"},
	} {
		b.Apply(Event{Vertex: &v})
	}
	if got, want := b.Platforms(1), []PlatformSteps{{"amd64", 2, 2}, {"arm64", 0, 2}}; !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	b.Apply(Event{Vertex: &Vertex{Digest: "1c", Started: ptr(2), Completed: ptr(3)}})
	if got, want := b.Platforms(1), []PlatformSteps{{"amd64", 2, 2}, {"arm64", 1, 2}}; !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := b.Platforms(0); got != nil {
		t.Errorf("a stage that is built once: %+v", got)
	}
	if got := b.Platforms(2); got != nil {
		t.Errorf("a stage that is skipped: %+v", got)
	}
}

// anyEvent draws an event of a build of threeStages.
func anyEvent(t *rapid.T) Event {
	digest := rapid.SampledFrom([]string{"f", "1", "2", "t"}).Draw(t, "digest")
	switch rapid.IntRange(0, 9).Draw(t, "event") {
	case 0:
		return Event{Time: at(0), Begin: &Begin{Graph: threeStages(), Targets: []int{rapid.IntRange(0, 3).Draw(t, "target")}}}
	case 1:
		ref := rapid.SampledFrom([]*StepRef{nil, &fromBase, &runTwo}).Draw(t, "failed")
		return Event{Time: at(9), End: &End{
			Outcome: rapid.SampledFrom([]Outcome{OutcomeSucceeded, OutcomeFailed, OutcomeCancelled}).Draw(t, "outcome"),
			Failure: &Failure{Step: ref},
		}}
	case 2:
		return Event{Progress: &Progress{Vertex: digest, ID: "layer", Current: rapid.Int64Range(0, 2).Draw(t, "bytes"), Total: 2}}
	case 3:
		return Event{Log: &Log{Vertex: digest, Text: "hello"}}
	}
	v := &Vertex{Digest: digest, Cached: rapid.Bool().Draw(t, "cached")}
	if rapid.Bool().Draw(t, "attributed") {
		v.Steps = rapid.SliceOfN(rapid.SampledFrom([]StepRef{fromBase, runOne, runTwo, {2, 0}}), 1, 2).Draw(t, "steps")
	}
	if rapid.Bool().Draw(t, "started") {
		v.Started = ptr(1)
		if rapid.Bool().Draw(t, "completed") {
			v.Completed = ptr(2)
		}
	}
	if rapid.IntRange(0, 5).Draw(t, "error") == 0 {
		v.Error, v.Cancelled = "failed", rapid.Bool().Draw(t, "cancelled")
	}
	return Event{Vertex: v}
}

// TestWhatIsKeptIsForgotten asks for stages, whose status is kept, between all
// events, and compares with a build that nobody asked before.
func TestWhatIsKeptIsForgotten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := []Event{{Time: at(0), Begin: &Begin{Graph: threeStages(), Targets: []int{3}}}}
		asked := New()
		asked.Apply(events[0])
		for n := range rapid.IntRange(1, 20).Draw(t, "events") {
			e := anyEvent(t)
			events = append(events, e)
			asked.Apply(e)
			fresh := New()
			for _, e := range events {
				fresh.Apply(e)
			}
			for i := range 4 {
				if got, want := asked.Stage(i), fresh.Stage(i); !reflect.DeepEqual(got, want) {
					t.Fatalf("after event %d stage %d is %+v, want %+v", n, i, got, want)
				}
			}
		}
	})
}

func TestActive(t *testing.T) {
	b := begun()
	b.vertexAt("2", runTwo, ptr(0), nil)
	b.vertexAt("1", runOne, ptr(1), nil)
	if got := b.Active(); !slices.Equal(got, []string{"2", "1"}) {
		t.Errorf("%v run", got)
	}
	b.vertexAt("2", runTwo, ptr(0), ptr(2))
	b.Apply(Event{Vertex: &Vertex{Digest: "1", Started: ptr(1), Error: "failed"}})
	if got := b.Active(); len(got) > 0 {
		t.Errorf("%v run at the end", got)
	}
}
