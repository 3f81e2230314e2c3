package graph

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
)

// Sizes of the boxes, without border and padding. They depend on the graph
// alone: nothing may move when a build's states and times change.
const (
	fullMin, fullMax   = 15, 24 // fifteen cells hold "  not in target"
	tallMin, tallMax   = 11, 18 // "  cancelled"
	narrowMin          = 9      // "cancelled"
	briefMin, briefMax = 12, 20
	twoMin             = 11 // "running 12s"
	lineMax            = 24
	externalMax        = 28
	padding            = 4
	briefTime          = 5 // "59.9s"
)

// measurer returns the size of each node's box. All boxes of a drawing are
// equally wide, that is what makes it look aligned, unless there is no room for
// that.
func (p *Pane) measurer(c candidate) func(model.NodeID) (w, h int) {
	widest, name, steps := 0, 0, 0
	for i, s := range p.graph.Stages {
		if c.kept && !p.keep.Needs(model.NodeID(i)) {
			continue
		}
		n := vertices(s)
		widest = max(widest, 2+ansi.StringWidth(s.Label())+1+ansi.StringWidth(count(0, n)))
		name = max(name, 2+ansi.StringWidth(s.Label()))
		steps = max(steps, ansi.StringWidth(count(n, n))+1+briefTime)
	}
	return func(id model.NodeID) (int, int) {
		if !p.graph.IsStage(id) {
			w := min(ansi.StringWidth(externalLabel(p.graph, id)), externalMax)
			if c.dir == lr {
				w += 2 // a space, and the cell from which the line starts
			}
			return w, 1
		}
		n := vertices(p.graph.Stages[id])
		label, of := 2+ansi.StringWidth(p.graph.Label(id)), ansi.StringWidth(count(n, n))
		switch {
		case c.zoom == Full && c.shape == tall:
			return min(max(name, steps, tallMin), tallMax) + padding, 5
		case c.zoom == Full && c.shape == narrow:
			return min(max(label, of+1+briefTime, narrowMin), tallMax) + padding, 5
		case c.zoom == Full:
			return min(max(widest, fullMin), fullMax) + padding, 4
		case c.zoom == Brief:
			return min(max(widest, briefMin), briefMax) + padding, 3
		}
		w := min(label, lineMax) + 1 + of
		switch {
		case c.dir == lr:
			return w + lineExtra, 1
		case c.shape == two:
			return max(w, twoMin), 3
		}
		return w, 2
	}
}
