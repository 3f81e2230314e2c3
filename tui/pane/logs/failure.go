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

// head is what stands above the log of a failed step: what happened, the
// Dockerfile's lines, what to do next. It leaves the end of the log, if there is
// one, a quarter of the pane.
func (p *Pane) head(look pane.Look, width, height int) []string {
	f := p.failure()
	if f == nil || height < 3 {
		return nil
	}
	th := look.Theme
	if p.scope != ScopeStep && p.rows.Len() > 0 { // who looks at more than the step reads the log
		line := widget.Truncate(th.Glyphs.Failed+" "+p.inOneLine(f), width-2, th.Glyphs.Ellipsis)
		return []string{" " + th.Render(theme.Failed, line), rule(th, width)}
	}
	var out []string
	mark := th.Glyphs.Failed + " "
	for _, l := range widget.WrapWords(p.sentence(look, f), max(8, width-4)) {
		out = append(out, " "+th.Render(theme.Failed, mark+l))
		mark = "  "
	}
	after := append(hint(th, f.Hint, width), ways(look, width)...)
	tail := 0 // rows of the log, and the rule above it
	if p.rows.Len() > 0 {
		tail = 1 + p.tailRows(height)
	}
	out = append(out, p.excerpt(look, f, width, max(1, height-tail-len(out)-len(after)))...)
	out = append(out, after...)
	if p.rows.Len() == 0 {
		return out[:min(len(out), height)]
	}
	out = out[:min(len(out), max(1, height-tail))]
	return append(out, rule(th, width))
}

// tailRows is how many rows the end of a failed step's log keeps.
func (p *Pane) tailRows(height int) int {
	if p.rows.Len() == 0 {
		return 0
	}
	return max(1, min(p.rows.Len(), max(height/4, min(3, height/3))))
}

// inOneLine says what failed, and where: for who looks at more than the step.
func (p *Pane) inOneLine(f *build.Failure) string {
	if step, ok := p.failedStep(f); ok && f.ExitCode != 0 {
		return fmt.Sprintf("%s:%d exited with code %d: %s", p.graph.Stages[f.Step.Stage].Label(), step.Line, f.ExitCode, p.graph.Short(step))
	}
	return withCode(f)
}

// sentence says what happened to the step. What failed is not repeated there: the
// lines below show it.
func (p *Pane) sentence(look pane.Look, f *build.Failure) string {
	step, ok := p.failedStep(f)
	if !ok || f.Line <= 0 || f.Line > len(p.graph.Lines) {
		return withCode(f)
	}
	at := fmt.Sprintf(" %s %s:%d", look.Theme.Glyphs.Dot, p.graph.Stages[f.Step.Stage].Label(), f.Line)
	if f.ExitCode != 0 {
		return fmt.Sprintf("exit code %d", f.ExitCode) + at
	}
	const failed = " failed: "
	if i := strings.Index(f.Message, failed); i > 0 && strings.HasPrefix(f.Message, step.Command+" ") {
		return f.Message[i+len(failed):] + at
	}
	return f.Message
}

// failedStep is the step that failed, if one did.
func (p *Pane) failedStep(f *build.Failure) (model.Step, bool) {
	if f.Step == nil {
		return model.Step{}, false
	}
	return p.stepOf(*f.Step)
}

// withCode is the failure's sentence, with its exit code.
func withCode(f *build.Failure) string {
	if f.ExitCode != 0 && !strings.Contains(f.Message, fmt.Sprint(f.ExitCode)) {
		return f.Message + fmt.Sprintf(" (exit code %d)", f.ExitCode)
	}
	return f.Message
}

// hint is what to do next, in words.
func hint(th *theme.Theme, text string, width int) []string {
	if text == "" {
		return nil
	}
	var out []string
	lead := " " + th.Render(theme.Key, "next") + "  "
	for _, l := range widget.WrapWords(text, max(8, width-8)) {
		out = append(out, lead+l)
		lead = widget.Spaces(7)
	}
	return out
}

