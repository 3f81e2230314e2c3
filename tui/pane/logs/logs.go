// Package logs shows the output of one step: following, scrollable, searchable,
// bounded, and above it, when the step failed, what went wrong and where.
package logs

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

// failure is why the build failed, if it was this step that did.
func (p *Pane) failure() *build.Failure {
	if p.build == nil || p.build.End == nil || !p.some {
		return nil
	}
	f := p.build.End.Failure
	if f == nil || f.Step == nil || *f.Step != p.ref {
		return nil
	}
	return f
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
	foot := p.search.view(th, c, w)
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
	label := fmt.Sprintf("%s:%d", p.graph.Stages[p.ref.Stage].Label(), step.Line)
	return th.Render(theme.Title, label) + " " + th.Render(theme.Dim, widget.Truncate(step.Text, max(8, p.width-widget.Width(label)-24), th.Glyphs.Ellipsis))
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

// empty is what stands where a log would, when there is none: what is known of
// the step instead.
func (p *Pane) empty(look pane.Look, width int) []string {
	th := look.Theme
	step, ok := p.step()
	if !ok {
		return []string{th.Render(theme.Dim, " select a step to see its output")}
	}
	s := p.status()
	if lines := p.transfers(look, s, width); len(lines) > 0 {
		return lines
	}
	say := func(text string) []string { return []string{th.Render(theme.Dim, " "+text)} }
	switch {
	case p.build == nil:
		return say("not built yet: press b")
	case s.State == build.Skipped:
		return say("the target does not need this stage: BuildKit skips it")
	case !step.Vertex:
		return say(step.Command + " only changes the image's configuration: nothing runs")
	case s.State == build.Cached:
		return say("from the cache: nothing ran, so there is no output")
	case s.State == build.Waiting && p.build.End != nil:
		return say("the build ended before it was this step's turn")
	case s.State == build.Waiting:
		return say("waiting" + p.waitsFor())
	case s.State == build.Running:
		return say("running, no output so far")
	case s.State == build.Cancelled:
		return say("stopped with the build: there is no output")
	case s.Error != "":
		return []string{" " + th.Render(theme.Error, widget.Truncate(s.Error, width-2, th.Glyphs.Ellipsis))}
	}
	return say("ended without output")
}

// waitsFor names what the step's stage waits for.
func (p *Pane) waitsFor() string {
	var names []string
	for _, e := range p.graph.Into(model.NodeID(p.ref.Stage)) {
		if !p.graph.IsStage(e.From) || e.Step > p.ref.Step {
			continue
		}
		if st := p.build.Stage(int(e.From)); !st.State.Ended() {
			names = append(names, p.graph.Label(e.From))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " for " + strings.Join(names, ", ")
}

// transfers are the downloads and the like of a step without output.
func (p *Pane) transfers(look pane.Look, s build.Step, width int) []string {
	th := look.Theme
	var out []string
	for _, d := range s.Vertices {
		for _, t := range p.build.Progress(d) {
			out = append(out, transfer(th, t, width))
		}
	}
	return out
}

func transfer(th *theme.Theme, t build.Progress, width int) string {
	right := measure.Bytes(t.Current)
	switch {
	case t.Done && t.Current == 0:
		right = "done"
	case t.Total > 0 && !t.Done:
		const cells = 12
		full := int(cells * min(t.Current, t.Total) / t.Total)
		right = th.Render(theme.Running, strings.Repeat(th.Glyphs.Full, full)) +
			th.Render(theme.Dim, strings.Repeat(th.Glyphs.Empty, cells-full)) +
			fmt.Sprintf(" %s / %s", measure.Bytes(t.Current), measure.Bytes(t.Total))
	case t.Done && t.Total > 0:
		right = measure.Bytes(t.Total)
	}
	id := t.ID
	if digest, ok := strings.CutPrefix(id, "sha256:"); ok && len(digest) > 12 {
		id = "sha256:" + digest[:12]
	}
	return widget.Fit(" "+th.Render(theme.Dim, id)+"  "+right, width-1, th.Glyphs.Ellipsis)
}
