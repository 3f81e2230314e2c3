package build

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
)

func at(s float64) time.Time {
	return time.Unix(1_000, 0).Add(time.Duration(s * float64(time.Second)))
}
func ptr(s float64) *time.Time { t := at(s); return &t }

// threeStages: base ← app (RUN, RUN), tool apart; last is an alias of app.
func threeStages() *model.Graph {
	step := func(i int, command string, vertex bool) model.Step {
		return model.Step{Index: i, Command: command, Vertex: vertex}
	}
	return &model.Graph{
		Stages: []model.Stage{
			{Index: 0, Name: "base", Steps: []model.Step{step(0, "FROM", true), step(1, "ENV", false)}},
			{Index: 1, Name: "app", Steps: []model.Step{step(0, "FROM", false), step(1, "RUN", true), step(2, "RUN", true)}},
			{Index: 2, Name: "tool", Steps: []model.Step{step(0, "FROM", true)}},
			{Index: 3, Name: "last", Steps: []model.Step{step(0, "FROM", false)}},
		},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "image"}},
		Edges: []model.Edge{
			{From: 4, To: 0, Kind: model.EdgeBase},
			{From: 0, To: 1, Kind: model.EdgeBase},
			{From: 4, To: 2, Kind: model.EdgeBase},
			{From: 1, To: 3, Kind: model.EdgeBase},
		},
	}
}

var (
	fromBase = StepRef{0, 0}
	runOne   = StepRef{1, 1}
	runTwo   = StepRef{1, 2}
)

// begun is a build of target last with three announced vertices.
func begun() *Build {
	b := New()
	b.Apply(Event{Time: at(0), Begin: &Begin{Version: SchemaVersion, Graph: threeStages(), Targets: []int{3}}})
	b.vertexAt("f", fromBase, nil, nil)
	b.vertexAt("1", runOne, nil, nil)
	b.vertexAt("2", runTwo, nil, nil)
	return b
}

func (b *Build) vertexAt(digest string, ref StepRef, started, completed *time.Time) {
	b.Apply(Event{Vertex: &Vertex{Digest: digest, Steps: []StepRef{ref}, Started: started, Completed: completed}})
	if ref == fromBase && completed != nil {
		b.pulled(digest)
	}
}

func (b *Build) pulled(digest string) {
	b.Apply(Event{Progress: &Progress{Vertex: digest, ID: "sha256:layer", Current: 9, Total: 9, Done: true}})
}

func (b *Build) endAt(s float64, o Outcome) { b.Apply(Event{Time: at(s), End: &End{Outcome: o}}) }

func (b *Build) wantStages(t *testing.T, want ...State) {
	t.Helper()
	for i, w := range want {
		if got := b.Stage(i).State; got != w {
			t.Errorf("stage %d is %s, want %s", i, got, w)
		}
	}
}

func TestStatesOfASuccessfulBuild(t *testing.T) {
	b := New()
	if b.Running() || b.Elapsed(at(5)) != 0 {
		t.Error("a build that has not begun runs")
	}
	b = begun()
	b.wantStages(t, Waiting, Waiting, Skipped, Waiting)
	if !b.Running() || b.Elapsed(at(3)) != 3*time.Second {
		t.Errorf("elapsed %s", b.Elapsed(at(3)))
	}

	b.vertexAt("f", fromBase, ptr(1), nil)
	b.wantStages(t, Running, Waiting, Skipped, Waiting)
	b.vertexAt("f", fromBase, ptr(1), ptr(2))
	b.vertexAt("1", runOne, ptr(2), nil)
	b.wantStages(t, Done, Running, Skipped, Waiting)
	b.vertexAt("1", runOne, ptr(2), ptr(3))
	b.wantStages(t, Done, Running, Skipped, Waiting) // between two steps
	if s := b.Stage(1); s.Done != 1 || s.Total != 2 {
		t.Errorf("stage app: %+v", s)
	}
	b.vertexAt("2", runTwo, ptr(4), ptr(6))
	b.wantStages(t, Done, Done, Skipped, Done)
	b.endAt(7, OutcomeSucceeded)
	b.wantStages(t, Done, Done, Skipped, Done)
	if b.Running() || b.Elapsed(at(100)) != 7*time.Second {
		t.Errorf("elapsed %s", b.Elapsed(at(100)))
	}
	if s := b.Stage(1); s.Elapsed(at(100)) != 3*time.Second || len(s.Intervals) != 2 {
		t.Errorf("stage app: %+v", s)
	}
}

