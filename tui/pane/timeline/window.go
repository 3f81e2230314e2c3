package timeline

import "time"

// window is the part of the build's time that is shown. The zero window shows
// all of it, and goes on doing so while the build runs.
type window struct {
	from, span time.Duration
}

func (w window) zoomed() bool { return w.span > 0 }

// closest is the least time that the chart may span.
const closest = 20 * time.Millisecond

// shown is the window in the build's time.
func (p *Pane) shown() (from, span time.Duration) {
	if p.window.zoomed() {
		return p.window.from, p.window.span
	}
	return 0, p.reach()
}

// reach is how much time there is to show: all of a build that has ended. While
// it runs the end lies ahead and moves in rare, large steps, so that the bars
// stand still and only those grow that run.
func (p *Pane) reach() time.Duration {
	if p.at == nil {
		return time.Second
	}
	wall := max(p.at.Wall(), p.elapsed())
	if p.seen.ended {
		return max(wall, closest)
	}
	return ahead(wall)
}

// elapsed is the time of the last frame since the build's begin.
func (p *Pane) elapsed() time.Duration {
	if p.seen.ended {
		return p.at.Wall()
	}
	return p.now.Sub(p.at.Started)
}

// ahead is the next of 5s, 7s, 10s, 15s, 20s, 30s, 50s, … that d has not come
// near: each about half as long again as the one before.
func ahead(d time.Duration) time.Duration {
	for unit := time.Second; ; unit *= 10 {
		for _, n := range [...]time.Duration{5, 7, 10, 15, 20, 30} {
			if end := n * unit; d < end*9/10 {
				return end
			}
		}
	}
}

// zoom halves or doubles the window around a time.
func (p *Pane) zoom(by int, around time.Duration) {
	from, span := p.shown()
	all := p.reach()
	to := span / 2
	if by < 0 {
		to = span * 2
	}
	if to = max(to, closest); to >= all {
		p.window = window{}
		return
	}
	share := float64(around-from) / float64(span)
	p.window = window{around - time.Duration(share*float64(to)), to}
	p.clamp()
}

// pan moves the window by a share of it.
func (p *Pane) pan(by float64) {
	if p.window.zoomed() {
		p.window.from += time.Duration(by * float64(p.window.span))
		p.clamp()
	}
}

func (p *Pane) clamp() {
	p.window.from = max(0, min(p.window.from, p.reach()-p.window.span))
}

// moveCursor moves the cursor by cells; the window comes along. It begins where
// the selected row does.
func (p *Pane) moveCursor(cells int) {
	from, span := p.shown()
	w := p.boxes.chart.w
	if w <= 0 {
		return
	}
	if p.cursor < 0 {
		p.cursor = from + span/2
		if r := p.selected(); r != nil && r.work.Begun() {
			p.cursor = r.work.Start().Sub(p.at.Started)
		}
	} else {
		p.cursor += time.Duration(cells) * span / time.Duration(w)
	}
	p.cursor = max(0, min(p.cursor, p.reach()))
	if p.window.zoomed() && (p.cursor < from || p.cursor >= from+span) {
		p.window.from = p.cursor - span/2
		p.clamp()
	}
}
