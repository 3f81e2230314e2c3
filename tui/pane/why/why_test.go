package why

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// rebuilt is a build of n steps that all ran: the first for a reason, the others
// because of it.
func rebuilt(n int) *build.Build {
	start := time.Unix(1_000, 0)
	g := &model.Graph{Stages: []model.Stage{{Name: "all", Line: 1, EndLine: n}}}
	for i := range n {
		g.Stages[0].Steps = append(g.Stages[0].Steps, model.Step{Index: i, Command: "RUN", Text: fmt.Sprintf("RUN step %d", i), Line: i + 1, EndLine: i + 1, Vertex: true})
	}
	b := build.New()
	b.Apply(build.Event{Time: start, Begin: &build.Begin{Graph: g, Targets: []int{0}}})
	first := build.StepRef{}
	for i := range n {
		ref, at, end := build.StepRef{Step: i}, start, start.Add(time.Second)
		b.Apply(build.Event{Time: at, Vertex: &build.Vertex{Digest: fmt.Sprint(i), Steps: []build.StepRef{ref}, Started: &at, Completed: &end}})
		c := build.Cause{Step: ref, Kind: build.CauseEarlier, Text: "an earlier step of this stage ran (line 1)", Earlier: &first}
		if i == 0 {
			c.Kind, c.Text, c.Earlier = build.CauseFiles, "a file with quite a long name changed (COPY . .)", nil
		}
		b.Apply(build.Event{Time: at, Cause: &c})
	}
	return b
}

func look() pane.Look {
	return pane.Look{Theme: theme.New(theme.Options{Profile: colorprofile.TrueColor}), Now: time.Unix(2_000, 0)}
}

// At every size and at every place of the selection, the page fits and shows it.
func TestThePageFits(t *testing.T) {
	p := &Page{}
	p.SetBuild(rebuilt(60))
	for _, size := range [][2]int{{20, 5}, {40, 10}, {80, 24}, {110, 60}} {
		for _, to := range []int{0, 1, 30, 59, 58, 3, 0} {
			p.at = build.StepRef{Step: to}
			lines := p.View(look(), keys.Default(), size[0], size[1])
			if len(lines) > size[1] {
				t.Fatalf("%d lines at %v", len(lines), size)
			}
			found := false
			for _, l := range lines {
				if w := widget.Width(l); w != size[0] {
					t.Fatalf("a line of %d cells at %v: %q", w, size, l)
				}
				found = found || strings.Contains(l, "▸")
			}
			if !found {
				t.Errorf("step %d is not on the page at %v", to, size)
			}
		}
	}
}

// A page costs what is seen of it, not what there is.
func BenchmarkPage(b *testing.B) {
	p := &Page{}
	p.SetBuild(rebuilt(5_000))
	for b.Loop() {
		p.View(look(), keys.Default(), 110, 40)
	}
}
