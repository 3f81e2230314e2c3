package graph

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// tagMax is how much of an image's name a box makes room for.
const tagMax = 24

// tag is what the graph says about the image that a stage starts from. It is
// shown on the stage where the image is no node of its own: where nothing leads
// to the box in the row of its upper border, which is free then, else in a row
// more.
type tag struct {
	text string // "" when the stage starts from another stage, or from nothing
	fed  bool   // a stage leads to it, or an image along another edge than FROM
}

// tagsOf lists the tags by stage.
func tagsOf(g *model.Graph) []tag {
	out := make([]tag, len(g.Stages))
	for _, e := range g.Edges {
		t := &out[e.To]
		if e.Kind == model.EdgeBase && !g.IsStage(e.From) {
			t.text = g.Label(e.From)
		} else {
			t.fed = true
		}
	}
	return out
}

// tagged is the text of a stage's tag as candidate c shows it, "" when it shows
// none.
func (p *Pane) tagged(c candidate, id model.NodeID) string {
	if c.roots == drawnRoots || c.zoom == Dots || !p.graph.IsStage(id) {
		return ""
	}
	return p.tags[id].text
}

// tagRows is how many rows more a stage needs for its tag.
func (p *Pane) tagRows(c candidate, id model.NodeID) int {
	if c.dir == td && p.tagged(c, id) != "" && p.tags[id].fed {
		return 1
	}
	return 0
}

// tagWidth is how many cells the tag takes, its arrow included.
func (p *Pane) tagWidth(c candidate, id model.NodeID) int {
	if s := p.tagged(c, id); s != "" {
		return min(2+ansi.StringWidth(s), tagMax)
	}
	return 0
}

// paintTag writes the tag of a stage from (x, y) on and returns how many cells
// it took.
func (p *Pane) paintTag(c *canvas.Canvas, id model.NodeID, x, y, width int, r role) int {
	s := p.tagged(p.fit.candidate, id)
	if s == "" || width < 4 {
		return 0
	}
	n := c.Text(x, y, p.head()+" ", 2, r, segment)
	return n + c.Text(x+n, y, middle(s, width-n, p.theme.Glyphs.Ellipsis), width-n, r, segment)
}

// paintBoxTag puts the tag of a stage with a border into its upper side, or into
// its first row: then it returns the box without that row.
func (p *Pane) paintBoxTag(c *canvas.Canvas, b layout.Box, l look) layout.Box {
	r := roleDim
	if l.state == roleFaint {
		r = roleFaint
	}
	if p.tagRows(p.fit.candidate, b.Node) > 0 {
		p.paintTag(c, b.Node, b.X+2, b.Y+1, b.W-padding, r)
		b.Y, b.H = b.Y+1, b.H-1
		return b
	}
	if n := p.paintTag(c, b.Node, b.X+2, b.Y, b.W-padding-1, r); n > 0 {
		c.Put(b.X+2+n, b.Y, " ", 1, roleNone)
	}
	return b
}

// drawsEdge says whether the drawing has a line for the edge.
func (p *Pane) drawsEdge(e model.Edge) bool {
	switch {
	case p.graph.IsStage(e.From):
		return true
	case e.Kind == model.EdgeBase:
		return p.fit.roots == drawnRoots
	}
	return p.fit.roots != foldedRoots
}

// showsTags says whether a stage in the drawing has a tag.
func (p *Pane) showsTags() bool {
	for i := range p.graph.Stages {
		if id := model.NodeID(i); p.fit.drawing != nil && !p.hides(id) && p.tagged(p.fit.candidate, id) != "" {
			return true
		}
	}
	return false
}