func TestStatesAfterTheEnd(t *testing.T) {
	failed := func(b *Build, digest string, ref StepRef, cancelled bool) {
		b.Apply(Event{Vertex: &Vertex{Digest: digest, Steps: []StepRef{ref}, Started: ptr(1), Completed: ptr(2), Error: "x", Cancelled: cancelled}})
	}
	for name, tt := range map[string]struct {
		before  func(*Build)
		outcome Outcome
		stages  []State
		steps   map[StepRef]State
	}{
		"success without a look at anything is the cache's": {
			func(*Build) {}, OutcomeSucceeded,
			[]State{Cached, Cached, Skipped, Cached},
			map[StepRef]State{runTwo: Cached},
		},
		"success with a step whose end was not told": {
			func(b *Build) { b.vertexAt("2", runTwo, ptr(1), nil) }, OutcomeSucceeded,
			[]State{Cached, Done, Skipped, Done},
			map[StepRef]State{runOne: Cached, runTwo: Done},
		},
		"the step that failed": {
			func(b *Build) { b.vertexAt("f", fromBase, ptr(0), ptr(1)); failed(b, "1", runOne, false) }, OutcomeFailed,
			[]State{Done, Failed, Skipped, Waiting},
			map[StepRef]State{runOne: Failed, runTwo: Waiting},
		},
		"a step stopped because another failed": {
			func(b *Build) { failed(b, "1", runOne, true) }, OutcomeFailed,
			[]State{Waiting, Cancelled, Skipped, Waiting},
			map[StepRef]State{runOne: Cancelled},
		},
		"a stage half done when another failed": {
			func(b *Build) { b.vertexAt("1", runOne, ptr(0), ptr(1)) }, OutcomeFailed,
			[]State{Waiting, Waiting, Skipped, Waiting},
			map[StepRef]State{runOne: Done, runTwo: Waiting},
		},
		"a step that ran when the connection broke": {
			func(b *Build) { b.vertexAt("1", runOne, ptr(0), nil) }, OutcomeFailed,
			[]State{Waiting, Cancelled, Skipped, Waiting},
			map[StepRef]State{runOne: Cancelled},
		},
		"cancelled by the user": {
			func(b *Build) { b.vertexAt("f", fromBase, ptr(0), ptr(1)); b.vertexAt("1", runOne, ptr(1), nil) }, OutcomeCancelled,
			[]State{Done, Cancelled, Skipped, Cancelled},
			map[StepRef]State{fromBase: Done, runOne: Cancelled, runTwo: Cancelled},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := begun()
			tt.before(b)
			b.endAt(9, tt.outcome)
			b.wantStages(t, tt.stages...)
			for ref, want := range tt.steps {
				if got := b.Step(ref).State; got != want {
					t.Errorf("step %v is %s, want %s", ref, got, want)
				}
			}
		})
	}
}

func TestStateOfSeveralVertices(t *testing.T) {
	b := begun()
	b.vertexAt("link", runOne, nil, nil) // COPY --link: a copy and a merge
	if got := b.Step(runOne); got.State != Waiting || len(got.Vertices) != 2 {
		t.Errorf("%+v", got)
	}
	b.vertexAt("1", runOne, ptr(1), ptr(2))
	if got := b.Step(runOne).State; got != Running {
		t.Errorf("half done is %s", got)
	}
	b.Apply(Event{Vertex: &Vertex{Digest: "link", Cached: true}}) // marked later, never started; steps are remembered
	if got := b.Step(runOne).State; got != Done {
		t.Errorf("done and cached are %s", got)
	}
}

// BuildKit looks at an image that it has on every build; only a pull is work.
func TestBaseThatWasThere(t *testing.T) {
	b := New()
	b.Apply(Event{Time: at(0), Begin: &Begin{Graph: threeStages(), Targets: []int{3}}})
	b.Apply(Event{Vertex: &Vertex{Digest: "f", Steps: []StepRef{fromBase}, Started: ptr(1), Completed: ptr(2)}})
	b.Apply(Event{Progress: &Progress{Vertex: "f", ID: "resolve image", Done: true}})
	b.wantStages(t, Cached, Waiting, Skipped, Waiting)
	b.pulled("f")
	b.wantStages(t, Done, Waiting, Skipped, Waiting)
}

