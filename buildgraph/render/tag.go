package render

import (
	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// tag is the image that a stage starts from, as its box names it where images
// are left out of the drawing: in the upper border when no line ends there, else
// in a row more.
type tag struct {
	text string // "" when it starts from another stage, or from nothing
	fed  bool   // a stage leads to it
}

func tagOf(g *model.Graph, id model.NodeID) (t tag) {
	for _, e := range g.Into(id) {
		switch {
		case g.IsStage(e.From):
			t.fed = true
		case e.Kind == model.EdgeBase:
			t.text = externalLabel(g, e.From)
		}
	}
	return t
}

// row says whether the tag takes a row of its own.
func (t tag) row(s style) bool { return s.fold && t.fed && t.text != "" && s.dir == layout.TopDown }

// width is how many cells it takes, its arrow and the space behind it included.
func (t tag) width() int {
	if t.text == "" {
		return 0
	}
	return displaywidth.String(t.text) + 3
}

// paintTag writes the tag of a box and returns how many rows it took inside.
func paintTag(c *canvas.Canvas, g *model.Graph, s style, b layout.Box) (rows int) {
	t := tagOf(g, b.Node)
	if !s.fold || t.text == "" {
		return 0
	}
	y := b.Y
	if t.row(s) {
		y, rows = b.Y+1, 1
	}
	n := c.Text(b.X+2, y, head(s)+" ", 2, roleText, segment)
	n += c.Text(b.X+2+n, y, cut(t.text, b.W-4-n-1), b.W-4-n, roleText, segment)
	if rows == 0 {
		c.Put(b.X+2+n, y, " ", 1, roleText)
	}
	return rows
}

// head is the arrow at the end of a line.
func head(s style) string {
	if s.dir == layout.LeftRight {
		return "▶"
	}
	return "▼"
}
