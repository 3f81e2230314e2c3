package timeline

import "github.com/stagedive/stagedive/model/build"

// Click selects the row at a cell of the pane, or the step at a line of the
// critical path. In the chart it sets the cursor
// too; on a group's mark it folds it.
func (p *Pane) Click(x, y int) {
	if p.at == nil {
		return
	}
	b := p.boxes
	if x >= b.chart.x && x < b.chart.x+b.chart.w && y >= b.frame.y && y < b.frame.y+b.frame.h {
		p.cursor = p.moment(x - b.chart.x)
	}
	if b.path.holds(x, y) {
		if to, ok := p.pathAt(y - b.path.y - 1); ok {
			p.Select(build.StepRef{Stage: to.stage, Step: to.step})
		}
		return
	}
	if !b.labels.holds(x, y) && !b.chart.holds(x, y) {
		return
	}
	i, ok := p.list.At(y-b.labels.y, len(p.rows))
	if !ok {
		return
	}
	p.list.Select(i, len(p.rows))
	p.choose()
	if r := p.selected(); r.fold != leaf && x <= b.labels.x+2 {
		p.toggle()
	}
}

// Wheel scrolls the rows by dy and pans by dx notches; with the control key, and
// on the axis, it zooms around the pointer.
func (p *Pane) Wheel(x, y, dx, dy int, control bool) {
	if p.at == nil {
		return
	}
	b := p.boxes
	switch {
	case dx != 0:
		p.pan(float64(dx) / 8)
	case control || y > b.frame.y && y < b.chart.y:
		by := 1
		if dy > 0 {
			by = -1
		}
		p.zoom(by, p.moment(max(0, min(x-b.chart.x, b.chart.w))))
	default:
		p.list.Wheel(dy, len(p.rows))
		p.choose()
	}
}