// What fails before anything runs has no vertex: the failure itself tells.
func TestFailureWithoutAVertex(t *testing.T) {
	for _, ref := range []StepRef{fromBase, {1, 0}, {3, 0}} {
		b := New()
		b.Apply(Event{Time: at(0), Begin: &Begin{Graph: threeStages(), Targets: []int{3}}})
		b.Apply(Event{Time: at(1), End: &End{Outcome: OutcomeFailed, Failure: &Failure{Message: "no such image", Step: &ref}}})
		if s := b.Step(ref); s.State != Failed || s.Error != "no such image" {
			t.Errorf("step %v: %+v", ref, s)
		}
		if s := b.Stage(ref.Stage).State; s != Failed {
			t.Errorf("stage %d is %s", ref.Stage, s)
		}
		for i := range 4 {
			if s := b.Stage(i).State; i != ref.Stage && s == Failed {
				t.Errorf("stage %d failed too", i)
			}
		}
	}
}

// One vertex may be a step of two stages.
func TestSharedVertex(t *testing.T) {
	b := New()
	b.Apply(Event{Time: at(0), Begin: &Begin{Graph: threeStages(), Targets: []int{2, 3}}})
	b.Apply(Event{Vertex: &Vertex{Digest: "f", Steps: []StepRef{{0, 0}, {2, 0}}, Started: ptr(1), Completed: ptr(2)}})
	b.pulled("f")
	b.wantStages(t, Done, Waiting, Done, Waiting)
}

// A FROM whose image turns out empty never gets a vertex.
func TestStepWithoutTheVertexItShouldHave(t *testing.T) {
	b := New()
	g := threeStages()
	g.Stages[1].Steps[0].Vertex = true
	b.Apply(Event{Time: at(0), Begin: &Begin{Graph: g, Targets: []int{1}}})
	b.vertexAt("1", runOne, ptr(1), ptr(2))
	b.vertexAt("2", runTwo, ptr(2), ptr(3))
	if s := b.Stage(1); s.State != Done || s.Done != 3 {
		t.Errorf("%+v", s)
	}
}

func TestRunsOfAVertex(t *testing.T) {
	b := begun()
	b.vertexAt("1", runOne, ptr(1), nil)
	b.vertexAt("1", runOne, ptr(1), ptr(2))
	b.vertexAt("1", runOne, ptr(1), ptr(2)) // said twice
	b.vertexAt("1", runOne, ptr(5), nil)    // runs again
	want := []Interval{{at(1), at(2)}, {Start: at(5)}}
	if got := b.Step(runOne); !slices.Equal(got.Intervals, want) || got.State != Running {
		t.Errorf("%+v", got)
	}
	if d := b.Step(runOne).Elapsed(at(8)); d != 4*time.Second {
		t.Errorf("elapsed %s", d)
	}
	b.endAt(9, OutcomeCancelled)
	if d := b.Step(runOne).Elapsed(at(100)); d != 5*time.Second {
		t.Errorf("elapsed after the end %s", d)
	}
}

func TestMergeIntervals(t *testing.T) {
	iv := func(a, b float64) Interval { return Interval{at(a), at(b)} }
	open := func(a float64) Interval { return Interval{Start: at(a)} }
	for name, tt := range map[string]struct {
		in   []Interval
		end  time.Time
		want []Interval
	}{
		"none":                 {nil, time.Time{}, nil},
		"apart, out of order":  {[]Interval{iv(3, 4), iv(1, 2)}, time.Time{}, []Interval{iv(1, 2), iv(3, 4)}},
		"overlapping":          {[]Interval{iv(1, 3), iv(2, 4)}, time.Time{}, []Interval{iv(1, 4)}},
		"touching":             {[]Interval{iv(1, 2), iv(2, 3)}, time.Time{}, []Interval{iv(1, 3)}},
		"inside":               {[]Interval{iv(1, 9), iv(2, 3)}, time.Time{}, []Interval{iv(1, 9)}},
		"open holds the rest":  {[]Interval{open(2), iv(1, 1.5), iv(3, 4)}, time.Time{}, []Interval{iv(1, 1.5), open(2)}},
		"open after closed":    {[]Interval{iv(1, 3), open(2)}, time.Time{}, []Interval{open(1)}},
		"open ends at the end": {[]Interval{iv(1, 3), open(2)}, at(5), []Interval{iv(1, 5)}},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(tt.in)
			if got := mergeIntervals(tt.in, tt.end); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if !slices.Equal(before, tt.in) {
				t.Error("the argument was changed")
			}
		})
	}
}

