// Package logs shows the output of a step, a stage or a whole build: following,
// scrollable, searchable, bounded, and above it, when the step failed, what went
// wrong and where.
package logs

import (
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Pane is a window over a log. Make one with New.
type Pane struct {
	Window widget.LogWindow
	zone   *time.Location // of the times that are shown by the clock

	graph *model.Graph
	build *build.Build
	ref   build.StepRef
	some  bool // ref means something
	scope Scope

	shown  []string           // vertices of the scope
	logs   []*build.LogBuffer // theirs
	rows   *build.Rows        // what the window is over
	prompt prompt
	search search
	filter filter
	wanted wanted
	marked marks
	save   *SaveRequest // nil when none is wanted
	bodyY  int          // row of the pane where the lines begin
	stamps stamps
	look   pane.Look // of the last drawing
	busy   bool      // there is more to look through
	said   string
	sum    summed

	width, height int
}

// New returns a Pane that follows and wraps. Times of day are shown as in the
// zone.
func New(zone *time.Location) *Pane {
	return &Pane{
		Window: widget.LogWindow{Follow: true, Wrap: true}, zone: zone,
		rows: build.NewRows(nil, true), search: newSearch(), filter: filter{stay: none},
	}
}

// SetSize gives the outer size, the frame included.
func (p *Pane) SetSize(width, height int) { p.width, p.height = width, height }

// SetStep says which step is selected; b is nil before the first build, some
// false when no step is. The log of another step or stage is shown from its end;
// that of the whole build stays where it is.
func (p *Pane) SetStep(g *model.Graph, b *build.Build, ref build.StepRef, some bool) {
	other := p.scope != ScopeBuild && (p.some != some || p.ref.Stage != ref.Stage || p.ref != ref && p.scope == ScopeStep)
	if p.build != b {
		p.shown, p.logs, other = nil, nil, true
	}
	p.graph, p.build, p.ref, p.some = g, b, ref, some
	if other {
		p.Window.Follow, p.Window.Left = true, 0
		p.search.at, p.marked, p.wanted = none, marks{}, wanted{}
	}
	p.refresh()
}

func (p *Pane) step() (model.Step, bool) {
	if !p.some {
		return model.Step{}, false
	}
	return p.stepOf(p.ref)
}

// stepOf is a step of the Dockerfile as it is now, which may have lost some since
// the build.
func (p *Pane) stepOf(ref build.StepRef) (model.Step, bool) {
	if p.graph == nil || ref.Stage < 0 || ref.Stage >= len(p.graph.Stages) {
		return model.Step{}, false
	}
	steps := p.graph.Stages[ref.Stage].Steps
	if ref.Step < 0 || ref.Step >= len(steps) {
		return model.Step{}, false
	}
	return steps[ref.Step], true
}

func (p *Pane) status() build.Step {
	if p.build == nil || !p.some {
		return build.Step{}
	}
	return p.build.Step(p.ref)
}

// failure is why the build failed, if it was this step that did or none, or one
// of the scope's.
func (p *Pane) failure() *build.Failure {
	if p.build == nil || p.build.End == nil || !p.some {
		return nil
	}
	f := p.build.End.Failure
	if f == nil || f.Step == nil || *f.Step == p.ref || p.scope == ScopeBuild || p.scope == ScopeStage && f.Step.Stage == p.ref.Stage {
		return f // that of no step concerns them all
	}
	return nil
}

// content is the lines of the log as the window sees them, which gets the room
// that it has.
func (p *Pane) content(look pane.Look) *content {
	p.look = look
	p.refresh()
	p.lay(look)
	return p.drawn()
}

// drawn is the content as it is, in the look of the last drawing.
func (p *Pane) drawn() *content { return &content{Pane: p, look: p.look, labels: p.labelWidth()} }

// lay divides the pane: what stands above the log, and below it.
func (p *Pane) lay(look pane.Look) (head, foot []string) {
	w, h := widget.Frame{Width: p.width, Height: p.height}.Inside()
	if head = p.head(look, w, h); head == nil {
		head = p.instruction(look, w, h)
	}
	head = p.cause(look, head, w, h)
	foot = p.foot(look.Theme, w, h)
	if p.rows.Len() > 0 && len(foot) == 0 && h >= 6 {
		foot = p.beside(look, w, max(1, h/6))
	}
	p.Window.SetSize(w, max(0, h-len(head)-len(foot)))
	p.bodyY = 1 + len(head)
	return head, foot
}

// View draws the pane with its frame.
func (p *Pane) View(look pane.Look) []string {
	th := look.Theme
	c := p.content(look)
	f := widget.Frame{Width: p.width, Height: p.height, Focus: look.Focus}
	w, h := f.Inside()
	head, foot := p.lay(look)
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
		if p.scope == ScopeStep {
			body = append(body, p.summary(look, w, h-len(head)-len(body))...)
		}
	}
	f.Title = p.title(look, f.Info)
	lines := append(head, body...)
	for len(lines) < h-len(foot) {
		lines = append(lines, "")
	}
	return f.Render(th, append(lines[:max(0, h-len(foot))], foot...))
}

func (p *Pane) info(look pane.Look, c *content) string {
	th := look.Theme
	if !p.Window.Follow {
		return th.Render(theme.Dim, p.position(c))
	}
	if p.running() {
		return th.Render(theme.Running, "following "+th.Glyphs.Follow)
	}
	return th.Render(theme.Dim, measure.Plural(p.rows.Written(), "line"))
}

// position is where the window stands: at the marked line while that is in view, else
// at the line on top.
func (p *Pane) position(c *content) string {
	at, word := p.Window.Top(), ""
	if from, to := p.Window.Visible(c); p.marked.on && p.marked.from == p.marked.to {
		if i := c.Find(p.marked.from); i >= from && i < to {
			at, word = i, "marked "
		}
	}
	return word + measure.Count(max(1, p.rows.LinesTo(at))) + "/" + measure.Count(p.rows.Lines())
}

// running says whether what is shown may go on.
func (p *Pane) running() bool {
	switch {
	case p.scope == ScopeBuild:
		return p.build.Running()
	case p.scope == ScopeStage:
		return p.build.Stage(p.ref.Stage).State == build.Running
	}
	return p.status().State == build.Running
}
