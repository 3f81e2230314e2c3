package timeline

import (
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// apart is how many cells two ticks lie apart at least: a label and some air.
const apart = 10

// tickStep is the shortest round time whose ticks are far enough apart in a chart
// of so many cells.
func tickStep(span time.Duration, cells int) time.Duration {
	least := span * apart / time.Duration(max(1, cells))
	for unit := time.Millisecond; unit < time.Second; unit *= 10 {
		for _, n := range [...]time.Duration{1, 2, 5} {
			if s := n * unit; s >= least {
				return s
			}
		}
	}
	for _, s := range [...]time.Duration{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800} {
		if s *= time.Second; s >= least {
			return s
		}
	}
	for s := time.Hour; ; s *= 2 {
		if s >= least {
			return s
		}
	}
}

// column is the cell of a time in the chart; it may lie outside.
func (p *Pane) column(d time.Duration) int {
	from, span := p.shown()
	x := float64(d-from) / float64(span) * float64(p.boxes.chart.w)
	if x < 0 {
		return -1
	}
	return min(int(x), 1<<20)
}

// moment is the time at the left edge of a cell of the chart.
func (p *Pane) moment(x int) time.Duration {
	from, span := p.shown()
	return from + time.Duration(x)*span/time.Duration(max(1, p.boxes.chart.w))
}

// ticks are the columns of the ticks that lie in the chart.
func (p *Pane) ticks() map[int]bool {
	out := map[int]bool{}
	from, span := p.shown()
	step := tickStep(span, p.boxes.chart.w)
	for t := (from + step - 1) / step * step; t <= from+span; t += step {
		out[p.column(t)] = true
	}
	return out
}

// axis is the line of times above the chart: the ticks', and the cursor's over
// them.
func (p *Pane) axis() string {
	th, w := p.theme, p.boxes.chart.w
	from, span := p.shown()
	step := tickStep(span, w)
	cursor, at := "", w
	if x := p.cursorCell(); x >= 0 {
		cursor = th.Glyphs.Dropdown + measure.Offset(p.cursor, max(step/10, time.Millisecond))
		if at = min(x, w-widget.Width(cursor)); at < 0 {
			cursor, at = "", w
		}
	}
	after := at + widget.Width(cursor)
	line := []byte(strings.Repeat(" ", w))
	for t := (from + step - 1) / step * step; t <= from+span; t += step {
		label, x := measure.Offset(t, step), p.column(t)
		if x+len(label) > w {
			break
		}
		if cursor == "" || x > after || x+len(label) < at { // the cursor's time covers what is in its way
			copy(line[x:], label)
		}
	}
	text := string(line)
	if cursor == "" {
		return th.Render(theme.Dim, text)
	}
	return th.Render(theme.Dim, text[:at]) + th.Render(theme.Highlight, cursor) + th.Render(theme.Dim, text[after:])
}