// ways are the keys that help with a failure, as many as one row has room for.
func ways(look pane.Look, width int) []string {
	th := look.Theme
	line, used := "", 1
	for i, w := range look.Ways {
		sep := ""
		if i > 0 {
			sep = " " + th.Glyphs.Dot + " "
		}
		if used += widget.Width(sep) + widget.Width(w.Key) + 1 + widget.Width(w.Word); used > width-1 {
			break
		}
		line += th.Render(theme.Dim, sep) + th.Render(theme.Key, w.Key) + " " + w.Word
	}
	if line == "" {
		return nil
	}
	return []string{" " + line}
}

// rule parts what stands above the log from the log.
func rule(th *theme.Theme, width int) string {
	line := th.Glyphs.Frame.Horizontal
	const label = " output "
	return th.Render(theme.Border, line) + th.Render(theme.Dim, label) +
		th.Render(theme.Border, strings.Repeat(line, max(0, width-1-len(label))))
}

// instruction is the whole of an instruction that the title has no room for, in
// two rows; in more only where they are a tenth of the pane.
func (p *Pane) instruction(look pane.Look, width, height int) []string {
	step, ok := p.step()
	if !ok || p.scope != ScopeStep && p.build != nil || height < 8 || widget.Width(p.graph.Short(step)) <= p.titleRoom() {
		return nil
	}
	th := look.Theme
	lines := widget.WrapWords(step.Text, max(8, width-2))
	if most := max(2, height/10); len(lines) > most {
		lines = lines[:most]
		lines[most-1] = widget.Truncate(lines[most-1]+" "+th.Glyphs.Ellipsis, width-2, th.Glyphs.Ellipsis)
	}
	var out []string
	for i, l := range lines {
		if rest, ok := strings.CutPrefix(l, step.Command); ok && i == 0 {
			l = th.Render(theme.Bold, step.Command) + rest
		}
		out = append(out, " "+l)
	}
	if p.rows.Len() == 0 {
		return append(out, "")
	}
	return append(out, rule(th, width))
}

// excerpt is the failing lines of the Dockerfile, marked, and a line around them
// where there is room. Where there is less than they take, those in the middle
// are left out.
func (p *Pane) excerpt(look pane.Look, f *build.Failure, width, room int) []string {
	lines := p.graph.Lines
	shown := f.Excerpt(lines, room)
	if len(shown) == 0 {
		return nil
	}
	th := look.Theme
	around := func(n int) string {
		return th.Render(theme.Dim, fmt.Sprintf("   %4d  %s", n, widget.Truncate(lines[n-1], max(0, width-9), th.Glyphs.Ellipsis)))
	}
	spare := room - len(shown)
	last := shown[len(shown)-1]
	wide := 0 // rows that long lines take more
	for _, n := range shown {
		if n != build.Gap {
			wide += len(widget.WrapWords(lines[n-1], max(8, width-9))) - 1
		}
	}
	const plenty = 8 // else the log has more use for the rows
	context := spare-wide >= plenty || p.rows.Len() == 0 && spare-wide >= 2
	if context {
		spare -= 2
	}
	var out []string
	if context && f.Line > 1 {
		out = append(out, around(f.Line-1))
	}
	for i, n := range shown {
		if n == build.Gap {
			gone := shown[i+1] - shown[i-1] - 1
			out = append(out, th.Render(theme.Dim, fmt.Sprintf("      %s  %s", th.Glyphs.Gap, measure.Plural(gone, "line"))))
			continue
		}
		left := fmt.Sprintf(" %s %s  ", th.Render(theme.Failed, th.Glyphs.Cursor), th.Render(theme.Failed, fmt.Sprintf("%4d", n)))
		if widget.Width(lines[n-1]) > width-9 && spare > 0 { // what failed is to be read whole
			pieces := widget.WrapWords(lines[n-1], max(8, width-9))
			pieces = pieces[:min(len(pieces), spare+1)]
			spare -= len(pieces) - 1
			for _, piece := range pieces {
				out = append(out, left+piece)
				left = widget.Spaces(9)
			}
			continue
		}
		out = append(out, left+widget.Truncate(lines[n-1], max(0, width-9), th.Glyphs.Ellipsis))
	}
	if context && last < len(lines) {
		out = append(out, around(last+1))
	}
	return out[:min(len(out), room)]
}
