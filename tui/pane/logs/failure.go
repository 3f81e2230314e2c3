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
// Dockerfile's lines, what to do next. It takes at most half of the pane, so
// that the end of the log stays visible with it.
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
	first := true
	for _, l := range wrapWords(sentence, width-4) {
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
		for i, l := range wrapWords(f.Hint, width-8) {
			lead := "       "
			if i == 0 {
				lead = " " + th.Render(theme.Key, "next") + "  "
			}
			out = append(out, lead+l)
		}
	}
	out = out[:min(len(out), max(1, height*2/3))]
	if p.content(look).Len() == 0 {
		return out
	}
	rule := th.Glyphs.Frame.Horizontal
	label := " output "
	return append(out, th.Render(theme.Border, rule)+th.Render(theme.Dim, label)+
		th.Render(theme.Border, strings.Repeat(rule, max(0, width-1-len(label)))))
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
		if n >= f.Line && n <= end {
			out = append(out, fmt.Sprintf(" %s %s  %s", th.Render(theme.Failed, th.Glyphs.Cursor), th.Render(theme.Failed, fmt.Sprintf("%4d", n)), text))
		} else {
			out = append(out, th.Render(theme.Dim, fmt.Sprintf("   %4d  %s", n, text)))
		}
	}
	return out
}

// wrapWords breaks plain text between words.
func wrapWords(text string, width int) []string {
	width = max(8, width)
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && widget.Width(line)+1+widget.Width(word) > width {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}
