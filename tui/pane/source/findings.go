package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// SetFindings shows what was found in the file, without those that are accepted.
func (p *Pane) SetFindings(found []finding.Finding) {
	p.findings = slices.DeleteFunc(slices.Clone(found), func(f finding.Finding) bool { return f.Allowed != nil })
	slices.SortStableFunc(p.findings, func(a, b finding.Finding) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return finding.Compare(a, b)
	})
	p.layRows()
	p.reveal()
}

// at are the findings of a line, the worst first. They are said under the last line of
// their step.
func (p *Pane) at(line int) []finding.Finding {
	from, _ := slices.BinarySearchFunc(p.findings, line, func(f finding.Finding, line int) int { return f.Line - line })
	to := from
	for to < len(p.findings) && p.findings[to].Line == line {
		to++
	}
	return p.findings[from:to]
}

// layFindings puts what was found of a step under its last line.
func (p *Pane) layFindings(line int) {
	first := line
	if ref := p.owner[line]; ref.Stage >= 0 {
		step := p.step(ref)
		if line != min(step.EndLine, len(p.graph.Lines)) {
			return
		}
		first = step.Line
	}
	found := p.at(first)
	for i := range found {
		p.rows = append(p.rows, row{line: line, found: &found[i]})
	}
}

// NextFinding is the next line with a finding, or the one before, around the ends; false
// where there is none.
func (p *Pane) NextFinding(by int) (int, bool) {
	var lines []int
	for _, f := range p.findings {
		if f.Line > 0 && (len(lines) == 0 || lines[len(lines)-1] != f.Line) {
			lines = append(lines, f.Line)
		}
	}
	if len(lines) == 0 {
		return 0, false
	}
	if by > 0 {
		for _, l := range lines {
			if l > p.line {
				return l, true
			}
		}
		return lines[0], true
	}
	for _, l := range slices.Backward(lines) {
		if l < p.line {
			return l, true
		}
	}
	return lines[len(lines)-1], true
}

// found draws a finding under its step: how bad it is, what it is, whose rule says so.
func (p painter) found(r row, width int) string {
	th, f := p.look.Theme, r.found
	role := theme.Severity(f.Severity)
	left := widget.Spaces(p.indent()) + th.Render(role, th.Glyphs.Problem+" "+f.Severity.String())
	title := "  " + f.Title
	if width >= roomForTimes { // what is said stands in a column
		title = widget.Spaces(len("medium")-len(f.Severity.String())) + title
	}
	if f.Severity == finding.Info {
		title = th.Render(theme.Dim, title)
	}
	right := th.Render(theme.Dim, " "+f.Rule+" ")
	if room := width - widget.Width(left) - widget.Width(right); room < 24 {
		right = ""
	}
	return widget.Sides(left+title, right, width, th.Glyphs.Ellipsis)
}

// mark is the sign of a line's worst finding, between its number and its text.
func (p painter) mark(line int) string {
	found := p.at(line)
	if len(found) == 0 {
		return "  "
	}
	worst := slices.MaxFunc(found, func(a, b finding.Finding) int { return int(a.Severity) - int(b.Severity) }).Severity
	return p.look.Theme.Render(theme.Severity(worst), p.look.Theme.Glyphs.Problem) + " "
}

// info is what the frame says of the file: what is wrong with it, or where the cursor is.
func (p *Pane) info(th *theme.Theme) string {
	dot := th.Render(theme.Dim, " "+th.Glyphs.Dot+" ")
	var parts []string
	if problems := p.problems(); len(problems) > 0 {
		role := theme.Warning
		if slices.ContainsFunc(problems, func(pr model.Problem) bool { return pr.Level == model.LevelError }) {
			role = theme.Error
		}
		parts = append(parts, th.Render(role, th.Glyphs.Problem+" "+measure.Plural(len(problems), "problem")))
	}
	if len(p.findings) > 0 {
		role := theme.Dim
		if finding.Count(p.findings).AtLeast(finding.Medium) > 0 {
			role = theme.Warning
		}
		parts = append(parts, th.Render(role, th.Glyphs.Problem+" "+finding.Count(p.findings).String()))
	}
	if len(parts) == 0 {
		return th.Render(theme.Dim, fmt.Sprintf("%d/%d", p.line, len(p.graph.Lines)))
	}
	return strings.Join(parts, dot)
}
