package graph_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane/graph"
	"github.com/stagedive/stagedive/tui/theme"
)

func TestOverviewShowsItselfWhereTheGraphDoesNotFit(t *testing.T) {
	g := large(60)
	p := paneOf(g, 100, 40)
	if !p.Overflows() {
		t.Fatal("60 stages fit")
	}
	golden(t, "overview-100x40", trimmed(p.View()))
	if !p.ToggleOverview() || strings.Contains(p.View(), "overview") {
		t.Error("it can't be hidden")
	}
	if !p.ToggleOverview() || !strings.Contains(p.View(), "overview") {
		t.Error("it does not come back")
	}
	p = paneOf(parse(shop), 100, 40)
	if p.ToggleOverview() || strings.Contains(p.View(), "overview") {
		t.Error("a graph that fits needs no overview")
	}
}

// TestOverviewInASCII: what is in view can be told from the stages.
func TestOverviewInASCII(t *testing.T) {
	p := graph.New(theme.New(theme.Options{Profile: colorprofile.ASCII, ASCII: true}))
	p.SetGraph(large(60))
	p.SetSize(100, 40)
	view := trimmed(p.View())
	if !strings.Contains(view, "overview") || !strings.Contains(view, "_.__") {
		t.Errorf("the overview does not show what is in view:\n%s", view)
	}
	for _, r := range view {
		if r > 126 {
			t.Fatalf("%q is no ASCII", r)
		}
	}
}

// find is where a text begins in a view.
func find(view, text string) (x, y int, ok bool) {
	for y, line := range strings.Split(trimmed(view), "\n") {
		if before, _, ok := strings.Cut(line+" ", text); ok {
			return ansi.StringWidth(before), y, true
		}
	}
	return 0, 0, false
}

func TestClickInTheOverview(t *testing.T) {
	g := large(60)
	p := paneOf(g, 100, 40)
	p.Select(0)
	seen := map[string]bool{}
	for i := range 12 * 12 {
		x, y, ok := find(p.View(), "─ overview ") // it moves to where it covers least
		if !ok {
			t.Fatal("no overview")
		}
		x, y = x+2*(i%12), y+1+i/12
		if !p.InOverview(x, y) {
			continue
		}
		if p.Click(x, y) || p.Selected() != 0 {
			t.Fatal("a click into the overview selects what lies below it")
		}
		for i, s := range g.Stages {
			if _, _, ok := find(p.View(), " "+s.Name+" "); ok {
				seen[g.Stages[i].Name] = true
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("clicks bring %d of 60 stages into view", len(seen))
	}
}

func TestDots(t *testing.T) {
	g := large(60)
	p := paneOf(g, 100, 40)
	for z, auto := p.Level(); z != graph.Dots || auto; z, auto = p.Level() {
		p.Zoom(-1)
	}
	p.Select(17)
	b := build.New()
	b.Apply(build.Event{Time: start, Begin: &build.Begin{Graph: g, Targets: []int{59}}})
	for i, ref := range []build.StepRef{{Stage: 0, Step: 0}, {Stage: 0, Step: 1}, {Stage: 1, Step: 0}} {
		at, end := start, start.Add(time.Second)
		v := &build.Vertex{Digest: string(rune('a' + i)), Steps: []build.StepRef{ref}, Started: &at}
		if ref.Stage == 0 {
			v.Completed = &end
		}
		b.Apply(build.Event{Time: end, Vertex: v})
	}
	p.SetPlan(g.PlanFor(59))
	p.SetBuild(b, start.Add(2*time.Second))
	golden(t, "dots-100x40", trimmed(p.View()))
	named := 0
	for i, s := range g.Stages {
		x, y, ok := find(p.View(), " "+s.Name+" ")
		if !ok {
			continue
		}
		named++
		if !p.Click(x+1, y) || p.Selected() != model.NodeID(i) {
			t.Errorf("a click on the name %s selects %s", s.Name, selected(p, g))
		}
		p.Select(17)
	}
	if named < 15 {
		t.Errorf("%d dots have their name", named)
	}
}
