package logs

import (
	"slices"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane"
)

// marks are the lines that the user has picked out, by keys: from the one that
// was clicked to the one that the mouse was dragged to. The zero marks are none.
type marks struct {
	on       bool
	from, to int
}

func (m marks) has(key int) bool {
	return m.on && min(m.from, m.to) <= key && key <= max(m.from, m.to)
}

// Click marks the line at a row of the pane, the frame included; a click on the
// only marked line takes the mark away.
func (p *Pane) Click(look pane.Look, y int) {
	key, ok := p.keyAt(look, y)
	switch {
	case !ok:
		return
	case p.marked == marks{true, key, key}:
		p.marked = marks{}
	default:
		p.marked = marks{true, key, key}
	}
}

// MarkedStep is the step that printed the one marked line, where the log is of
// more than a step.
func (p *Pane) MarkedStep() (ref build.StepRef, ok bool) {
	if !p.marked.on || p.marked.from != p.marked.to || p.scope == ScopeStep {
		return ref, false
	}
	row, _ := p.rows.At(p.rows.Find(p.marked.from))
	v, _ := p.build.Vertex(p.shown[row.Part])
	if len(v.Steps) == 0 {
		return ref, false
	}
	i := slices.IndexFunc(v.Steps, func(s build.StepRef) bool { return s.Stage == p.ref.Stage })
	return v.Steps[max(0, i)], true
}

// Drag marks the lines from where the mouse was pressed to a row of the pane.
// Beyond its ends the log scrolls along.
func (p *Pane) Drag(look pane.Look, y int) {
	if !p.marked.on {
		return
	}
	_, h := p.Window.Size()
	if y < p.bodyY {
		p.Window.Scroll(p.content(look), -1)
	} else if y >= p.bodyY+h {
		p.Window.Scroll(p.content(look), 1)
	}
	if key, ok := p.keyAt(look, max(p.bodyY, min(y, p.bodyY+h-1))); ok {
		p.marked.to = key
	}
}

func (p *Pane) keyAt(look pane.Look, y int) (key int, ok bool) {
	c := p.content(look)
	i, ok := p.Window.At(c, y-p.bodyY)
	return c.at(i).Key, ok
}
