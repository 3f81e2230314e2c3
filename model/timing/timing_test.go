package timing

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing/timingtest"
)

// recorded is a build of testdata as far as until; nil takes all of it.
func recorded(t testing.TB, name string, until func(build.Event) bool) *build.Build {
	t.Helper()
	return timingtest.Recorded(t, filepath.Join("testdata", name+".jsonl"), until)
}

// describe writes an analysis down for people, in milliseconds since the begin.
func describe(a *Analysis) string {
	var b strings.Builder
	at := func(t time.Time) int64 { return t.Sub(a.Started).Milliseconds() }
	ms := func(d time.Duration) int64 { return d.Milliseconds() }
	name := func(digest string) string {
		s, _ := a.Vertex(digest)
		return fmt.Sprintf("%.40q", s)
	}
	fmt.Fprintf(&b, "%s after %d: %s\n", a.Outcome, ms(a.Wall()), a.Text("->", "..", 80))
	fmt.Fprintf(&b, "path ran %d, waited %d, tail %d; at most %d at once, %.2f on average\n\n",
		ms(a.Path.Ran), ms(a.Path.Waited), ms(a.Path.Tail), a.Parallel.Max, a.Parallel.Average)
	for _, l := range a.Path.Links {
		stage := -1
		if l.Step != nil {
			stage = l.Step.Stage
		}
		fmt.Fprintf(&b, "%6d %6d  stage %2d  waited %3d beside %d  %.60q\n", at(l.Start), ms(l.End.Sub(l.Start)), stage, ms(l.Waited), l.Busy, l.Name)
	}
	for _, st := range a.Stages {
		fmt.Fprintf(&b, "\n%s %s: ran %d, waited %d, critical %t, saves %d\n", st.Name, st.State, ms(st.Ran()), ms(st.Waited), st.Critical, ms(a.StageSaving(st.Index)))
		for _, s := range st.Steps {
			fmt.Fprintf(&b, "  %-45.45q %s", s.Name, s.State)
			if s.Begun() {
				fmt.Fprintf(&b, " at %d to %d in %d, ready at %d, waited %d after %s, critical %t, saves %d",
					at(s.Start()), at(s.End()), len(s.Runs), at(s.Ready), ms(s.Waited), name(s.After), s.Critical, ms(a.Saving(s.Ref)))
			}
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
	for _, w := range a.Own {
		fmt.Fprintf(&b, "%-45.45q %s at %d to %d, critical %t, follows %t\n", w.Name, w.State, at(w.Start()), at(w.End()), w.Critical, w.Follows)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldens.Check(t, filepath.Join("testdata", name+".golden"), got)
}

// Real builds, each as a whole.
func TestRecordedBuilds(t *testing.T) {
	for _, name := range []string{"logbook", "cached", "lane", "failed", "cancelled", "breakpoint", "demo", "link", "platforms", "slot"} {
		t.Run(name, func(t *testing.T) {
			b := recorded(t, name, nil)
			a := Analyze(b, time.Time{})
			sound(t, a)
			golden(t, name, describe(a))
		})
	}
}

// A stage took the same time wherever that is shown.
func TestAsTheBuildAddsUp(t *testing.T) {
	for _, name := range []string{"logbook", "cached", "lane", "failed", "breakpoint", "demo", "link", "platforms", "slot"} {
		b := recorded(t, name, nil)
		for _, st := range Analyze(b, time.Time{}).Stages {
			want := b.Stage(st.Index)
			if got := st.Ran(); want.State != build.Cached && got != want.Elapsed(b.Ended) {
				t.Errorf("%s: stage %s ran %v, by the build %v", name, st.Name, got, want.Elapsed(b.Ended))
			}
		}
	}
}

// The same builds looked at after each of their events, while they run.
func TestRecordedBuildsWhileTheyRun(t *testing.T) {
	for _, name := range []string{"logbook", "cached", "lane", "failed", "cancelled", "breakpoint"} {
		t.Run(name, func(t *testing.T) {
			b := recorded(t, name, func(e build.Event) bool {
				return e.Begin != nil
			})
			events := 0
			recorded(t, name, func(e build.Event) bool {
				if e.Begin == nil {
					b.Apply(e)
					events++
					sound(t, Analyze(b, e.Time))
				}
				return false
			})
			if events < 20 {
				t.Errorf("only %d events", events)
			}
		})
	}
}

// While it runs, the path leads to what has been at work longest.
func TestRunning(t *testing.T) {
	b := recorded(t, "logbook", func(e build.Event) bool {
		return e.Vertex != nil && strings.HasPrefix(e.Vertex.Name, "[index 1/1]") && e.Vertex.Started != nil
	})
	a := Analyze(b, b.Started.Add(2*time.Second))
	sound(t, a)
	last := a.Path.Links[len(a.Path.Links)-1]
	if !strings.HasPrefix(last.Name, "[style 2/3]") || !last.End.Equal(a.Ended) || a.Path.Tail != 0 {
		t.Errorf("%+v, tail %v", last, a.Path.Tail)
	}
	if got := a.Text("→", "…", 80); got != "style (94 %)" {
		t.Errorf("%q", got)
	}
	check := a.StageOf(5)
	if check.State != build.Waiting || check.Begun() || check.Waited != 0 {
		t.Errorf("%+v", check)
	}
}

// A step that had to wait for a slot: the wait is told, and what ran meanwhile.
func TestWaitingForASlot(t *testing.T) {
	a := Analyze(recorded(t, "slot", nil), time.Time{})
	if w := a.Path.Waits()[0]; w.Step == nil || w.Step.Stage != 0 || w.Busy != 1 || w.Waited < 2*time.Second {
		t.Errorf("the longest wait is %+v", w)
	}
	if s := a.StepOf(build.StepRef{Stage: 0, Step: 1}); s.Waited < 2*time.Second || a.Parallel.Max != 1 {
		t.Errorf("it waited %v, %d at once", s.Waited, a.Parallel.Max)
	}
	if saving := a.StageSaving(0); saving > 1300*time.Millisecond {
		t.Errorf("a stage of one second would save %v", saving)
	}
}

// Where the build stood at a breakpoint, that is no part of it: neither of its time nor
// of a wait, when it has ended and while it stands.
func TestTimeAtABreakpoint(t *testing.T) {
	b := recorded(t, "breakpoint", nil)
	a := Analyze(b, time.Time{})
	if got := b.Elapsed(b.Ended); got != a.Wall() || got < 2*time.Second || got > 3*time.Second {
		t.Errorf("it took %v, and %v in the timeline", got, a.Wall())
	}
	if w := a.Path.Waits()[0]; w.Waited > 100*time.Millisecond {
		t.Errorf("%s waited %v", w.Name, w.Waited)
	}
	b = recorded(t, "breakpoint", func(e build.Event) bool { return e.Stop != nil })
	stood := b.Started.Add(time.Minute)
	if now := At(b, stood); now.Sub(b.Started) > 2*time.Second || Analyze(b, stood).Wall() != now.Sub(b.Started) || b.Elapsed(stood) != now.Sub(b.Started) {
		t.Errorf("while it stands, a minute is %v, of %v", now.Sub(b.Started), b.Elapsed(stood))
	}
	if got := b.Stage(0).State; got != build.Waiting {
		t.Errorf("the stage that stands is %v", got)
	}
}

// What is cached is loaded when the one lane that ran is done, for the step that
// needs both: the path leads through the lane, not through the cache.
func TestOneLaneAmongCached(t *testing.T) {
	a := Analyze(recorded(t, "lane", nil), time.Time{})
	if got := a.Text("->", "..", 80); got != "style -> site (65 %)" {
		t.Errorf("%q", got)
	}
	if best, saves := a.Best(); best.Name != "style" || saves < time.Second {
		t.Errorf("%s saves %v", best.Name, saves)
	}
	for _, l := range a.Path.Waits() {
		if l.Waited > 100*time.Millisecond {
			t.Errorf("%s waited %v", l.Name, l.Waited)
		}
	}
}

func TestText(t *testing.T) {
	a := Analyze(recorded(t, "logbook", nil), time.Time{})
	for width, want := range map[int]string{
		80: "entries → index → check → site (89 %)",
		37: "entries → index → check → site (89 %)",
		36: "entries → index → check → … (89 %)",
		33: "… → index → check → … (89 %)",
		27: "… → index → … (89 %)",
		20: "… → index → … (89 %)",
		19: "", 0: "",
	} {
		if got := a.Text("→", "…", width); got != want {
			t.Errorf("%d: %q, want %q", width, got, want)
		}
	}
	for share, want := range map[float64]string{0: "0 %", 0.001: "under 1 %", 0.005: "1 %", 0.874: "87 %", 1: "100 %"} {
		if got := Percent(share); got != want {
			t.Errorf("%v: %q, want %q", share, got, want)
		}
	}
}

func TestNothingKnown(t *testing.T) {
	b := build.New()
	sound(t, Analyze(b, time.Unix(9, 0)))
	b.Apply(build.Event{Time: time.Unix(5, 0), Begin: &build.Begin{}})
	a := Analyze(b, time.Unix(9, 0))
	sound(t, a)
	if a.Wall() != 4*time.Second || a.Path.Tail != a.Wall() || a.Text("→", "…", 80) != "" || a.StepOf(build.StepRef{}) != nil {
		t.Errorf("%+v", a)
	}
}

// A remote engine's clock is not ours: its vertices are moved into the build.
func TestAnotherClock(t *testing.T) {
	for _, off := range []time.Duration{-time.Hour, -time.Millisecond, time.Hour} {
		b := build.New()
		b.Apply(build.Event{Time: time.Unix(100, 0), Begin: &build.Begin{}})
		from, to := time.Unix(101, 0).Add(off), time.Unix(103, 0).Add(off)
		b.Apply(build.Event{Vertex: &build.Vertex{Digest: "a", Started: &from, Completed: &to}})
		b.Apply(build.Event{Time: time.Unix(104, 0), End: &build.End{Outcome: build.OutcomeSucceeded}})
		a := Analyze(b, time.Time{})
		sound(t, a)
		if a.Wall() != 4*time.Second || a.Path.Ran != 2*time.Second {
			t.Errorf("%v off: wall %v, ran %v", off, a.Wall(), a.Path.Ran)
		}
	}
}

// A vertex is written as NAME INPUTS… at FROM-TO…, in milliseconds.
type written struct {
	name   string
	inputs []string
	steps  []build.StepRef
	runs   [][2]int
}

func builds(all []written, wall int) *build.Build {
	b := build.New()
	b.Apply(build.Event{Time: epoch, Begin: &build.Begin{Graph: grid(), Targets: []int{stages - 1}}})
	for _, w := range all {
		for _, r := range w.runs {
			from, to := at(r[0]), at(r[1])
			b.Apply(build.Event{Vertex: &build.Vertex{
				Digest: w.name, Name: w.name, Inputs: w.inputs, Steps: w.steps, Started: &from, Completed: &to,
			}})
		}
	}
	b.Apply(build.Event{Time: at(wall), End: &build.End{Outcome: build.OutcomeSucceeded}})
	return b
}

// What the engine does behind the inputs of the LLB: it runs a vertex again and
// again, fetches an image when somebody needs it, and exports in the end.
func TestPath(t *testing.T) {
	of := func(stage, step int) []build.StepRef { return []build.StepRef{{Stage: stage, Step: step}} }
	for _, c := range []struct {
		name  string
		all   []written
		wall  int
		path  string
		saves [2]int // by stages 0 and 1
	}{
		{"an image that is pulled once it is needed", []written{
			{"[internal] load", nil, nil, [][2]int{{0, 10}}},
			{"make", nil, of(0, 0), [][2]int{{20, 500}}},
			{"build", []string{"make"}, of(0, 1), [][2]int{{500, 700}}},
			{"image", nil, of(1, 0), [][2]int{{20, 30}, {710, 900}}},
			{"copy", []string{"image", "build"}, of(1, 1), [][2]int{{900, 950}}},
		}, 960, "[internal] load 0-10, make 20-500, build 500-700, image 710-900, copy 900-950", [2]int{670, 240}},
		{"an image that is pulled meanwhile", []written{
			{"image", nil, of(1, 0), [][2]int{{0, 30}, {40, 400}}},
			{"make", nil, of(0, 0), [][2]int{{0, 300}}},
			{"build", []string{"make"}, of(0, 1), [][2]int{{305, 500}}},
			{"copy", []string{"image", "build"}, of(1, 1), [][2]int{{500, 600}}},
		}, 600, "make 0-300, build 305-500, copy 500-600", [2]int{100, 100}},
		{"an export that waits for all", []written{
			{"short", nil, of(0, 0), [][2]int{{0, 100}}},
			{"long", nil, of(1, 0), [][2]int{{0, 300}}},
			{"exporting to image", nil, nil, [][2]int{{300, 400}}},
		}, 400, "long 0-300, exporting to image 300-400", [2]int{0, 200}},
		{"a step that two stages share", []written{
			{"from", nil, []build.StepRef{{Stage: 0, Step: 0}, {Stage: 1, Step: 0}}, [][2]int{{0, 100}}},
			{"a", []string{"from"}, of(0, 1), [][2]int{{100, 150}}},
			{"b", []string{"from"}, of(1, 1), [][2]int{{100, 400}}},
		}, 400, "from 0-100, b 100-400", [2]int{100, 350}},
		{"a run that begins before its input has ended", []written{
			{"in", nil, of(0, 0), [][2]int{{0, 300}}},
			{"out", []string{"in"}, of(1, 0), [][2]int{{10, 20}, {300, 350}}},
		}, 350, "in 0-300, out 300-350", [2]int{280, 50}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := Analyze(builds(c.all, c.wall), time.Time{})
			sound(t, a)
			var links []string
			for _, l := range a.Path.Links {
				links = append(links, fmt.Sprintf("%s %d-%d", l.Name, l.Start.Sub(epoch).Milliseconds(), l.End.Sub(epoch).Milliseconds()))
			}
			if got := strings.Join(links, ", "); got != c.path {
				t.Errorf("path %s\nwant %s", got, c.path)
			}
			for stage, want := range c.saves {
				if got := a.StageSaving(stage); got != time.Duration(want)*time.Millisecond {
					t.Errorf("stage %d saves %v, want %d ms", stage, got, want)
				}
			}
		})
	}
}
