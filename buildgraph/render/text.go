package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// defaultWidth is taken when the width of what Text prints to is not known.
const defaultWidth = 120

// Text prints the graph for people: the drawing with its legend, a table of the
// stages, the problems. What the plan skips is marked; a plan without targets
// marks nothing. width is in cells, 0 when unknown; a drawing that is wider is
// left out, the table says the same in words.
func Text(w io.Writer, g *model.Graph, plan model.Plan, width int) error {
	if width <= 0 {
		width = defaultWidth
	}
	b := bufio.NewWriter(w)
	if d, s, ok := fit(g, width); ok {
		b.WriteString(paint(g, plan, d, s).String())
		if l := legend(g); l != "" {
			fmt.Fprintf(b, "\n%s\n", l)
		}
		b.WriteByte('\n')
	}
	table(b, g, plan, width)
	problems(b, g)
	return b.Flush()
}

// style is how much a drawing shows.
type style struct {
	dir   layout.Direction
	brief bool // one line in a box
	fold  bool // no externals
}

// fit finds the richest style whose drawing is not too wide.
func fit(g *model.Graph, width int) (*layout.Drawing, style, bool) {
	if len(g.Stages) == 0 {
		return nil, style{}, false
	}
	for _, s := range []style{
		{layout.TopDown, false, false},
		{layout.LeftRight, false, false},
		{layout.TopDown, true, false},
		{layout.LeftRight, true, false},
		{layout.TopDown, true, true},
		{layout.LeftRight, true, true},
	} {
		if d := place(g, s, width); d.W <= width {
			return d, s, true
		}
	}
	return nil, style{}, false
}

const (
	nameMax     = 24
	externalMax = 32
)

func place(g *model.Graph, s style, width int) *layout.Drawing {
	inner := 8
	for _, st := range g.Stages {
		inner = max(inner, min(displaywidth.String(st.Label()), nameMax))
		if !s.brief {
			inner = max(inner, len(stageNote(st)), len(notInTarget))
		}
	}
	o := layout.Defaults(s.dir)
	o.Fold = s.fold
	o.Wrap = width
	o.Frameless = func(id model.NodeID) bool { return !g.IsStage(id) }
	o.Measure = func(id model.NodeID) (int, int) {
		switch {
		case !g.IsStage(id) && s.dir == layout.LeftRight:
			return displaywidth.String(externalLabel(g, id)) + 2, 1
		case !g.IsStage(id):
			return displaywidth.String(externalLabel(g, id)), 1
		case s.brief:
			return inner + 4, 3
		}
		return inner + 4, 4
	}
	if s.dir == layout.LeftRight {
		o.Wrap = 0
	}
	return layout.Place(g, o)
}

// The roles of the canvas; text has no colours, so they tell nothing apart.
const (
	roleLine canvas.Role = 1 + iota
	roleText
)

func paint(g *model.Graph, plan model.Plan, d *layout.Drawing, s style) *canvas.Canvas {
	c := canvas.New(d.W, d.H, 0, 0)
	for _, r := range d.Routes {
		pts := r.Points
		if s.dir == layout.LeftRight && !g.IsStage(r.From) {
			pts = append([]layout.Point{{X: pts[0].X - 1, Y: pts[0].Y}}, pts...)
		}
		c.Line(r.Net, pts, stroke(r.Kind), roleLine)
	}
	for _, b := range d.Boxes {
		if !g.IsStage(b.Node) {
			paintExternal(c, g, s, b)
			continue
		}
		st := g.Stages[b.Node]
		c.Frame(b.Rect, isTarget(plan, st.Index), roleLine)
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
			note = notInTarget
		}
		c.Text(b.X+2, y+1, note, w, roleText, segment)
	}
	for _, r := range d.Routes {
		at, head := r.Points[len(r.Points)-1], "▼"
		if s.dir == layout.LeftRight {
			head = "▶"
		}
		c.Put(at.X, at.Y, head, 1, roleLine)
	}
	return c
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

const notInTarget = "not in target"

func skips(plan model.Plan, id model.NodeID) bool {
	return len(plan.Targets) > 0 && !plan.Needs(id)
}

func isTarget(plan model.Plan, stage int) bool {
	for _, t := range plan.Targets {
		if t == stage {
			return true
		}
	}
	return false
}

func stageNote(s model.Stage) string {
	return fmt.Sprintf("%s, L%d", plural(len(s.Steps), "step"), s.Line)
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func externalLabel(g *model.Graph, id model.NodeID) string {
	x, _ := g.External(id)
	if x.Kind == model.ExternalContext {
		return cut(x.Ref, externalMax-10) + " (context)"
	}
	return cut(x.Ref, externalMax)
}

// cut shortens s to width cells.
func cut(s string, width int) string { return displaywidth.TruncateString(s, width, "…") }

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

// kinds lists the edge kinds that the graph has.
func kinds(g *model.Graph) []model.EdgeKind {
	var out []model.EdgeKind
	for _, k := range []model.EdgeKind{model.EdgeBase, model.EdgeCopy, model.EdgeMount} {
		for _, e := range g.Edges {
			if e.Kind == k {
				out = append(out, k)
				break
			}
		}
	}
	return out
}

func legend(g *model.Graph) string {
	var parts []string
	for _, k := range kinds(g) {
		line := canvas.Sample(stroke(k), false)
		parts = append(parts, line+line+" "+string(k))
	}
	return strings.Join(parts, "   ")
}
