package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane/graph"
)

// side is a target of five stages beside sixty that it skips: the whole is too
// large for a pane into which the five fit.
func side() *model.Graph {
	var b strings.Builder
	b.WriteString("root: base alpine")
	for i := range 60 {
		fmt.Fprintf(&b, "\nother%d: base root", i)
	}
	b.WriteString("\none: base root\ntwo: base root\nthree: copy one, copy two\ngoal: base three")
	return parse(b.String())
}

func TestSkippedStagesAreHiddenWhereOnlyTheRestFits(t *testing.T) {
	g := side()
	goal := len(g.Stages) - 1
	p := paneOf(g, 90, 40)
	if p.Hidden() != 0 || !p.Overflows() {
		t.Fatalf("without a target nothing is skipped:\n%s", trimmed(p.View()))
	}
	p.SetPlan(g.PlanFor(goal))
	if p.Hidden() != 60 || p.Overflows() {
		t.Fatalf("%d stages are hidden, want 60; overflows: %v", p.Hidden(), p.Overflows())
	}
	view := trimmed(p.View())
	if strings.Contains(view, "other") || !strings.Contains(view, "60 skipped hidden · . shows them") {
		t.Errorf("the view shows what is skipped, or does not say so:\n%s", view)
	}
	golden(t, "hidden-90x40", view)

	if !p.ToggleSkipped() || p.Hidden() != 0 || !strings.Contains(trimmed(p.View()), "other") {
		t.Errorf("the toggle does not show all:\n%s", trimmed(p.View()))
	}
	if view := trimmed(p.View()); !strings.Contains(view, ". hides 60 skipped") {
		t.Errorf("nothing tells of the way back:\n%s", view)
	}
	if !p.ToggleSkipped() || p.Hidden() != 60 {
		t.Error("the toggle does not hide again")
	}
	p.SetPlan(g.PlanFor(0, goal))
	if p.Hidden() != 60 {
		t.Error("a plan that skips the same changed what is hidden")
	}
}

func TestHidingWhatWouldFit(t *testing.T) {
	g := parse(shop)
	p := paneOf(g, 140, 40)
	if p.ToggleSkipped() {
		t.Error("there is nothing to hide without a plan")
	}
	p.SetPlan(g.PlanFor(6))
	if p.Hidden() != 0 {
		t.Error("all fits: nothing is to be hidden on its own")
	}
	if !p.ToggleSkipped() || p.Hidden() != 2 {
		t.Errorf("%d are hidden, want lint and unit", p.Hidden())
	}
	for z := graph.List; z <= graph.Full; z++ {
		for l, _ := p.Level(); l != z; l, _ = p.Level() {
			p.Zoom(int(z) - int(l))
		}
		if view := trimmed(p.View()); strings.Contains(view, "lint") || strings.Contains(view, "unit") ||
			!strings.Contains(view, "2 skipped hidden") {
			t.Errorf("%v shows what is skipped, or does not say so:\n%s", z, view)
		}
	}
}

func TestMovingLeavesOutWhatIsHidden(t *testing.T) {
	g := side()
	p := paneOf(g, 90, 40)
	p.SetPlan(g.PlanFor(len(g.Stages) - 1))
	p.First()
	var seen []string
	for range 6 {
		seen = append(seen, selected(p, g))
		p.Step(1)
	}
	if got := strings.Join(seen, " "); got != "root one two three goal root" {
		t.Errorf("stepping goes to %s", got)
	}
	p.Step(-1)
	p.Step(-1)
	if got := selected(p, g); got != "goal" {
		t.Errorf("stepping back from root goes to %s", got)
	}
	p.Select(5) // from elsewhere, such as the Dockerfile
	p.View()
	if !p.Move(graph.Down) || selected(p, g) != "root" {
		t.Errorf("moving from a hidden stage goes to %s", selected(p, g))
	}
}

func TestPickingMovesNothingThatNeedNotMove(t *testing.T) {
	g := side()
	goal := len(g.Stages) - 1
	p := paneOf(g, 90, 40)
	p.SetPlan(g.PlanFor(goal))
	before := places(p, g)
	p.SetPicking(true)
	p.SetPlan(g.PlanFor(goal - 1)) // part of what is drawn
	if got := places(p, g); got != before {
		t.Errorf("places changed from %v to %v", before, got)
	}
	p.SetPlan(g.PlanFor(7)) // is not drawn yet
	if view := trimmed(p.View()); !strings.Contains(view, "other6") {
		t.Errorf("what the picker points at is not in view:\n%s", view)
	}
	p.SetPlan(g.PlanFor(goal))
	p.SetPicking(false)
	if got := places(p, g); got != before {
		t.Errorf("closing the picker left %v, want %v", got, before)
	}
}

// places says where the view shows each stage's name.
func places(p *graph.Pane, g *model.Graph) string {
	var b strings.Builder
	for _, s := range g.Stages {
		for y, line := range strings.Split(ansi.Strip(p.View()), "\n") {
			if before, _, found := strings.Cut(line+" ", " "+s.Name+" "); found {
				fmt.Fprintf(&b, "%s %d,%d\n", s.Name, ansi.StringWidth(before), y)
			}
		}
	}
	return b.String()
}

// TestNothingMovesWhileBuilding gives each stage any state, time and count: names
// and selection stay where they were before the build.
func TestNothingMovesWhileBuilding(t *testing.T) {
	graphs := []*model.Graph{parse(shop), side()}
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.SampledFrom(graphs).Draw(t, "graph")
		p := paneOf(g, rapid.IntRange(30, 160).Draw(t, "w"), rapid.IntRange(10, 60).Draw(t, "h"))
		p.SetPlan(g.PlanFor(len(g.Stages) - 1))
		if z, _ := p.Level(); z == graph.List {
			return // its rows are of running text
		}
		before := places(p, g)
		for range 3 {
			faces := make([]graph.Face, len(g.Stages))
			for i := range faces {
				total := 0
				for _, s := range g.Stages[i].Steps {
					if s.Vertex {
						total++
					}
				}
				faces[i] = graph.Face{
					State: rapid.SampledFrom([]build.State{
						build.Waiting, build.Running, build.Cached, build.Done, build.Failed, build.Cancelled,
					}).Draw(t, "state"),
					Total: total, Done: rapid.IntRange(0, total).Draw(t, "done"),
					Elapsed: time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "elapsed")),
				}
			}
			p.SetStatus(func(i int) graph.Face { return faces[i] }, start)
			if got := places(p, g); got != before {
				t.Fatalf("before:\n%s\nthen:\n%s\n%s", before, got, trimmed(p.View()))
			}
		}
	})
}
