package render

import (
	"bufio"
	"fmt"
	"io"
	"slices"
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
// marks nothing. width is in cells, 0 when no terminal sets one.
//
// Of a drawing that is wider than a terminal what the plan skips is left out, then
// it is made higher instead of wider, then left out; a line says so, and the table
// says the same in words. Where there is no terminal a wide drawing is better than
// none.
func Text(w io.Writer, g *model.Graph, plan model.Plan, width int) error {
	b := bufio.NewWriter(w)
	room := width
	if width <= 0 {
		room = defaultWidth
	}
	all := fit(g, plan, room, wide(false))
	d, s := all.fits, all.style
	if targets := len(plan.Targets) > 0; d == nil {
		ways := high(targets)
		if targets {
			ways = append(wide(true), ways...)
		}
		some := fit(g, plan, room, ways)
		d, s = some.fits, some.style
	}
	if d == nil && width <= 0 {
		d, s = all.narrowest(g, plan)
	}
	why := missing(g, plan, d, s, all.wide())
	if d != nil {
		draw(b, g, plan, d, s)
		if l := legend(g, plan, s); l != "" {
			fmt.Fprintf(b, "\n%s\n", l)
		}
	}
	if why != "" {
		fmt.Fprintln(b, strings.Join(wrap(why, room), "\n"))
	}
	if d != nil || why != "" {
		b.WriteByte('\n')
	}
	table(b, g, plan, room)
	problems(b, g)
	return b.Flush()
}

// missing says why stages are not drawn, and how to get them.
func missing(g *model.Graph, plan model.Plan, d *layout.Drawing, s style, wide string) string {
	switch {
	case len(g.Stages) == 0 || d != nil && !s.kept:
		return ""
	case d != nil:
		return fmt.Sprintf("%s that the target skips left out: with all, the drawing is %s; --format svg draws them",
			plural(len(plan.Skips()), "stage"), wide)
	case len(plan.Targets) > 0:
		return fmt.Sprintf("no drawing: it would be %s; --format svg makes a picture", wide)
	}
	return fmt.Sprintf("no drawing: it would be %s; --target NAME draws what one stage needs, --format svg all", wide)
}

// wrap breaks a sentence at spaces.
func wrap(text string, width int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && displaywidth.String(line)+1+displaywidth.String(word) > width {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}

// style is how much a drawing shows.
type style struct {
	dir   layout.Direction
	brief bool // one line in a box
	fold  bool // no externals
	bent  bool // lines bend so that the drawing gets no wider than there is room
	kept  bool // only what the plan runs
	slim  int  // stages that could stand side by side stand below each other: 1 as few as need be, up to slimmest
}

// slimTag is how much of an image's name a box makes room for that is as narrow
// as its own.
const slimTag = 18

// slimmest is the last try at making a drawing higher instead of wider.
const slimmest = 5

// fitting is what fit found: a drawing that fits, or how wide the narrowest is.
type fitting struct {
	fits *layout.Drawing // nil when there is none
	style

	least      int // columns of the narrowest
	leastStyle style
	leastDrawn *layout.Drawing // nil when it was not placed: it has at least as many
	room       int
}

// wide are the styles of drawings as wide as they are, from the richest on.
func wide(kept bool) []style {
	ways := []style{
		{dir: layout.TopDown},
		{dir: layout.LeftRight},
		{dir: layout.TopDown, bent: true},
		{dir: layout.TopDown, brief: true},
		{dir: layout.LeftRight, brief: true},
		{dir: layout.TopDown, brief: true, fold: true},
		{dir: layout.LeftRight, brief: true, fold: true},
		{dir: layout.TopDown, brief: true, bent: true},
		{dir: layout.TopDown, brief: true, fold: true, bent: true},
	}
	for i := range ways {
		ways[i].kept = kept
	}
	return ways
}

// high are the styles of drawings that are higher instead of wider.
func high(kept bool) []style {
	var ways []style
	for n := 1; n <= slimmest; n++ {
		ways = append(ways, style{dir: layout.TopDown, brief: true, fold: true, bent: true, slim: n, kept: kept})
	}
	return ways
}

// fit finds the first of some styles whose drawing is not wider than room. Placing
// takes long, so it is left where the drawing is known to be too wide.
func fit(g *model.Graph, plan model.Plan, room int, ways []style) fitting {
	f := fitting{room: room}
	if len(g.Stages) == 0 {
		return f
	}
	for _, s := range ways {
		o := options(g, plan, s, room)
		var d *layout.Drawing
		w, _ := layout.AtLeast(g, o)
		if w <= room {
			d = layout.Place(g, o)
			w = d.W
		}
		if w <= room {
			f.fits, f.style = d, s
			return f
		}
		if f.least == 0 || w < f.least {
			f.least, f.leastStyle, f.leastDrawn = w, s, d
		}
	}
	return f
}

// narrowest is the drawing that comes nearest to fitting.
func (f fitting) narrowest(g *model.Graph, plan model.Plan) (*layout.Drawing, style) {
	if f.leastDrawn == nil && len(g.Stages) > 0 {
		return layout.Place(g, options(g, plan, f.leastStyle, f.room)), f.leastStyle
	}
	return f.leastDrawn, f.leastStyle
}

// wide says how wide a drawing has to be.
func (f fitting) wide() string {
	if f.leastDrawn == nil {
		return fmt.Sprintf("at least %d columns wide", f.least)
	}
	return fmt.Sprintf("%d columns wide", f.least)
}

const (
	nameMax     = 24
	externalMax = 32
)

// options are those of a style's drawing, with room for so many columns.
func options(g *model.Graph, plan model.Plan, s style, room int) layout.Options {
	inner := 8
	for i, st := range g.Stages {
		if s.kept && !plan.Needs(model.NodeID(i)) {
			continue
		}
		inner = max(inner, min(displaywidth.String(st.Label()), nameMax))
		if !s.brief {
			inner = max(inner, len(stageNote(st)))
			if !s.kept {
				inner = max(inner, len(skipped))
			}
		}
	}
	o := layout.Defaults(s.dir)
	o.Fold = s.fold
	o.Wrap = room
	if s.bent {
		o.Cross = room
	}
	if s.slim > 0 {
		o.RankMax = room - 2 - (s.slim-1)*room/(slimmest+1)
		o.RankGap, o.Trail = 1, 0
	}
	if s.kept {
		o.Keep = plan.Needs
	}
	o.Frameless = func(id model.NodeID) bool { return !g.IsStage(id) }
	o.Measure = func(id model.NodeID) (int, int) {
		switch {
		case !g.IsStage(id) && s.dir == layout.LeftRight:
			return displaywidth.String(externalLabel(g, id)) + 2, 1
		case !g.IsStage(id):
			return displaywidth.String(externalLabel(g, id)), 1
		}
		h := 4
		if s.brief {
			h = 3
		}
		if tagOf(g, id).row(s) {
			h++
		}
		w := inner
		if s.slim > 0 { // each as narrow as its name
			w = max(8, min(displaywidth.String(g.Stages[id].Label()), nameMax), min(tagOf(g, id).width(), slimTag))
		}
		return w + 4, h
	}
	if s.dir == layout.LeftRight {
		o.Wrap = 0
	}
	return o
}

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

// skipped is the word for a stage that the target does not need, here as in the
// explorer.
const skipped = "skipped"

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

// kinds lists the edge kinds that the graph has among the edges that are drawn.
func kinds(g *model.Graph, drawn func(model.Edge) bool) []model.EdgeKind {
	var out []model.EdgeKind
	for _, k := range []model.EdgeKind{model.EdgeBase, model.EdgeCopy, model.EdgeMount} {
		if slices.ContainsFunc(g.Edges, func(e model.Edge) bool { return e.Kind == k && drawn(e) }) {
			out = append(out, k)
		}
	}
	return out
}

// legend explains the lines that are drawn.
func legend(g *model.Graph, plan model.Plan, s style) string {
	var parts []string
	for _, k := range kinds(g, func(e model.Edge) bool {
		return (g.IsStage(e.From) || !s.fold) && (plan.Needs(e.To) || !s.kept)
	}) {
		line := canvas.Sample(stroke(k), false)
		parts = append(parts, line+line+" "+string(k))
	}
	if slices.ContainsFunc(g.Stages, func(st model.Stage) bool {
		id := model.NodeID(st.Index)
		return s.fold && tagOf(g, id).text != "" && (plan.Needs(id) || !s.kept)
	}) {
		parts = append(parts, head(s)+" image")
	}
	return strings.Join(parts, "   ")
}
