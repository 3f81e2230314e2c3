package tui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// big is a graph of 200 stages with 25 steps each, four abreast.
func big() *model.Graph {
	const stages, steps = 200, 25
	g := &model.Graph{File: "Dockerfile"}
	for i := range stages {
		s := model.Stage{Index: i, Name: fmt.Sprintf("stage%d", i), Line: len(g.Lines) + 1}
		for j := range steps {
			g.Lines = append(g.Lines, fmt.Sprintf("RUN make -C /src/stage%d target%d", i, j))
			s.Steps = append(s.Steps, model.Step{Index: j, Command: "RUN", Text: g.Lines[len(g.Lines)-1], Line: len(g.Lines), EndLine: len(g.Lines), Vertex: true})
		}
		s.EndLine = len(g.Lines)
		g.Stages = append(g.Stages, s)
		if i >= 4 {
			g.Edges = append(g.Edges, model.Edge{From: model.NodeID(i - 4), To: model.NodeID(i), Kind: model.EdgeBase, Line: s.Line})
		}
	}
	for i := stages - 4; i < stages-1; i++ {
		g.Edges = append(g.Edges, model.Edge{From: model.NodeID(i), To: model.NodeID(stages - 1), Kind: model.EdgeCopy, Step: 3, Line: g.Stages[stages-1].Line + 3})
	}
	return g
}

// BenchmarkKey is a key in an idle App: Update and View.
func BenchmarkKey(b *testing.B) {
	for _, size := range sizes() {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			clock, builder := tuitest.NewClock(tuitest.Epoch()), tuitest.NewBuilder()
			app := tui.New(tui.Config{Graph: tuitest.Shop(), Target: -1, Clock: clock, Builder: builder, Profile: colorprofile.TrueColor, Width: size[0], Height: size[1]})
			d := tuitest.Drive(b, app, clock, builder)
			b.ReportAllocs()
			for b.Loop() {
				d.Press("k")
				d.Frame()
			}
		})
	}
}

// BenchmarkNew is what the first frame costs.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		app := tui.New(tui.Config{Graph: tuitest.Shop(), Target: -1, Profile: colorprofile.TrueColor, Width: 120, Height: 40})
		if app.View().Content == "" {
			b.Fatal("no frame")
		}
	}
}

// BenchmarkKeyInAFlood is what a key costs while a step prints ten thousand lines
// a frame, with what came since the last frame: in each scope, and with a search
// and a filter that go through all of it. The goal is far under 50 ms.
func BenchmarkKeyInAFlood(b *testing.B) {
	for _, c := range []struct {
		name string
		keys []string
	}{
		{"step", nil},
		{"stage", []string{"a"}},
		{"build", []string{"a", "a"}},
		{"search", []string{"/", "7", "7", "enter", "f"}},
		{"filter", []string{"&", "7", "7", "enter"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			clock, builder := tuitest.NewClock(tuitest.Epoch()), tuitest.NewBuilder()
			app := tui.New(tui.Config{Graph: tuitest.Shop(), Target: -1, Clock: clock, Builder: builder, Frame: -1, Profile: colorprofile.TrueColor, Width: 200, Height: 60})
			d := tuitest.Drive(b, app, clock, builder)
			d.Press("b").Play(tuitest.ShopBuilding().Events()).Press("enter", "enter").Press(c.keys...)
			var text strings.Builder
			for i := range 10_000 {
				fmt.Fprintf(&text, "compiling source file number %d of a great many\n", i)
			}
			b.ReportAllocs()
			for b.Loop() {
				clock.Advance(33 * time.Millisecond)
				d.Play([]build.Event{{Time: clock.Now(), Log: &build.Log{Vertex: "sha256:1.2", Stream: 1, Text: text.String()}}})
				d.Press("W")
				if d.Frame() == "" {
					b.Fatal("no frame")
				}
			}
			b.StopTimer()
			d.Finish()
		})
	}
}