// Merged intervals cover exactly what the given ones cover.
func TestMergeIntervalsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		covered := map[int]bool{}
		var in []Interval
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			a := rapid.IntRange(0, 40).Draw(t, "start")
			b := a + rapid.IntRange(0, 10).Draw(t, "length")
			in = append(in, Interval{at(float64(a)), at(float64(b))})
			for s := a; s < b; s++ {
				covered[s] = true
			}
		}
		out := mergeIntervals(in, time.Time{})
		if got := elapsed(out, at(0)); got != time.Duration(len(covered))*time.Second {
			t.Fatalf("%v merged to %v: %s, want %d s", in, out, got, len(covered))
		}
		for i := 1; i < len(out); i++ {
			if !out[i].Start.After(out[i-1].End) {
				t.Fatalf("not apart: %v", out)
			}
		}
	})
}

// A build made of events that went through JSON is the same build.
func TestEventsSurviveJSON(t *testing.T) {
	events := []Event{
		{Time: at(0), Begin: &Begin{Version: 1, Graph: threeStages(), Targets: []int{3}, Engine: Engine{Name: "e"}}},
		{Time: at(1), Vertex: &Vertex{Digest: "1", Name: "n", Steps: []StepRef{runOne}, Started: ptr(1), Completed: ptr(2), Error: "x", Cancelled: true}},
		{Time: at(1), Progress: &Progress{Vertex: "1", ID: "a", Current: 1, Total: 2, Done: true}},
		{Time: at(2), Log: &Log{Vertex: "1", Stream: 2, Text: "\x1b[31mé\n"}},
		{Time: at(2), Warning: &Warning{Message: "m", Detail: []string{"d"}, URL: "u", Line: 1, EndLine: 2}},
		{Time: at(2), Notice: &Notice{Level: model.LevelWarning, Text: "t"}},
		{Time: at(3), End: &End{Outcome: OutcomeFailed, Failure: &Failure{Message: "m", Step: &runOne, Vertex: "1", ExitCode: 2, Line: 3, EndLine: 4, Hint: "h"}}},
	}
	for _, e := range events {
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var back Event
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(back)
		if string(again) != string(raw) {
			t.Errorf("%s became %s", raw, again)
		}
		if e.Lossy() != (e.Progress != nil) || e.Lossy() != back.Lossy() {
			t.Errorf("lossy: %s", raw)
		}
		a, b := New(), New()
		a.Apply(e)
		b.Apply(back)
		if a.Rev() != 1 || reflect.DeepEqual(a.Vertices(), b.Vertices()) != true {
			t.Errorf("folding %s differs", raw)
		}
	}
}

func TestOthersAndProgress(t *testing.T) {
	b := begun()
	b.Apply(Event{Progress: &Progress{Vertex: "load", ID: "ctx", Current: 1}})
	b.Apply(Event{Progress: &Progress{Vertex: "load", ID: "other", Current: 5}})
	b.Apply(Event{Progress: &Progress{Vertex: "load", ID: "ctx", Current: 2, Done: true}})
	b.Apply(Event{Time: at(1), Log: &Log{Vertex: "load", Stream: 1, Text: "hello\n"}})
	if got := b.Others(); !slices.Equal(got, []string{"load"}) {
		t.Errorf("others: %v", got)
	}
	want := []Progress{{Vertex: "load", ID: "ctx", Current: 2, Done: true}, {Vertex: "load", ID: "other", Current: 5}}
	if got := b.Progress("load"); !slices.Equal(got, want) {
		t.Errorf("progress: %+v", got)
	}
	if b.Log("load").Len() != 1 || b.Log("nobody") != nil || b.Progress("nobody") != nil {
		t.Error("logs")
	}
	if _, ok := b.Vertex("nobody"); ok {
		t.Error("an unknown vertex is known")
	}
}

func TestStateWords(t *testing.T) {
	for s := Waiting; s <= Failed; s++ {
		if s.String() == "" || s.Ended() != (s != Waiting && s != Running) {
			t.Errorf("%d: %q %v", s, s, s.Ended())
		}
	}
}

// BuildKit tells no inputs where it makes a merge real, after it has told them.
func TestInputsAreKept(t *testing.T) {
	b := begun()
	b.Apply(Event{Vertex: &Vertex{Digest: "2", Inputs: []string{"1"}, Started: ptr(2), Completed: ptr(3)}})
	b.Apply(Event{Vertex: &Vertex{Digest: "2", Started: ptr(4), Completed: ptr(5)}})
	v, _ := b.Vertex("2")
	if len(v.Inputs) != 1 || len(v.Steps) != 1 || len(b.Runs("2")) != 2 {
		t.Errorf("%+v ran %v", v, b.Runs("2"))
	}
}
