package timeline

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/timing"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// heights are cells filled from below, by eighths.
var heights = [...]string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}

// tallest is the height of most steps at once: less than a cell, so that the line
// stays clear of the axis.
const tallest = 6

// crowd is the line that says how many steps ran at once, by height; in ASCII by
// number.
func (p *Pane) crowd() string {
	th, w, most := p.theme, p.boxes.crowd.w, p.at.Parallel.Max
	label := widget.FitRight("steps at once ", p.boxes.labels.w, "")
	var b strings.Builder
	for x := range w {
		n := p.running(p.moment(x), p.moment(x+1))
		switch {
		case n == 0:
			b.WriteByte(' ')
		case th.Options().ASCII && n > 9:
			b.WriteByte('+')
		case th.Options().ASCII:
			b.WriteString(strconv.Itoa(n))
		default:
			b.WriteString(heights[max(1, n*tallest/max(4, most))])
		}
	}
	return th.Render(theme.Dim, label) + th.Render(theme.Waiting, b.String())
}

// running is the most steps that ran at once in a cell's time.
func (p *Pane) running(from, to time.Duration) int {
	samples := p.at.Parallel.Samples
	at := p.at.Started.Add(from)
	if !p.seen.ended && from > p.elapsed() {
		return 0 // it lies ahead
	}
	i, found := slices.BinarySearchFunc(samples, at, func(s timing.Sample, t time.Time) int { return s.At.Compare(t) })
	n := 0
	if !found && i > 0 {
		n = samples[i-1].Running
		if i == len(samples) && !p.seen.ended {
			n = 0
		}
	}
	for end := p.at.Started.Add(to); i < len(samples) && samples[i].At.Before(end); i++ {
		n = max(n, samples[i].Running)
	}
	return n
}
