// Package steps shows the instructions of one stage, each with its line in the
// Dockerfile, state and time; of an external node, who uses it.
package steps

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Pane is a list of steps. Set what it shows with SetNode; the zero Pane is empty.
type Pane struct {
	widget.List
	graph *model.Graph
	build *build.Build // nil before the first build
	plan  model.Plan
	node  model.NodeID
	uses  []model.Edge // of an external node
	width int
	outer int // height, frame included
}

// SetSize gives the outer size, the frame included.
func (p *Pane) SetSize(width, height int) {
	p.width, p.outer = width, height
	p.SetHeight(height - 2)
}

// SetNode says which node's steps to show, and in which light: before a build
// (b is nil) the plan says what would run.
func (p *Pane) SetNode(g *model.Graph, b *build.Build, plan model.Plan, id model.NodeID) {
	if p.graph != g || p.node != id {
		p.Cursor, p.Offset = 0, 0
	}
	p.graph, p.build, p.plan, p.node, p.uses = g, b, plan, id, nil
	if g != nil && !g.IsStage(id) && id != model.None {
		p.uses = g.OutOf(id)
	}
}

// Len is the number of rows.
func (p *Pane) Len() int {
	switch {
	case p.graph == nil:
		return 0
	case p.graph.IsStage(p.node):
		return len(p.graph.Stages[p.node].Steps)
	}
	return len(p.uses)
}

// Step is the step under the cursor: of an external node, the one that uses it.
func (p *Pane) Step() (build.StepRef, bool) {
	if p.Cursor < 0 || p.Cursor >= p.Len() {
		return build.StepRef{}, false
	}
	if p.graph.IsStage(p.node) {
		return build.StepRef{Stage: int(p.node), Step: p.Cursor}, true
	}
	e := p.uses[p.Cursor]
	return build.StepRef{Stage: int(e.To), Step: e.Step}, true
}

// View draws the pane with its frame.
func (p *Pane) View(look pane.Look) []string {
	th := look.Theme
	f := widget.Frame{
		Width: p.width, Height: p.outer, Focus: look.Focus,
		Title: p.title(look), Info: p.info(look), Scroll: p.Scroll(p.Len()),
	}
	w, _ := f.Inside()
	lines := p.Render(rows{p, look}, w, look.Focus)
	if p.Len() == 0 {
		lines = []string{th.Render(theme.Dim, " no steps")}
	}
	return f.Render(th, lines)
}

func (p *Pane) title(look pane.Look) string {
	th := look.Theme
	if p.graph == nil || p.node == model.None {
		return th.Render(theme.Title, "steps")
	}
	title := th.Render(theme.Title, p.graph.Label(p.node))
	if x, ok := p.graph.External(p.node); ok {
		return title + " " + th.Render(theme.Dim, string(x.Kind))
	}
	s := p.graph.Stages[p.node]
	if s.Platform != "" {
		title += " " + th.Render(theme.Dim, s.Platform)
	}
	return title
}

// info is the stage as a whole: how far it is and how long it took.
func (p *Pane) info(look pane.Look) string {
	th := look.Theme
	if p.graph == nil || !p.graph.IsStage(p.node) {
		return ""
	}
	s := p.graph.Stages[p.node]
	lines := th.Render(theme.Dim, fmt.Sprintf("lines %d-%d", s.Line, s.EndLine))
	if s.Line == s.EndLine {
		lines = th.Render(theme.Dim, fmt.Sprintf("line %d", s.Line))
	}
	if p.build == nil {
		if !p.plan.Needs(p.node) {
			return th.StateLabel(build.Skipped)
		}
		return lines
	}
	st := p.build.Stage(int(p.node))
	parts := []string{th.StateLabel(st.State)}
	if look.Stop != nil && look.Stop.Stage == int(p.node) {
		parts[0] = th.Render(theme.Warning, th.Glyphs.Break+" stopped")
	}
	if st.State != build.Skipped && st.Total > 0 {
		parts = append(parts, fmt.Sprintf("%d/%d", st.Done, st.Total))
	}
	if d := st.Elapsed(look.Now); d > 0 && st.State != build.Cached {
		if st.State == build.Running {
			parts = append(parts, measure.Ticking(d))
		} else {
			parts = append(parts, measure.Duration(d))
		}
	}
	return strings.Join(parts, " ")
}
