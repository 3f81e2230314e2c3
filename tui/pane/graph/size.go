package graph

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
)

// Sizes of the boxes, without border and padding. They depend on the graph
// alone: nothing may move when a build's states and times change.
const (
	fullMin, fullMax   = 15, 24 // fifteen cells hold "  running 12.3s"
	richMin            = 17     // "2 cached 165.2 MB", "pulling 42/180 MB"
	tallMin, tallMax   = 11, 18 // "  cancelled"
	narrowMin          = 9      // "cancelled"
	briefMin, briefMax = 12, 20
	twoMin             = 11 // "running 12s"
	lineMax            = 24
	externalMax        = 28
	padding            = 4
	briefTime          = 5 // "59.9s"
)

// size is how many cells the parts of a node's face take.
type size struct {
	label     int // the name
	none, all int // the count of no step and of all steps
}

// sizesOf measures the nodes once for all ways to draw them.
func sizesOf(g *model.Graph) []size {
	out := make([]size, g.NodeCount())
	for i := range out {
		id := model.NodeID(i)
		if !g.IsStage(id) {
			out[i].label = ansi.StringWidth(externalLabel(g, id))
			continue
		}
		n := vertices(g.Stages[i])
		out[i] = size{
			label: ansi.StringWidth(g.Stages[i].Label()),
			none:  ansi.StringWidth(count(0, n)), all: ansi.StringWidth(count(n, n)),
		}
	}
	return out
}

// measurer returns the size of each node's box. All boxes of a drawing are
// equally wide, that is what makes it look aligned, unless there is no room for
// that.
func (p *Pane) measurer(c candidate) func(model.NodeID) (w, h int) {
	if p.sizes == nil {
		p.sizes, p.tags = sizesOf(p.graph), tagsOf(p.graph)
	}
	widest, name, steps := 0, 0, 0
	for i := range p.graph.Stages {
		if c.kept && !p.keep.Needs(model.NodeID(i)) {
			continue
		}
		s := p.sizes[i]
		wide := p.tagWidth(c, model.NodeID(i))
		widest = max(widest, 2+s.label+1+s.none, wide+1)
		name = max(name, 2+s.label, wide+1)
		steps = max(steps, s.all+1+briefTime)
	}
	return func(id model.NodeID) (int, int) {
		s := p.sizes[id]
		if !p.graph.IsStage(id) {
			w := min(s.label, externalMax)
			if c.dir == lr {
				w += 2 // a space, and the cell from which the line starts
			}
			return w, 1
		}
		if c.zoom == Dots {
			return 1, 1
		}
		more := p.tagRows(c, id)
		switch {
		case c.zoom == Full && c.shape == tall:
			return min(max(name, steps, tallMin), tallMax) + padding, 5 + more
		case c.zoom == Full && c.shape == narrow:
			return min(max(2+s.label, s.all+1+briefTime, narrowMin, p.tagWidth(c, id)+1), tallMax) + padding, 5 + more
		case c.zoom == Full && c.shape == rich:
			return min(max(widest, richMin), fullMax) + padding, 5 + more
		case c.zoom == Full:
			return min(max(widest, fullMin), fullMax) + padding, 4 + more
		case c.zoom == Brief && c.shape == narrow:
			return min(max(2+s.label+1+s.all, p.tagWidth(c, id)+1), briefMax) + padding, 3 + more
		case c.zoom == Brief:
			return min(max(widest, briefMin), briefMax) + padding, 3 + more
		}
		w := p.lineWidth(c, id)
		switch {
		case c.dir == lr:
			return w + lineExtra, 1
		case c.shape == two:
			return w, 3 + more
		}
		return w, 2 + more
	}
}
