package builds

import (
	"fmt"

	"github.com/stagedive/stagedive/model/build/compare"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// viewComparison draws the two builds side by side.
func (p *Page) viewComparison(look pane.Look, f widget.Frame) []string {
	th := look.Theme
	a, b := p.Pair()
	f.Title = th.Render(theme.Title, "compare "+history.Short(a.Ref, p.records)+" "+th.Glyphs.Arrow+" "+history.Short(b.Ref, p.records))
	f.Info = th.Render(theme.Dim, b.Title())
	f.Footer = th.Render(theme.Key, "esc") + th.Render(theme.Dim, " back to the list")
	w, h := f.Inside()
	if p.compared == nil {
		return f.Render(th, []string{"", "  " + th.Render(theme.Dim, th.Glyphs.Spinner(look.Now)+" reading both builds")})
	}
	lines := p.comparison(look, w)
	p.lines, p.height = len(lines), h
	p.offset = max(0, min(p.offset, p.lines-h))
	f.Scroll = widget.Scroll{Offset: p.offset, Visible: h, Total: len(lines)}
	return f.Render(th, lines[p.offset:])
}

// heading names a build above its column: when it began; where that has no room,
// its ref.
func (p *Page) heading(r history.Record, look pane.Look, width int) string {
	if s := measure.Moment(r.Started, look.Now); len(s) <= cellWidth(width) {
		return s
	}
	return history.Short(r.Ref, p.records)
}

func (p *Page) comparison(look pane.Look, width int) []string {
	a, b := p.Pair()
	return comparison(look.Theme, *p.compared, p.heading(a, look, width), p.heading(b, look, width), width)
}

// comparison is a line for the whole, for each stage, and for each step that
// tells why the builds differ.
func comparison(th *theme.Theme, c compare.Comparison, a, b string, width int) []string {
	t := sides{th: th, width: width}
	out := []string{"", t.line("", theme.Dim, a, b, 0, "", theme.Dim), t.line("total", theme.Bold, measure.Duration(c.A.Elapsed), measure.Duration(c.B.Elapsed), 0, measure.Delta(c.Delta), trend(c.Delta.Seconds()))}
	out = append(out, t.line("steps from the cache", theme.Text, fmt.Sprint(c.A.Cached), fmt.Sprint(c.B.Cached), 0, signed(c.B.Cached-c.A.Cached), trend(float64(c.A.Cached-c.B.Cached))), "")
	for _, l := range widget.WrapWords(c.Where(), width-2) {
		role := theme.Text
		if c.Broke != nil {
			role = theme.Warning
		}
		out = append(out, " "+th.Render(role, l))
	}
	for i, s := range c.Stages {
		out = append(out, "", t.line(s.Name, theme.Bold, s.A.Cell(), s.B.Cell(), 0, measure.Delta(s.Delta), trend(s.Delta.Seconds())))
		quiet := 0
		for k, step := range s.Steps {
			if !step.Notable() {
				quiet++
				continue
			}
			first := c.Broke != nil && *c.Broke == compare.Broke{Stage: i, Step: k}
			out = append(out, t.step(step, first))
		}
		if quiet > 0 {
			out = append(out, th.Render(theme.Dim, widget.Fit("    "+measure.Plural(quiet, "step")+" alike", width, "")))
		}
	}
	return out
}

func signed(n int) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%+d", n)
}

// trend is the role of a difference: better is good, worse a warning.
func trend(worse float64) theme.Role {
	switch {
	case worse >= 0.05:
		return theme.Warning
	case worse <= -0.05:
		return theme.Good
	}
	return theme.Dim
}

// sides lays lines out in columns: what, the first build, the second, the
// difference.
type sides struct {
	th    *theme.Theme
	width int
}

// cellWidth is that of a column of times.
func cellWidth(width int) int {
	if width < 90 {
		return 9
	}
	return 12
}

func (t sides) line(what string, role theme.Role, a, b string, indent int, delta string, deltaRole theme.Role) string {
	cell := cellWidth(t.width)
	room := max(4, t.width-3*(cell+1)-2-indent)
	g := t.th.Glyphs.Ellipsis
	return " " + widget.Spaces(indent) + t.th.Render(role, widget.Fit(what, room, g)) +
		" " + widget.FitRight(a, cell, g) + " " + widget.FitRight(b, cell, g) +
		" " + t.th.Render(deltaRole, widget.FitRight(delta, cell, g)) + " "
}

// step is one step; what its times do not say stands behind its text.
func (t sides) step(s compare.Step, first bool) string {
	note := s.Note()
	switch {
	case first && s.Cache == compare.Lost:
		note = "broke first"
	case first:
		note += ", broke first"
	}
	what := s.Half().Place(1 << 10)
	room := max(4, t.width-3*(cellWidth(t.width)+1)-2-3)
	if note != "" {
		what = widget.Truncate(what, max(8, room-widget.Width(note)-3), t.th.Glyphs.Ellipsis) + " " + t.th.Glyphs.Dot + " " + note
	}
	role := theme.Text
	switch {
	case first:
		role = theme.Warning
	case s.Cache == compare.Gained:
		role = theme.Cached
	}
	return t.line(what, role, s.A.Cell(), s.B.Cell(), 3, measure.Delta(s.Delta), trend(s.Delta.Seconds()))
}
