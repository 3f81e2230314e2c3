package tui_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// BenchmarkFrame is one frame of a large build: 200 stages with 5,000 steps, of
// which 3,750 are done, and 100,000 lines of log. Events arrive, Reduce, View.
// The goal is under 4 ms; at 30 frames a second that is an eighth of one core.
func BenchmarkFrame(b *testing.B) {
	step := func(clock *tuitest.Clock, stage, step int, done bool) build.Event {
		at := clock.Now()
		v := &build.Vertex{Digest: fmt.Sprintf("sha256:%d.%d", stage, step), Steps: []build.StepRef{{Stage: stage, Step: step}}, Started: &at}
		if done {
			v.Completed = &at
		}
		return build.Event{Time: at, Vertex: v}
	}
	log := func(clock *tuitest.Clock, n int) build.Event {
		return build.Event{Time: clock.Now(), Log: &build.Log{Vertex: "sha256:150.0", Stream: 1, Text: fmt.Sprintf("line %d\n", n)}}
	}
	for _, bench := range []struct {
		name   string
		events func(clock *tuitest.Clock, n int) []build.Event
		keys   []string
	}{
		{"log line", func(c *tuitest.Clock, n int) []build.Event { return []build.Event{log(c, n)} }, nil},
		{"step", func(c *tuitest.Clock, n int) []build.Event {
			return []build.Event{step(c, 151+n/24%40, 1+n%24, n%2 == 1)}
		}, nil},
		{"step in the timeline, unfolded", func(c *tuitest.Clock, n int) []build.Event {
			return []build.Event{step(c, 151+n/24%40, 1+n%24, n%2 == 1)}
		}, []string{"2", "O"}},
		{"burst", func(c *tuitest.Clock, n int) []build.Event { // a thousand lines, forty steps, ten downloads
			var out []build.Event
			for i := range 1000 {
				out = append(out, log(c, n+i))
			}
			for i := range 40 {
				out = append(out, step(c, 151+i, 1+n%24, n%2 == 1))
			}
			for i := range 10 {
				out = append(out, build.Event{Time: c.Now(), Progress: &build.Progress{Vertex: fmt.Sprintf("sha256:%d.0", 152+i), ID: "layer", Current: int64(n), Total: 1 << 40}})
			}
			return out
		}, nil},
	} {
		b.Run(bench.name, func(b *testing.B) {
			g := big()
			clock := tuitest.NewClock(tuitest.Epoch())
			builder := tuitest.NewBuilder()
			app := tui.New(tui.Config{Graph: g, Target: -1, Builder: builder, Clock: clock, Frame: -1, Profile: colorprofile.TrueColor, Width: 200, Height: 60})
			d := tuitest.Drive(b, app, clock, builder)
			s := tuitest.NewScript(g, len(g.Stages)-1)
			for i := range 150 {
				for j := range 25 {
					id := fmt.Sprintf("%d.%d", i, j)
					s.After(0.01).Start(id).After(0.01).Done(id)
				}
			}
			s.Start("150.0", "151.0", "152.0", "153.0")
			for i := range 100_000 {
				s.Log("150.0", fmt.Sprintf("compiling source file number %d of a hundred thousand\n", i))
			}
			d.Press("b").Play(s.Events()).Press(bench.keys...)
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				n++
				clock.Advance(33 * time.Millisecond)
				d.Play(bench.events(clock, n))
				if d.Frame() == "" {
					b.Fatal("no frame")
				}
			}
			b.StopTimer()
			d.Finish()
		})
	}
}
