package graph_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/pane/graph"
)

// faces are what a stage of a chain of three can have to say.
var faces = map[int]graph.Face{
	0: {State: build.Done, Done: 4, Total: 4, Cached: 3, Elapsed: 12400 * time.Millisecond, Size: 165_200_000},
	1: {State: build.Running, Done: 0, Total: 4, Elapsed: 4700 * time.Millisecond, Pull: build.Transfer{Current: 42_000_000, Total: 180_000_000}},
	2: {State: build.Running, Done: 1, Total: 4, Elapsed: 2300 * time.Millisecond, Platforms: []build.PlatformSteps{
		{Platform: "amd64", Done: 3, Total: 4}, {Platform: "arm64", Done: 1, Total: 4},
	}},
}

func chain(names ...string) *model.Graph {
	var lines []string
	for i, n := range names {
		from := "image"
		if i > 0 {
			from = names[i-1]
		}
		lines = append(lines, n+": base "+from)
	}
	return parse(strings.Join(lines, "\n"))
}

// TestFaces looks at what a stage says of itself, where there is room for all of
// it and where there is not.
func TestFaces(t *testing.T) {
	for _, tt := range []struct {
		name  string
		names []string
		w, h  int
		says  []string
	}{
		{"wide", []string{"compile-everything", "download-a-base", "link-all-of-it"}, 80, 40, []string{
			"3/4 cached", "165.2 MB", "12.4s", "pulling", "42/180 MB", "4s", "amd64 3/4 · arm64 1/4", "2s",
		}},
		{"three rows", []string{"compile", "download", "link"}, 60, 40, []string{
			"165.2 MB", "12.4s", "pulling", "42/180 MB", "3/4 · 1/4", "2s",
		}},
		{"two rows", []string{"compile", "download", "link"}, 60, 15, []string{"165.2 MB", "pulling 23 %", "3/4 · 1/4"}},
		{"one row", []string{"compile", "download", "link"}, 60, 12, []string{"4s", "2s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := chain(tt.names...)
			p := paneOf(g, tt.w, tt.h)
			p.SetStatus(func(stage int) graph.Face { return faces[stage] }, start)
			view := trimmed(p.View())
			for _, s := range tt.says {
				if !strings.Contains(view, s) {
					t.Errorf("%q is not said:\n%s", s, view)
				}
			}
		})
	}
}

// TestNothingMoves: whatever a build says, no box and no line moves.
func TestNothingMoves(t *testing.T) {
	for _, size := range [][2]int{{120, 44}, {100, 30}, {80, 24}, {50, 15}} {
		g := parse(shop)
		p := paneOf(g, size[0], size[1])
		p.SetPlan(g.PlanFor(6))
		shape := func() string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune("╭╮╰╯┏┓┗┛━┃▼▶┣┫┳┻╋", r) {
					return r
				}
				return ' '
			}, trimmed(p.View()))
		}
		want := strings.Join(strings.Fields(shape()), " ")
		for _, fails := range []bool{false, true} {
			b, at := playing(g, fails)
			for range 3 {
				p.SetBuild(b, at)
				if got := strings.Join(strings.Fields(shape()), " "); got != want {
					t.Errorf("%v: something moved:\n%s", size, trimmed(p.View()))
				}
				at = at.Add(100 * time.Second)
			}
		}
	}
}

func TestSizesComeFromTheImage(t *testing.T) {
	g := chain("base", "deps", "app", "alias")
	b := build.New()
	b.Apply(build.Event{Time: start, Begin: &build.Begin{Graph: g, Targets: []int{3}}})
	b.Apply(build.Event{Time: start.Add(time.Second), End: &build.End{Outcome: build.OutcomeSucceeded}})
	p := paneOf(g, 60, 40)
	p.SetPlan(g.PlanFor(3))
	p.SetBuild(b, start.Add(time.Second))
	layer := func(size int64, o image.Origin) image.Layer { return image.Layer{Size: size, Origin: o} }
	im := &image.Image{Layers: []image.Layer{
		layer(100_000_000, image.Origin{Stage: -1, Base: true}),
		layer(20_000_000, image.Origin{Stage: 0, Step: 1}),
		layer(3_000_000, image.Origin{Stage: 2, Step: 1}),
	}}
	p.SetImage(im, 3)
	view := trimmed(p.View())
	for name, size := range map[string]int{"120.0 MB": 2, "123.0 MB": 2} { // base and deps, app and alias
		if n := strings.Count(view, name); n != size {
			t.Errorf("%s stands there %d times, want %d:\n%s", name, n, size, view)
		}
	}
	im2 := &image.Image{Layers: append([]image.Layer{layer(1_000_000, image.Unknown)}, im.Layers...)}
	p.SetImage(im2, 3)
	if view := trimmed(p.View()); strings.Contains(view, "120.0 MB") || !strings.Contains(view, "124.0 MB") {
		t.Errorf("with a layer of unknown origin only the target's size is known:\n%s", view)
	}
	p.SetImage(nil, -1)
	if view := trimmed(p.View()); strings.Contains(view, "MB") {
		t.Errorf("there is no image any more:\n%s", view)
	}
}
