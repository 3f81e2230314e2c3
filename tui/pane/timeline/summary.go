package timeline

import (
	"fmt"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// summary says what the build comes to: wall time and critical path; waiting,
// parallelism, and the stage that would save most.
func (p *Pane) summary() []string {
	th, h := p.theme, p.boxes.summary.h
	if h == 0 {
		return nil
	}
	a, sep := p.at, th.Render(theme.Dim, " "+th.Glyphs.Dot+" ")
	took := measure.Duration(p.elapsed())
	if !p.seen.ended {
		took = measure.Ticking(p.elapsed())
	}
	first := " " + th.Render(theme.Bold, took) + sep
	lead := "critical path "
	if room := p.width - widget.Width(first) - len(lead); room > 0 {
		if path := a.Text(th.Glyphs.Arrow, th.Glyphs.Ellipsis, room); path != "" {
			first += th.Render(theme.Dim, lead) + th.Render(theme.Highlight, path)
		} else if p.seen.ended {
			first += th.Render(theme.Dim, "no stage took a noticeable part of it")
		} else {
			first += th.Render(theme.Dim, "no stage has begun")
		}
	}
	lines := []string{first}
	if h > 1 {
		lines = append(lines, p.second(sep))
	}
	return lines
}

func (p *Pane) second(sep string) string {
	a, th := p.at, p.theme
	parts := []string{"waited " + measure.Duration(a.Path.Waited) + " on the path"}
	if a.Parallel.Max > 0 {
		parts = append(parts, fmt.Sprintf("%s at once at most, %.1f on average", measure.Plural(a.Parallel.Max, "step"), a.Parallel.Average))
	}
	if p.best != "" {
		parts = append(parts, fmt.Sprintf("without the work of %s: %s less at most", p.best, measure.Duration(p.saves)))
	}
	line := " " + th.Render(theme.Dim, parts[0])
	for _, part := range parts[1:] {
		if widget.Width(line)+widget.Width(sep)+widget.Width(part) > p.width {
			break
		}
		line += sep + th.Render(theme.Dim, part)
	}
	return line
}
