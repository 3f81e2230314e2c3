package timeline

import (
	"math/bits"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing"
	"github.com/stagedive/stagedive/tui/theme"
)

// parts is how finely a cell of the chart is divided.
const parts = 8

// lane is one row of the chart while it is drawn: which eighths of each cell the
// critical path fills, and which other work does.
type lane struct {
	critical, other []uint8 // a bit an eighth, the lowest the leftmost
	waits           []bool
	instant         int    // the cell of a glyph that stands for an instant; -1
	glyph           string // it
	thin            bool   // a group whose steps are shown: they tell the rest
}

func newLane(w int) lane {
	return lane{critical: make([]uint8, w), other: make([]uint8, w), waits: make([]bool, w), instant: -1}
}

// eighth is the eighth of a cell that a time lies in, counted from the left edge
// of the chart.
func (p *Pane) eighth(t time.Time) int {
	from, span := p.shown()
	return int(float64(t.Sub(p.at.Started)-from) / float64(span) * float64(p.boxes.chart.w*parts))
}

// mark marks an interval. One that is too short to be seen takes an eighth.
func (p *Pane) mark(cells []uint8, from, to time.Time) {
	a, b := p.eighth(from), p.eighth(to)
	b = max(b, a+1)
	for i := max(0, a); i < min(b, len(cells)*parts); i++ {
		cells[i/parts] |= 1 << (i % parts)
	}
}

// lane finds out what a row's chart shows.
func (p *Pane) lane(r *row) lane {
	l := newLane(p.boxes.chart.w)
	w := r.work
	last := len(w.Runs) - 1
	for i, iv := range w.Runs {
		if i == last && w.State == build.Running {
			iv.End = p.now // it has gone on since the analysis
		}
		if i == last && !iv.End.After(iv.Start) {
			if at := p.eighth(iv.Start); at >= 0 && at/parts < p.boxes.chart.w {
				l.instant, l.glyph = at/parts, p.theme.Glyphs.State(w.State)
			}
			continue
		}
		p.mark(l.other, iv.Start, iv.End)
	}
	if l.thin = r.fold == open; l.thin {
		return l
	}
	for _, d := range w.Vertices {
		for _, link := range p.links[d] {
			if r.stage != nil && (link.Step == nil || link.Step.Stage != r.stage.Index) || !link.End.After(link.Start) {
				continue
			}
			end := link.End
			if w.State == build.Running && len(w.Runs) > 0 && end.Equal(w.End()) {
				end = p.now
			}
			p.mark(l.critical, link.Start, end)
		}
	}
	if r.stage == nil && r.fold == leaf {
		p.wait(&l, w)
	}
	return l
}

// wait marks the time in which a step was ready and did not run.
func (p *Pane) wait(l *lane, w *timing.Work) {
	if w.Ready.IsZero() {
		return
	}
	to := p.now
	if w.Begun() {
		to = w.Start()
	} else if p.seen.ended {
		return
	}
	a, b := p.eighth(w.Ready), p.eighth(to)
	if b-a < parts/2 {
		return
	}
	for x := max(0, a/parts); x < min((b+parts-1)/parts, len(l.waits)); x++ {
		l.waits[x] = true
	}
}

// draw makes the lane's cells into a line.
func (p *Pane) draw(l lane, role theme.Role, ticks map[int]bool, cursor int) string {
	th := p.theme
	var b strings.Builder
	var pending []byte // in style
	style := theme.Text
	flush := func() {
		if len(pending) > 0 {
			b.WriteString(th.Render(style, string(pending)))
			pending = pending[:0]
		}
	}
	put := func(r theme.Role, s string) {
		if r != style {
			flush()
			style = r
		}
		pending = append(pending, s...)
	}
	for x := range l.critical {
		switch {
		case x == l.instant:
			put(role, l.glyph)
		case l.critical[x] != 0:
			glyph, reversed := p.block(l.critical[x])
			if reversed {
				flush()
				b.WriteString(th.Reversed(role, glyph))
				continue
			}
			put(role, glyph)
		case l.other[x] != 0:
			put(role, p.line(l.other[x], l.thin))
		case x == cursor:
			put(theme.Highlight, th.Glyphs.Frame.Vertical)
		case l.waits[x]:
			put(theme.Dim, p.gap())
		case ticks[x] && !th.Options().ASCII:
			put(theme.Border, "┊")
		default:
			put(theme.Text, " ")
		}
	}
	flush()
	return b.String()
}

// gap is a cell of the time in which something was ready and waited.
func (p *Pane) gap() string {
	if p.theme.Options().ASCII {
		return "." // a dash is a group's bar
	}
	return p.theme.Glyphs.Gap
}

// block is a cell of the critical path: filled from the left by eighths, or, in
// reverse, from the right.
func (p *Pane) block(mask uint8) (glyph string, reversed bool) {
	n := bits.OnesCount8(mask)
	switch {
	case p.theme.Options().ASCII:
		return "#", false
	case n == parts:
		return "█", false
	case mask&1 == 0 && mask>>(parts-1) == 1:
		return lefts[parts-n], true
	case mask&1 == 0 && bits.TrailingZeros8(mask) >= parts/2 && n < 3: // a sliver in the right half
		return "▐", false
	}
	return lefts[n], false
}

// lefts are cells filled from the left, by eighths.
var lefts = [...]string{" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"}

// line is a cell of what is not on the critical path, by halves.
func (p *Pane) line(mask uint8, thin bool) string {
	left, right := mask&0x0f != 0, mask&0xf0 != 0
	glyphs := [...]string{"━", "╸", "╺", "="}
	if thin {
		glyphs = [...]string{"─", "╴", "╶", "-"}
	}
	switch {
	case p.theme.Options().ASCII:
		return glyphs[3]
	case left && right:
		return glyphs[0]
	case left:
		return glyphs[1]
	}
	return glyphs[2]
}
