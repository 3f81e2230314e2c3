package timing

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// failer is what a test and a rapid test have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// sound fails unless the analysis keeps what it promises.
func sound(t failer, a *Analysis) {
	t.Helper()
	wall, since := a.Wall(), a.Started
	if wall < 0 || a.Path.Tail < 0 {
		t.Fatalf("wall %v, tail %v", wall, a.Path.Tail)
	}
	on := map[string]bool{}
	for i, l := range a.Path.Links {
		if l.Start.Before(since) || l.End.Before(l.Start) || l.Waited != l.Start.Sub(since) || l.Busy > a.Parallel.Max {
			t.Fatalf("link %d is no link of a chain: %+v after %v", i, l, since)
		}
		since = l.End
		on[l.Vertex] = true
	}
	if got := a.Path.Ran + a.Path.Waited + a.Path.Tail; got != wall {
		t.Fatalf("the path takes %v, the build %v", got, wall)
	}
	var legs time.Duration
	for _, l := range a.Path.Legs() {
		legs += l.Ran + l.Waited
	}
	if legs != a.Path.Ran+a.Path.Waited {
		t.Fatalf("the legs take %v of %v and %v", legs, a.Path.Ran, a.Path.Waited)
	}
	works := func(w *Work, critical bool) {
		end := a.Started
		for _, r := range w.Runs {
			if r.Start.Before(end) || r.End.Before(r.Start) || r.End.After(a.Ended) {
				t.Fatalf("%s runs at %v in %v to %v", w.Name, r, a.Started, a.Ended)
			}
			end = r.End
		}
		if w.Waited < 0 || w.Waited > wall && critical || w.Ran() > wall {
			t.Fatalf("%s waited %v and ran %v of %v", w.Name, w.Waited, w.Ran(), wall)
		}
	}
	for i := range a.Stages {
		st := &a.Stages[i]
		works(&st.Work, false)
		touched, saves := false, a.StageSaving(st.Index)
		for k := range st.Steps {
			s := &st.Steps[k]
			works(&s.Work, true)
			critical := false
			for _, d := range s.Vertices {
				critical = critical || on[d]
			}
			touched = touched || critical
			saving := a.Saving(s.Ref)
			if critical != s.Critical || saving < 0 || saving > saves || saving > 0 && !critical {
				t.Fatalf("step %v: critical %t (%t), saves %v of the stage's %v", s.Ref, s.Critical, critical, saving, saves)
			}
		}
		if st.Critical && !touched || saves > wall || saves > 0 && !touched {
			t.Fatalf("stage %d: critical %t, touched %t, saves %v of %v", st.Index, st.Critical, touched, saves, wall)
		}
	}
	for i := range a.Own {
		works(&a.Own[i], true)
	}
	if p := a.Parallel; p.Max > 0 && (p.Average < 0.999 || p.Average > float64(p.Max)+0.001) {
		t.Fatalf("%d at once, %v on average", p.Max, p.Average)
	}
}

const stages, steps = 4, 5

func grid() *model.Graph {
	g := &model.Graph{File: "Dockerfile"}
	for i := range stages {
		s := model.Stage{Index: i, Name: fmt.Sprintf("s%d", i)}
		for k := range steps {
			s.Steps = append(s.Steps, model.Step{Index: k, Command: "RUN", Text: fmt.Sprintf("RUN %d", k), Vertex: true})
		}
		g.Stages = append(g.Stages, s)
		if i > 0 {
			g.Edges = append(g.Edges, model.Edge{From: model.NodeID(i - 1), To: model.NodeID(i), Kind: model.EdgeBase})
		}
	}
	return g
}

var epoch = time.Unix(1_000_000, 0)

func at(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }

