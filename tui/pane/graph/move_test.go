package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane/graph"
	"github.com/stagedive/stagedive/tui/theme"
)

func selected(p *graph.Pane, g *model.Graph) string { return g.Label(p.Selected()) }

func TestMoveFollowsEdgesAndRanks(t *testing.T) {
	g := parse(shop)
	p := paneOf(g, 140, 40)
	p.Select(0)
	for _, s := range []struct {
		dir  graph.Direction
		want string
	}{
		{graph.Up, "golang:1.26"},
		{graph.Up, "golang:1.26"}, // nothing above: stays
		{graph.Down, "base"},
		{graph.Down, "deps"},
		{graph.Down, "build"}, // right below, an edge leads there
		{graph.Left, "unit"},
		{graph.Right, "build"},
		{graph.Right, "lint"},
		{graph.Right, "assets"},
		{graph.Down, "runtime"},
		{graph.Up, "assets"},
	} {
		p.Move(s.dir)
		if got := selected(p, g); got != s.want {
			t.Fatalf("moving %d selects %q, want %q\n%s", s.dir, got, s.want, trimmed(p.View()))
		}
	}
}

// anyGraph draws a graph of up to 30 stages.
func anyGraph(t *rapid.T) *model.Graph {
	var lines []string
	for i := range rapid.IntRange(1, 30).Draw(t, "stages") {
		line := fmt.Sprintf("s%d:", i)
		sep := " "
		for _, kind := range []string{"base", "copy", "mount"} {
			if rapid.IntRange(0, 2).Draw(t, kind) == 0 {
				continue
			}
			from := fmt.Sprintf("image%d", rapid.IntRange(0, 3).Draw(t, "image"))
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "near") > 0 {
				from = fmt.Sprintf("s%d", rapid.IntRange(0, i-1).Draw(t, "from"))
			}
			line, sep = line+sep+kind+" "+from, ", "
		}
		lines = append(lines, line)
	}
	return parse(strings.Join(lines, "\n"))
}

// TestEveryBoxIsInReach presses all four keys at every box that is reached,
// as they come.
func TestEveryBoxIsInReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		p := paneOf(g, rapid.SampledFrom([]int{50, 100, 200}).Draw(t, "w"), 40)
		for range rapid.IntRange(0, 4).Draw(t, "zoom") {
			p.Zoom(1)
		}
		if z, _ := p.Level(); z == graph.List {
			return
		}
		p.First()
		reached := map[model.NodeID]bool{}
		for todo := []model.NodeID{p.Selected()}; len(todo) > 0; todo = todo[1:] {
			for d := graph.Up; d <= graph.Right; d++ {
				p.Select(todo[0])
				if p.Move(d) && !reached[p.Selected()] {
					reached[p.Selected()] = true
					todo = append(todo, p.Selected())
				}
			}
		}
		for i := range g.Stages {
			if len(g.Stages) > 1 && !reached[model.NodeID(i)] {
				t.Errorf("moving never reaches %s\n%s", g.Stages[i].Name, trimmed(p.View()))
			}
		}
	})
}

// TestOppositeKeysComeBack walks some way across ranks, and back.
func TestOppositeKeysComeBack(t *testing.T) {
	opposite := map[graph.Direction]graph.Direction{graph.Up: graph.Down, graph.Down: graph.Up, graph.Left: graph.Right, graph.Right: graph.Left}
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		p := paneOf(g, 120, 40)
		p.Select(model.NodeID(rapid.IntRange(0, len(g.Stages)-1).Draw(t, "from")))
		if z, _ := p.Level(); z == graph.List {
			return
		}
		dir := graph.Direction(rapid.IntRange(0, 3).Draw(t, "direction"))
		var way []model.NodeID
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			at := p.Selected()
			if !p.Move(dir) {
				break
			}
			way = append(way, at)
		}
		for i := len(way) - 1; i >= 0; i-- {
			if !p.Move(opposite[dir]) || p.Selected() != way[i] {
				t.Fatalf("back from %d is %s, want %s\n%s", i+1, selected(p, g), g.Label(way[i]), trimmed(p.View()))
			}
		}
	})
}

func TestStepGoesRound(t *testing.T) {
	g := parse(shop)
	p := paneOf(g, 80, 24)
	p.Select(0)
	for i := range len(g.Stages) {
		if got := int(p.Selected()); got != i {
			t.Fatalf("step %d is at %d", i, got)
		}
		p.Step(1)
	}
	if p.Selected() != 0 {
		t.Errorf("after the last comes %d", p.Selected())
	}
	p.Step(-1)
	if got := selected(p, g); got != "runtime" {
		t.Errorf("before the first comes %q", got)
	}
}

