package logs

import (
	"fmt"
	"slices"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Scope is how much of a build's output is shown.
type Scope int

// The scopes.
const (
	ScopeStep  Scope = iota // of the selected step
	ScopeStage              // of all steps of its stage
	ScopeBuild              // of everything
	scopes
)

// String is the scope's word, as the keys at the bottom name it.
func (s Scope) String() string { return [...]string{"step", "stage", "all"}[s] }

// Scope is what is shown now.
func (p *Pane) Scope() Scope { return p.scope }

// NextScope is what `a` would show.
func (p *Pane) NextScope() Scope { return (p.scope + 1) % scopes }

// setScope shows another scope. A window that does not follow stays on the line
// that it has on top.
func (p *Pane) setScope(s Scope) {
	p.scope = s
	p.refresh()
}

// digests lists the vertices whose output the scope has.
func (p *Pane) digests() []string {
	switch {
	case p.build == nil || !p.some && p.scope != ScopeBuild:
		return nil
	case p.scope == ScopeBuild:
		return p.build.Vertices()
	case p.scope == ScopeStep:
		return p.build.Carriers(p.ref)
	case p.ref.Stage >= len(p.graph.Stages):
		return nil
	}
	var out []string
	for i := range p.graph.Stages[p.ref.Stage].Steps {
		for _, d := range p.build.Carriers(build.StepRef{Stage: p.ref.Stage, Step: i}) {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// refresh takes in what the build has said of the scope since the last time.
func (p *Pane) refresh() {
	if now := p.digests(); !slices.Equal(now, p.shown) {
		p.shown = slices.Clone(now)
		p.logs = p.logs[:0]
		for _, d := range p.shown {
			p.logs = append(p.logs, p.build.Log(d))
		}
	}
	p.rows.Set(p.logs)
	p.busy = !p.rows.Sync(scanBytes)
	if p.filter.stay != none && !p.busy && p.look.Theme != nil {
		c := p.drawn()
		p.Window.ShowTop(c, c.Find(p.filter.stay))
		p.filter.stay = none
	}
	if !p.search.query.Empty() {
		p.search.found.Set(p.logs)
		done := p.search.found.Sync(scanBytes)
		p.busy = !done || p.busy
		p.arrive(done)
	}
	p.busy = p.seek() || p.busy
}

// Busy says that there is more to look through: the pane wants to be asked again,
// soon, but not before a key.
func (p *Pane) Busy() bool { return p.busy }

// scanBytes is how much text is looked through at once: a key is answered in
// between.
const scanBytes = 1 << 20

// label says where a log comes from, in a scope of several: the stage, or within
// one the line of the step; in a step that runs for several platforms, which.
//
// Stages are told apart by name only, not by hue. Every colour that reads well on
// both backgrounds is a state's already, and a stage in the amber of "running" or
// the red of "failed" would lie. So the one colour that a name ever has is the
// red of a stage that failed: there it means what it means everywhere.
func (p *Pane) label(part int) (text string, role theme.Role) {
	v, _ := p.build.Vertex(p.shown[part])
	if p.scope == ScopeStep {
		return v.Platform, theme.Dim
	}
	i := slices.IndexFunc(v.Steps, func(s build.StepRef) bool {
		_, ok := p.stepOf(s)
		return ok && (p.scope == ScopeBuild && p.build.Plan.Needs(model.NodeID(s.Stage)) || s.Stage == p.ref.Stage)
	})
	if i < 0 {
		return "engine", theme.Dim
	}
	ref := v.Steps[i]
	role = theme.Dim
	if v.Error != "" && !v.Cancelled {
		role = theme.Failed
	}
	if p.scope == ScopeBuild {
		return p.graph.Label(model.NodeID(ref.Stage)), role
	}
	step, _ := p.stepOf(ref)
	return lineLabel(step), role
}

func lineLabel(s model.Step) string { return fmt.Sprintf("L%d", s.Line) }

// labelWidth is how many cells the labels have; 0 when the scope needs none. It
// hangs on what could print, not on what has: nothing moves while it builds.
func (p *Pane) labelWidth() int {
	width := 0
	switch {
	case p.build == nil || p.graph == nil:
	case p.scope == ScopeBuild:
		for i := range p.graph.Stages {
			if id := model.NodeID(i); p.build.Plan.Needs(id) {
				width = max(width, widget.Width(p.graph.Label(id)))
			}
		}
	case p.scope == ScopeStage && p.ref.Stage < len(p.graph.Stages):
		for _, s := range p.graph.Stages[p.ref.Stage].Steps {
			width = max(width, len(lineLabel(s)))
		}
	case p.scope == ScopeStep && len(p.shown) > 1:
		for _, d := range p.shown {
			v, _ := p.build.Vertex(d)
			width = max(width, widget.Width(v.Platform))
		}
	}
	return min(width, max(4, p.width/5))
}

// title says whose output it is.
func (p *Pane) title(look pane.Look, info string) string {
	th := look.Theme
	step, ok := p.step()
	switch {
	case p.build != nil && p.scope == ScopeBuild:
		return th.Render(theme.Title, "whole build") + " " + th.Render(theme.Dim, measure.Plural(len(p.build.Plan.Runs()), "stage"))
	case !ok:
		return th.Render(theme.Title, "log")
	case p.scope == ScopeStage && p.build != nil:
		s := p.graph.Stages[p.ref.Stage]
		return th.Render(theme.Title, s.Label()) + " " + th.Render(theme.Dim, "whole stage, "+measure.Plural(len(s.Steps), "step"))
	}
	return th.Render(theme.Title, p.name(step)) + " " + th.Render(theme.Dim, widget.Truncate(p.graph.Short(step), max(1, p.titleRoom()-max(0, widget.Width(info)-usualInfo)), th.Glyphs.Ellipsis))
}

// name is the step's: its stage and line.
func (p *Pane) name(step model.Step) string {
	return fmt.Sprintf("%s:%d", p.graph.Stages[p.ref.Stage].Label(), step.Line)
}

// usualInfo is how many cells what stands beside the title takes, most of the time.
const usualInfo = 10

// titleRoom is how much of the instruction fits into the title.
func (p *Pane) titleRoom() int {
	step, _ := p.step()
	const frame = 11 // and blanks
	return max(8, p.width-widget.Width(p.name(step))-frame-usualInfo)
}

// OneStep says that only a step's output is shown.
func (p *Pane) OneStep() bool { return p.scope == ScopeStep }
