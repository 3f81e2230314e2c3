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

// rows draws a Pane's rows in a look.
type rows struct {
	*Pane
	look pane.Look
}

// Widths of the columns at the right.
const (
	wordWidth  = 11 // glyph, blank, the longest state's word
	timeWidth  = 7
	causeWidth = 10 // glyph, blank, the longest kind of cause's word
	roomy      = 52 // from here on the state's word is shown beside its glyph
)

// Row draws one step: mark, line, instruction, state, time.
func (r rows) Row(i, width int, selected, focus bool) string {
	th := r.look.Theme
	line := r.row(i, max(0, width-2), selected) + " "
	mark := " "
	if selected {
		mark = th.Glyphs.Cursor
	}
	line = mark + line
	return th.Row(line, selected, focus)
}

func (r rows) row(i, width int, selected bool) string {
	th := r.look.Theme
	ref, step, from := r.at(i)
	right := ""
	if r.build != nil && step.Vertex {
		right = r.cause(ref, width) + r.status(ref, width)
	}
	left := r.look.Mark(ref) + th.Render(theme.Dim, fmt.Sprintf("%3d", step.Line)) + "  " + from
	room := max(0, width-widget.Width(left)-widget.Width(right)-1)
	text := widget.Truncate(r.graph.Short(step), room, th.Glyphs.Ellipsis)
	return widget.Sides(left+r.paint(text, step, selected), right, width, th.Glyphs.Ellipsis)
}

// at is the step of row i; from is what stands before it in an external's list.
func (r rows) at(i int) (ref build.StepRef, step model.Step, from string) {
	g := r.graph
	if g.IsStage(r.node) {
		return build.StepRef{Stage: int(r.node), Step: i}, g.Stages[r.node].Steps[i], ""
	}
	e := r.uses[i]
	ref = build.StepRef{Stage: int(e.To), Step: e.Step}
	step = model.Step{Line: e.Line}
	if steps := g.Stages[e.To].Steps; e.Step < len(steps) {
		step = steps[e.Step]
	}
	return ref, step, r.look.Theme.Render(theme.Bold, g.Label(e.To)) + "  "
}

// paint tells the command from its arguments; what makes no vertex is quiet.
func (r rows) paint(text string, step model.Step, selected bool) string {
	th := r.look.Theme
	if !step.Vertex && r.build != nil && step.Command != "FROM" && !selected {
		return th.Render(theme.Dim, text)
	}
	if rest, ok := strings.CutPrefix(text, step.Command); ok {
		return th.Render(theme.Bold, step.Command) + rest
	}
	return text
}

// cause marks a step that ran again: with the kind of reason where there is room.
func (r rows) cause(ref build.StepRef, width int) string {
	th := r.look.Theme
	c, ok := r.build.Cause(ref)
	switch {
	case !ok || width < roomy-16:
		return ""
	case width < roomy:
		return th.Render(theme.Dim, th.Glyphs.Again) + " "
	}
	return th.Render(theme.Dim, widget.Fit(th.Glyphs.Again+" "+c.Kind.Word(), causeWidth, "")) + " "
}

func (r rows) status(ref build.StepRef, width int) string {
	th := r.look.Theme
	s := r.build.Step(ref)
	role := theme.StateRole(s.State)
	label := th.Glyphs.State(s.State)
	if s.State == build.Running {
		label = th.Glyphs.Spinner(r.look.Now)
	}
	word := s.State.String()
	if at := r.look.Stop; at != nil && at.Step != nil && *at.Step == ref && s.State == build.Waiting {
		role, label, word = theme.Warning, th.Glyphs.Break, "stopped"
	}
	pct := ""
	if s.State == build.Running {
		pct = r.percent(s.Vertices)
	}
	switch {
	case width >= roomy && pct != "":
		label = widget.Fit(label+" "+pct, wordWidth, "")
	case width >= roomy:
		label = widget.Fit(label+" "+word, wordWidth, "")
	case pct != "":
		return th.Render(role, label+widget.FitRight(pct, timeWidth, ""))
	}
	took := ""
	switch d := s.Elapsed(r.look.Now); {
	case s.State == build.Running:
		took = measure.Ticking(d)
	case s.State == build.Cached, len(s.Intervals) == 0:
	default:
		took = measure.Duration(d)
	}
	return th.Render(role, label) + th.Render(theme.Dim, widget.FitRight(took, timeWidth, ""))
}

// percent is how far the transfers of the vertices are; "" where nobody knows,
// and when all has come.
func (r rows) percent(vertices []string) string {
	var current, total int64
	for _, d := range vertices {
		for _, p := range r.build.Progress(d) {
			if p.Total > 0 {
				current += min(p.Current, p.Total)
				total += p.Total
			}
		}
	}
	if current >= total { // what came is being unpacked, or nothing comes
		return ""
	}
	return fmt.Sprintf("%d %%", 100*current/total)
}
