// Package logs shows the output of one step: following, scrollable, searchable,
// bounded, and above it, when the step failed, what went wrong and where.
package logs

import (
	"fmt"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Pane is a window over a step's log. Make one with New.
type Pane struct {
	Window widget.LogWindow
	search search

	graph *model.Graph
	build *build.Build
	ref   build.StepRef
	some  bool // ref means something

	width, height int
}

// New returns a Pane that follows and wraps.
func New() *Pane {
	return &Pane{Window: widget.LogWindow{Follow: true, Wrap: true}}
}

// SetSize gives the outer size, the frame included.
func (p *Pane) SetSize(width, height int) { p.width, p.height = width, height }

// SetStep says whose log to show; b is nil before the first build, some false
// when no step is selected. Another step's log is shown from its end.
func (p *Pane) SetStep(g *model.Graph, b *build.Build, ref build.StepRef, some bool) {
	if p.build != b || p.ref != ref || p.some != some {
		p.Window.Follow, p.Window.Left = true, 0
		p.search.stale()
	}
	p.graph, p.build, p.ref, p.some = g, b, ref, some
}

func (p *Pane) step() (model.Step, bool) {
	if !p.some || p.graph == nil || p.ref.Stage >= len(p.graph.Stages) {
		return model.Step{}, false
	}
	steps := p.graph.Stages[p.ref.Stage].Steps
	if p.ref.Step >= len(steps) {
		return model.Step{}, false
	}
	return steps[p.ref.Step], true
}

func (p *Pane) status() build.Step {
	if p.build == nil || !p.some {
		return build.Step{}
	}
	return p.build.Step(p.ref)
}

// failure is why the build failed, if it was this step that did or none.
func (p *Pane) failure() *build.Failure {
	if p.build == nil || p.build.End == nil || !p.some {
		return nil
	}
	f := p.build.End.Failure
	if f == nil || f.Step != nil && *f.Step != p.ref {
		return nil
	}
	return f // that of no step concerns them all
}

// content is the lines of the log as the window sees them.
func (p *Pane) content(look pane.Look) *content {
	c := &content{look: look, search: &p.search, stamps: p.width >= 46}
	if p.build == nil {
		return c
	}
	c.start = p.build.Started
	for _, d := range p.status().Vertices {
		if l := p.build.Log(d); l != nil && l.Len() > 0 {
			c.parts = append(c.parts, l)
		}
	}
	return c
}

// View draws the pane with its frame.
func (p *Pane) View(look pane.Look) []string {
	th := look.Theme
	f := widget.Frame{Width: p.width, Height: p.height, Focus: look.Focus, Title: p.title(look)}
	w, h := f.Inside()
	c := p.content(look)
	head := p.head(look, w, h)
	if head == nil {
		head = p.instruction(look, w, h)
	}
	foot := p.search.view(th, c, w)
	if c.Len() > 0 && len(foot) == 0 && h >= 6 {
		foot = p.beside(look, w, max(1, h/6))
	}
	p.Window.SetSize(w, max(0, h-len(head)-len(foot)))
	var body []string
	if c.Len() > 0 {
		body = p.Window.Render(c, th.Glyphs.Ellipsis)
		if len(foot) == 0 {
			f.Scroll = p.Window.Position(c)
		}
		f.Info = p.info(look, c)
	} else {
		body = p.empty(look, w)
		if jobs := p.beside(look, w, h); len(jobs) > 0 {
			body = append(append(body, ""), jobs...)
		}
	}
	lines := append(head, body...)
	for len(lines) < h-len(foot) {
		lines = append(lines, "")
	}
	return f.Render(th, append(lines[:max(0, h-len(foot))], foot...))
}

func (p *Pane) title(look pane.Look) string {
	th := look.Theme
	step, ok := p.step()
	if !ok {
		return th.Render(theme.Title, "log")
	}
	return th.Render(theme.Title, p.label(step)) + " " + th.Render(theme.Dim, widget.Truncate(step.Text, p.titleRoom(), th.Glyphs.Ellipsis))
}

func (p *Pane) label(step model.Step) string {
	return fmt.Sprintf("%s:%d", p.graph.Stages[p.ref.Stage].Label(), step.Line)
}

// titleRoom is how much of the instruction fits into the title.
func (p *Pane) titleRoom() int {
	step, _ := p.step()
	const beside = 21 // frame, blanks, and what stands at the right
	return max(8, p.width-widget.Width(p.label(step))-beside)
}

func (p *Pane) info(look pane.Look, c *content) string {
	th := look.Theme
	if p.Window.Follow {
		if p.status().State == build.Running {
			return th.Render(theme.Running, "following "+th.Glyphs.Follow)
		}
		return th.Render(theme.Dim, measure.Plural(c.total(), "line"))
	}
	return th.Render(theme.Dim, measure.Count(p.Window.Top()+1)+"/"+measure.Count(c.Len()))
}
