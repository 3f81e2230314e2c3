package source

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// painter draws a Pane's rows in a look.
type painter struct {
	*Pane
	look   pane.Look
	cursor build.StepRef
	on     bool // the cursor is on a step
}

func (p painter) Len() int { return len(p.rows) }

// Row draws one row: gutter and text. The whole step under the cursor is marked,
// the cursor's own line by its glyph.
func (p painter) Row(i, width int, selected, focus bool) string {
	th := p.look.Theme
	r := p.rows[i]
	switch {
	case r.note != nil:
		return p.note(r, width)
	case r.found != nil:
		return p.found(r, width)
	}
	ref := p.owner[r.line]
	mark := " "
	if selected {
		mark = th.Glyphs.Cursor
	}
	line := widget.Fit(mark+p.gutter(ref, r.line)+p.marked(p.text(r.line), r.line), width, th.Glyphs.Ellipsis)
	switch {
	case focus && selected:
		return th.Over(theme.Selected, line)
	case p.on && ref == p.cursor: // quieter: a step may be many lines
		return th.Over(theme.SelectedBlur, line)
	}
	return line
}

func (p painter) note(r row, width int) string {
	th := p.look.Theme
	role := theme.Warning
	if r.note.Level == model.LevelError {
		role = theme.Error
	}
	mark := " "
	if r.first {
		mark = th.Glyphs.Problem
	}
	text := widget.Spaces(p.indent()) + mark + " " + r.text
	return th.Render(role, widget.Fit(text, width, th.Glyphs.Ellipsis))
}

// text is a line of the file in its colours.
func (p painter) text(line int) string {
	th := p.look.Theme
	if st := p.stage[line]; st >= 0 && !p.plan.Needs(model.NodeID(st)) {
		return th.Render(theme.Skipped, p.graph.Lines[line-1])
	}
	var b strings.Builder
	for _, s := range p.spans[line] {
		b.WriteString(th.Render(s.role, s.text))
	}
	return b.String()
}

// gutter is what stands before a line's text, but for the cursor: state, time,
// a bracket along the lines of a step, and the number.
func (p painter) gutter(ref build.StepRef, line int) string {
	th := p.look.Theme
	number := th.Render(theme.Dim, fmt.Sprintf("%*d", p.digits(), line))
	mark, first := " ", ref.Stage >= 0 && p.step(ref).Line == line
	if first {
		mark = p.look.Mark(ref)
	}
	if !p.hasStates() {
		return mark + number + p.mark(line)
	}
	glyph, took := " ", ""
	if first {
		glyph, took = p.state(ref)
	}
	out := mark + glyph
	if p.hasTimes() {
		out += widget.FitRight(took, timeWidth, "")
	}
	return out + " " + th.Render(theme.Dim, p.bracket(ref, line)) + number + p.mark(line)
}

// state is the glyph of a step, and how long it took or where it came from.
func (p painter) state(ref build.StepRef) (glyph, took string) {
	th := p.look.Theme
	step := p.step(ref)
	if !step.Vertex || !p.plan.Needs(model.NodeID(ref.Stage)) {
		if step.Index == 0 && !p.plan.Needs(model.NodeID(ref.Stage)) {
			return th.StateGlyph(build.Skipped), th.Render(theme.Skipped, build.Skipped.String())
		}
		return " ", ""
	}
	s := p.build.Step(ref)
	role := theme.StateRole(s.State)
	switch elapsed := s.Elapsed(p.look.Now); {
	case s.State == build.Running:
		return th.Render(role, th.Glyphs.Spinner(p.look.Now)), th.Render(role, measure.Ticking(elapsed))
	case s.State == build.Cached:
		took = th.Render(role, s.State.String())
	case elapsed > 0:
		took = th.Render(theme.Dim, measure.Duration(elapsed))
	}
	return th.StateGlyph(s.State), took
}

// bracket holds the lines of a step together that has several.
func (p painter) bracket(ref build.StepRef, line int) string {
	if ref.Stage < 0 {
		return " "
	}
	g, step := p.look.Theme.Glyphs, p.step(ref)
	switch {
	case step.EndLine <= step.Line:
		return " "
	case line == step.Line:
		return g.Frame.TopLeft
	case line == step.EndLine:
		return g.Frame.BottomLeft
	}
	return g.Frame.Vertical
}

func (p *Pane) step(ref build.StepRef) model.Step { return p.graph.Stages[ref.Stage].Steps[ref.Step] }

func (p *Pane) digits() int { return max(3, len(strconv.Itoa(len(p.graph.Lines)))) }

// timeWidth is for the longest of "12.3s", "59m59s", "cached" and "skipped", and a
// blank.
const timeWidth = 8

// roomForTimes is the width from which on times leave enough for the text.
const roomForTimes = 60

func (p *Pane) hasStates() bool { return p.build != nil }
func (p *Pane) hasTimes() bool  { return p.hasStates() && p.width >= roomForTimes }

// indent is where a line's text begins.
func (p *Pane) indent() int {
	n := 1 + 1 + p.digits() + 2
	if p.hasStates() {
		n += 3
	}
	if p.hasTimes() {
		n += timeWidth
	}
	return n
}