// TestClick clicks on each name where the view shows it, at each zoom level.
func TestClick(t *testing.T) {
	g := parse(shop)
	for _, size := range [][2]int{{140, 40}, {80, 24}, {60, 15}, {40, 12}} {
		p := paneOf(g, size[0], size[1])
		clicked := map[int]bool{}
		for i, s := range g.Stages {
			for y, line := range strings.Split(trimmed(p.View()), "\n") {
				before, _, found := strings.Cut(line+" ", "○ "+s.Name+" ")
				if !found {
					continue
				}
				clicked[i] = true
				x := ansi.StringWidth(before) + 2
				if !p.Click(x, y) || int(p.Selected()) != i {
					t.Errorf("%v: a click on %q at %d,%d selects %q\n%s", size, s.Name, x, y, selected(p, g), trimmed(p.View()))
				}
				if p.At(x, y) != model.NodeID(i) {
					t.Errorf("At(%d, %d) is not %q", x, y, s.Name)
				}
			}
		}
		if len(clicked) != len(g.Stages) {
			t.Errorf("%v: only %v are in view\n%s", size, clicked, trimmed(p.View()))
		}
		if p.Click(0, 0) && p.At(0, 0) == model.None || p.At(-1, 3) != model.None || p.At(3, size[1]) != model.None {
			t.Errorf("%v: something lies where nothing does", size)
		}
	}
}

func TestSelectionStaysInView(t *testing.T) {
	g := large(120)
	p := paneOf(g, 100, 30)
	for _, zoom := range []int{0, 1, 1, -1, -1, -1} {
		p.Zoom(zoom)
		for i := range g.Stages {
			p.Select(model.NodeID(i))
			if view := ansi.Strip(p.View()); !strings.Contains(view, g.Stages[i].Name) {
				z, _ := p.Level()
				t.Fatalf("%s is not in view at %v:\n%s", g.Stages[i].Name, z, view)
			}
		}
	}
}

func TestPanLeavesTheSelectionAndStopsAtTheEdge(t *testing.T) {
	g := large(120)
	p := paneOf(g, 100, 30)
	p.Zoom(1)
	p.Select(0)
	before := p.View()
	p.Pan(30, 10)
	if p.View() == before || p.Selected() != 0 {
		t.Error("panning must move the view and nothing else")
	}
	p.Pan(-10000, -10000)
	corner := p.View()
	p.Pan(-1, -1)
	if p.View() != corner {
		t.Error("the view left the drawing")
	}
	p.Select(model.NodeID(119))
	if !strings.Contains(ansi.Strip(p.View()), "stage119") {
		t.Error("selecting must bring the view back")
	}
}

func TestPlanMarksWhatIsSkipped(t *testing.T) {
	g := parse(shop)
	p := paneOf(g, 140, 40)
	p.SetPlan(g.PlanFor(3))
	if n := strings.Count(ansi.Strip(p.View()), "skipped"); n != 4 {
		t.Errorf("%d stages are not in the target, want lint, build, assets, runtime:\n%s", n, p.View())
	}
	p.SetPlan(g.PlanFor(6))
	if n := strings.Count(ansi.Strip(p.View()), "skipped"); n != 2 {
		t.Errorf("%d stages are not in the target, want lint and unit:\n%s", n, p.View())
	}
}

func TestViewIsDrawnOnlyWhenSomethingChanged(t *testing.T) {
	g := parse(shop)
	p := paneOf(g, 120, 40)
	calls := 0
	now := time.Unix(50, 0)
	p.SetStatus(func(int) graph.Face { calls++; return graph.Face{State: build.Running, Total: 2} }, now)
	p.View()
	if calls != len(g.Stages) {
		t.Fatalf("%d faces were asked for, want each stage's once", calls)
	}
	p.View()
	if calls != len(g.Stages) {
		t.Error("a second View drew again")
	}
	b, at := playing(g, false)
	p.SetStatus(nil, at)
	p.SetBuild(b, at)
	one := p.View()
	p.SetBuild(b, at.Add(5*time.Millisecond))
	if p.View() != one {
		t.Error("5 ms changed the picture")
	}
	p.SetBuild(b, at.Add(2*time.Second))
	if p.View() == one {
		t.Error("2 s did not change a running build's picture")
	}
}

// BenchmarkView reports what a frame costs: all of it, and when nothing changed.
func BenchmarkView(b *testing.B) {
	for _, n := range []int{20, 200} {
		for _, zoom := range []graph.Zoom{graph.List, graph.Line, graph.Full} {
			b.Run(fmt.Sprintf("%d/%v", n, zoom), func(b *testing.B) {
				g := large(n)
				p := graph.New(theme.New(theme.Options{Profile: colorprofile.TrueColor}))
				p.SetGraph(g)
				p.SetSize(200, 60)
				p.SetPlan(g.PlanFor(n - 1))
				for z, _ := p.Level(); z > graph.List; z, _ = p.Level() {
					p.Zoom(-1)
				}
				for z, _ := p.Level(); z < zoom; z, _ = p.Level() {
					p.Zoom(1)
				}
				face := func(i int) graph.Face {
					return graph.Face{State: build.Running, Done: 1, Total: 2, Elapsed: time.Duration(i) * time.Second}
				}
				p.View()
				b.ReportAllocs()
				for b.Loop() {
					p.SetStatus(face, start)
					p.View()
				}
			})
		}
	}
}

// BenchmarkFirstView is what opening a large graph costs, layout included.
func BenchmarkFirstView(b *testing.B) {
	for _, n := range []int{20, 60, 200} {
		g := large(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				p := paneOf(g, 120, 40)
				p.View()
			}
		})
	}
}
