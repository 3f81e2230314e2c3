package render

import (
	"io"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// The roles of the canvas; text has no colours, so they tell nothing apart.
const (
	roleLine canvas.Role = 1 + iota
	roleText
)

// bandRows is how many rows draw paints at a time.
const bandRows = 32

// draw prints the drawing, in bands: a canvas for all of it would be megabytes.
func draw(w io.Writer, g *model.Graph, plan model.Plan, d *layout.Drawing, s style) {
	c := canvas.New(d.W, min(d.H, bandRows), 0, 0)
	var out []byte
	for y := 0; y < d.H; y += bandRows {
		c.Reset(0, y)
		c.H = min(c.H, d.H-y)
		paint(c, layout.Rect{Y: y, W: c.W, H: c.H}, g, plan, d, s)
		out = c.Append(out[:0])
		w.Write(out)
	}
}

// paint draws what lies in the window that the canvas shows.
func paint(c *canvas.Canvas, window layout.Rect, g *model.Graph, plan model.Plan, d *layout.Drawing, s style) {
	for _, r := range d.Routes {
		pts := r.Points
		if s.dir == layout.LeftRight && !g.IsStage(r.From) {
			pts = append([]layout.Point{{X: pts[0].X - 1, Y: pts[0].Y}}, pts...)
		}
		c.Line(r.Net, pts, stroke(r.Kind), roleLine)
	}
	for _, b := range d.Boxes {
		if !b.Overlaps(window) {
			continue
		}
		if !g.IsStage(b.Node) {
			paintExternal(c, g, s, b)
			continue
		}
		st := g.Stages[b.Node]
		c.Frame(b.Rect, isTarget(plan, st.Index), roleLine)
		rows := paintTag(c, g, s, b)
		b.Y, b.H = b.Y+rows, b.H-rows
		y, w := b.Y+1+max(0, b.H-4)/2, b.W-4
		if s.brief {
			y = b.Y + (b.H-1)/2
		}
		c.Text(b.X+2, y, cut(st.Label(), w), w, roleText, segment)
		if s.brief {
			continue
		}
		note := stageNote(st)
		if skips(plan, b.Node) {
			note = skipped
		}
		c.Text(b.X+2, y+1, note, w, roleText, segment)
	}
	for _, r := range d.Routes {
		at := r.Points[len(r.Points)-1]
		c.Put(at.X, at.Y, head(s), 1, roleLine)
	}
}

func paintExternal(c *canvas.Canvas, g *model.Graph, s style, b layout.Box) {
	text := externalLabel(g, b.Node)
	x := b.X + (b.W-displaywidth.String(text))/2
	r := b.Rect
	if s.dir == layout.LeftRight {
		x = b.X
		r.W--
	}
	c.Blank(r, 0)
	c.Text(x, b.Y+(b.H-1)/2, text, b.W, roleText, segment)
	for y := b.Y; y < b.Y+b.H && s.dir == layout.LeftRight && b.H > 1; y++ {
		w := canvas.Up | canvas.Down | canvas.Right
		switch y {
		case b.Y:
			w = canvas.Left | canvas.Down | canvas.Right
		case b.Y + b.H - 1:
			w = canvas.Up | canvas.Right
		}
		c.Joint(b.X+b.W-1, y, w, roleLine)
	}
}

// segment splits the first cluster off s.
func segment(s string) (cluster string, width int, rest string) {
	g := displaywidth.StringGraphemes(s)
	if !g.Next() {
		return s, 0, ""
	}
	return g.Value(), g.Width(), s[len(g.Value()):]
}

// stroke is the line of an edge kind.
func stroke(k model.EdgeKind) canvas.Stroke {
	switch k {
	case model.EdgeCopy:
		return canvas.Stroke{}
	case model.EdgeMount:
		return canvas.Stroke{Dash: canvas.Dashed}
	}
	return canvas.Stroke{Heavy: true}
}
