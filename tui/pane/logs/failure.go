package logs

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// head is what stands above the log of a failed step: the sentence, the
// Dockerfile's lines, what to do next. It takes at most two thirds of the pane, so
// that the end of the log, if there is one, stays visible with it.
func (p *Pane) head(look pane.Look, width, height int) []string {
	f := p.failure()
	if f == nil || height < 3 {
		return nil
	}
	th := look.Theme
	var out []string
	sentence := f.Message
	if f.ExitCode != 0 && !strings.Contains(sentence, fmt.Sprint(f.ExitCode)) {
		sentence += fmt.Sprintf(" (exit code %d)", f.ExitCode)
	}
	if p.scope != ScopeStep && p.rows.Len() > 0 { // who looks at more than the step reads the log
		if f.ExitCode != 0 && f.Step != nil {
			if step, ok := p.stepOf(*f.Step); ok {
				sentence = fmt.Sprintf("%s:%d exited with code %d: %s", p.graph.Stages[f.Step.Stage].Label(), step.Line, f.ExitCode, step.Text)
			}
		}
		line := widget.Truncate(th.Glyphs.Failed+" "+sentence, width-2, th.Glyphs.Ellipsis)
		return []string{" " + th.Render(theme.Failed, line), rule(th, width)}
	}
	first := true
	for _, l := range widget.WrapWords(sentence, max(8, width-4)) {
		mark := "  "
		if first {
			mark = th.Glyphs.Failed + " "
		}
		first = false
		out = append(out, " "+th.Render(theme.Failed, mark+l))
	}
	room := height/2 - len(out) - 1
	out = append(out, p.excerpt(look, f, width, max(1, room-1))...)
	if f.Hint != "" {
		for i, l := range widget.WrapWords(f.Hint, max(8, width-8)) {
			lead := "       "
			if i == 0 {
				lead = " " + th.Render(theme.Key, "next") + "  "
			}
			out = append(out, lead+l)
		}
	}
	if look.Offer != "" {
		out = append(out, " "+widget.Truncate(look.Offer, max(0, width-2), th.Glyphs.Ellipsis))
	}
	if p.rows.Len() == 0 {
		return out[:min(len(out), height)]
	}
	out = out[:min(len(out), max(1, height*2/3))]
	return append(out, rule(th, width))
}

// rule parts what stands above the log from the log.
func rule(th *theme.Theme, width int) string {
	line := th.Glyphs.Frame.Horizontal
	const label = " output "
	return th.Render(theme.Border, line) + th.Render(theme.Dim, label) +
		th.Render(theme.Border, strings.Repeat(line, max(0, width-1-len(label))))
}

// instruction is the whole of an instruction that the title has no room for, in
// at most a quarter of the pane.
func (p *Pane) instruction(look pane.Look, width, height int) []string {
	step, ok := p.step()
	if !ok || p.scope != ScopeStep && p.build != nil || height < 8 || widget.Width(step.Text) <= p.titleRoom() {
		return nil
	}
	th := look.Theme
	lines := widget.WrapWords(step.Text, max(8, width-2))
	if most := max(1, height/4); len(lines) > most {
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
// where there is room.
func (p *Pane) excerpt(look pane.Look, f *build.Failure, width, room int) []string {
	lines := p.graph.Lines
	if f.Line <= 0 || f.Line > len(lines) || room < 1 {
		return nil
	}
	end := max(f.Line, min(f.EndLine, len(lines)))
	from, to := f.Line, min(end, f.Line+room-1)
	if to-from+3 <= room {
		from, to = max(1, from-1), min(len(lines), to+1)
	}
	th := look.Theme
	var out []string
	for n := from; n <= to; n++ {
		text := widget.Truncate(lines[n-1], max(0, width-9), th.Glyphs.Ellipsis)
		if n < f.Line || n > end {
			out = append(out, th.Render(theme.Dim, fmt.Sprintf("   %4d  %s", n, text)))
			continue
		}
		left := fmt.Sprintf(" %s %s  ", th.Render(theme.Failed, th.Glyphs.Cursor), th.Render(theme.Failed, fmt.Sprintf("%4d", n)))
		if spare := room - (to - from + 1); widget.Width(lines[n-1]) > width-9 && spare > 0 { // what failed is to be read whole
			pieces := widget.WrapWords(lines[n-1], max(8, width-9))
			for _, piece := range pieces[:min(len(pieces), spare+1)] {
				out = append(out, left+piece)
				left = widget.Spaces(9)
			}
			continue
		}
		out = append(out, left+text)
	}
	return out[:min(len(out), room)]
}