// chaos is a build that no engine would make: any vertices at any times.
func chaos(t *rapid.T) *build.Build {
	b := build.New()
	b.Apply(build.Event{Time: epoch, Begin: &build.Begin{Graph: grid(), Targets: []int{rapid.IntRange(0, stages-1).Draw(t, "target")}}})
	n := rapid.IntRange(0, 24).Draw(t, "vertices")
	ms := rapid.IntRange(-50, 1000)
	for range n * 2 {
		id := rapid.IntRange(0, n-1).Draw(t, "id")
		v := build.Vertex{Digest: fmt.Sprint(id), Name: rapid.SampledFrom([]string{"[internal] x", "exporting to x", "[s 1/1] RUN"}).Draw(t, "name")}
		for _, in := range rapid.SliceOfN(rapid.IntRange(0, n), 0, 3).Draw(t, "inputs") {
			v.Inputs = append(v.Inputs, fmt.Sprint(in)) // cycles and unknown ones too
		}
		for range rapid.IntRange(0, 2).Draw(t, "steps") {
			v.Steps = append(v.Steps, build.StepRef{Stage: rapid.IntRange(0, stages-1).Draw(t, "stage"), Step: rapid.IntRange(0, steps-1).Draw(t, "step")})
		}
		v.Cached = rapid.Bool().Draw(t, "cached")
		if rapid.Bool().Draw(t, "started") {
			from := at(ms.Draw(t, "from"))
			v.Started = &from
			if rapid.Bool().Draw(t, "completed") {
				to := at(ms.Draw(t, "to"))
				v.Completed = &to
			}
		}
		switch rapid.IntRange(0, 8).Draw(t, "error") {
		case 0:
			v.Error = "it broke"
		case 1:
			v.Error, v.Cancelled = "context canceled", true
		}
		b.Apply(build.Event{Vertex: &v})
	}
	if rapid.Bool().Draw(t, "ended") {
		end := build.End{Outcome: rapid.SampledFrom([]build.Outcome{build.OutcomeSucceeded, build.OutcomeFailed, build.OutcomeCancelled}).Draw(t, "outcome")}
		if end.Outcome == build.OutcomeFailed {
			end.Failure = &build.Failure{Vertex: fmt.Sprint(rapid.IntRange(0, n).Draw(t, "failed"))}
		}
		b.Apply(build.Event{Time: at(ms.Draw(t, "end")), End: &end})
	}
	return b
}

// Whatever a record holds, the analysis is sound, and the same each time.
func TestChaos(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := chaos(t)
		now := at(rapid.IntRange(0, 1200).Draw(t, "now"))
		a := Analyze(b, now)
		sound(t, a)
		again := Analyze(b, now)
		a.net, again.net = nil, nil
		if !reflect.DeepEqual(a, again) {
			t.Fatalf("%+v\nthen %+v", a, again)
		}
	})
}

// played is a vertex of a build that some engine could have made.
type played struct {
	inputs []int
	stage  int
	wait   int // after its inputs
	run    int
}

func play(all []played, instant int) (from, to []int, wall int) {
	for _, p := range all {
		start := 0
		for _, in := range p.inputs {
			start = max(start, to[in])
		}
		start += p.wait
		end := start + p.run
		if p.stage == instant {
			end = start
		}
		from, to, wall = append(from, start), append(to, end), max(wall, end)
	}
	return from, to, wall
}

// What a stage saves is what the build played once more, with the stage taking no
// time and each wait as it was, takes less; and the path's length is the build's.
func TestSavingsArePlayedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []played
		for i := range rapid.IntRange(1, 20).Draw(t, "vertices") {
			p := played{stage: rapid.IntRange(0, stages-1).Draw(t, "stage"), run: rapid.IntRange(1, 100).Draw(t, "run")}
			if i > 0 {
				p.inputs = rapid.SliceOfNDistinct(rapid.IntRange(0, i-1), 0, 3, func(n int) int { return n }).Draw(t, "inputs")
			}
			if len(p.inputs) > 0 { // sources start at once
				p.wait = rapid.IntRange(0, 10).Draw(t, "wait")
			}
			all = append(all, p)
		}
		from, to, wall := play(all, -1)
		b := build.New()
		b.Apply(build.Event{Time: epoch, Begin: &build.Begin{Graph: grid(), Targets: []int{stages - 1}}})
		for i, p := range all {
			started, completed := at(from[i]), at(to[i])
			v := build.Vertex{Digest: fmt.Sprint(i), Steps: []build.StepRef{{Stage: p.stage, Step: i % steps}}, Started: &started, Completed: &completed}
			for _, in := range p.inputs {
				v.Inputs = append(v.Inputs, fmt.Sprint(in))
			}
			b.Apply(build.Event{Vertex: &v})
		}
		b.Apply(build.Event{Time: at(wall), End: &build.End{Outcome: build.OutcomeSucceeded}})
		a := Analyze(b, time.Time{})
		sound(t, a)
		if a.Path.Tail != 0 || a.Path.Ran+a.Path.Waited != time.Duration(wall)*time.Millisecond {
			t.Fatalf("the path: %+v of %d ms", a.Path, wall)
		}
		for _, st := range a.Stages {
			_, _, less := play(all, st.Index)
			if want := time.Duration(wall-less) * time.Millisecond; a.StageSaving(st.Index) != want {
				t.Fatalf("stage %d saves %v, want %v", st.Index, a.StageSaving(st.Index), want)
			}
		}
	})
}
