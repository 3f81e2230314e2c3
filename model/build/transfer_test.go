package build

import (
	"slices"
	"testing"
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

// TestWhatIsKeptIsForgotten asks for stages, whose status is kept, between all
// events, and compares with a build that nobody asked before.
func TestWhatIsKeptIsForgotten(t *testing.T) {
	events := []Event{
		{Time: at(0), Begin: &Begin{Graph: threeStages(), Targets: []int{3}}},
		{Vertex: &Vertex{Digest: "f", Steps: []StepRef{fromBase}, Started: ptr(0)}},
		{Progress: &Progress{Vertex: "f", ID: "sha256:a", Current: 1, Total: 2}},
		{Vertex: &Vertex{Digest: "f", Started: ptr(0), Completed: ptr(1)}},
		{Log: &Log{Vertex: "1", Text: "hello"}},
		{Vertex: &Vertex{Digest: "1", Steps: []StepRef{runOne}, Started: ptr(1), Completed: ptr(1)}},
		{Vertex: &Vertex{Digest: "2", Steps: []StepRef{runTwo}, Started: ptr(1), Error: "failed"}},
		{Time: at(2), End: &End{Outcome: OutcomeFailed}},
		{Time: at(3), Begin: &Begin{Graph: threeStages(), Targets: []int{2}}},
	}
	asked := New()
	for n, e := range events {
		asked.Apply(e)
		fresh := New()
		for _, e := range events[:n+1] {
			fresh.Apply(e)
		}
		for i := range 4 {
			got, want := asked.Stage(i), fresh.Stage(i)
			if got.State != want.State || got.Done != want.Done || got.Cached != want.Cached || !slices.Equal(got.Intervals, want.Intervals) {
				t.Errorf("after event %d stage %d is %+v, want %+v", n, i, got, want)
			}
		}
	}
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
