package render

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
)

// A cell of the layout in SVG user units (CSS pixels): a monospace character at
// 13 px is close to 8 wide, and half a line spacing makes rows dense enough.
const (
	cellW, cellH = 8, 14
	margin       = 24
	radius       = 6 // of bent lines and of boxes
	legendH      = 28
)

// svgStyle gives the drawing its looks in light and dark. Kinds of edges differ
// by dash and weight, so that it reads without colours too. It keeps to what
// plain SVG renderers know: no variables.
const svgStyle = `
  .sd { font: 13px ui-monospace, "JetBrains Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
  .ground { fill: #ffffff; }
  text { fill: #1f2430; }
  .note { fill: #667085; font-size: 11.5px; }
  .external { fill: #667085; text-anchor: middle; }
  .box { fill: #f6f8fa; stroke: #8c95a3; stroke-width: 1.2; }
  .target .box { stroke: #1a66c2; stroke-width: 2.2; }
  .target .name { font-weight: 600; }
  .edge { fill: none; stroke-linejoin: round; }
  .base { stroke: #475467; stroke-width: 2.2; }
  .copy { stroke: #1a66c2; stroke-width: 1.4; }
  .mount { stroke: #8b3fb5; stroke-width: 1.5; stroke-dasharray: 4 3; }
  .base-head { fill: #475467; } .copy-head { fill: #1a66c2; } .mount-head { fill: #8b3fb5; }
  .skipped { opacity: .4; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #111318; }
    text { fill: #d8dbe2; }
    .note, .external { fill: #8b93a1; }
    .box { fill: #1a1d24; stroke: #5a6270; }
    .target .box { stroke: #6cb2f7; }
    .base { stroke: #98a2b3; } .copy { stroke: #6cb2f7; } .mount { stroke: #c594e0; }
    .base-head { fill: #98a2b3; } .copy-head { fill: #6cb2f7; } .mount-head { fill: #c594e0; }
  }
`

// SVG writes the drawing as a picture of its own: no script, no outside font,
// light or dark as the reader prefers. What the plan skips is dimmed; a plan
// without targets dims nothing.
func SVG(w io.Writer, g *model.Graph, plan model.Plan) error {
	b := bufio.NewWriter(w)
	d := placeSVG(g)
	width, height := d.W*cellW+2*margin, d.H*cellH+2*margin
	if len(g.Edges) > 0 {
		height += legendH
	}
	width = max(width, 260)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" class="sd" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n",
		width, height, width, height)
	title := "Stages"
	if g.File != "" {
		title += " of " + g.File
	}
	fmt.Fprintf(b, "<title>%s</title>\n<style>%s</style>\n", html.EscapeString(title), svgStyle)
	b.WriteString("<defs>\n")
	for _, k := range kinds(g, everyEdge) {
		fmt.Fprintf(b, `<marker id="sd-%s" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="%s-head" d="M0 0L8 4L0 8z"/></marker>`+"\n", k, k)
	}
	fmt.Fprintf(b, "</defs>\n<rect class=\"ground\" width=\"%d\" height=\"%d\"/>\n<g transform=\"translate(%d %d)\">\n", width, height, margin, margin)
	for _, skipped := range []bool{true, false} { // the dim ones lie below
		for _, r := range d.Routes {
			if skips(plan, r.To) == skipped {
				svgRoute(b, d, r, skipped)
			}
		}
	}
	for _, box := range d.Boxes {
		svgBox(b, g, plan, box)
	}
	b.WriteString("</g>\n")
	x := margin
	for _, k := range kinds(g, everyEdge) {
		y := height - margin + 4
		fmt.Fprintf(b, `<path class="edge %s" d="M%d %dh34"/><text class="note" x="%d" y="%d">%s</text>`+"\n", k, x, y-4, x+42, y, k)
		x += 110
	}
	b.WriteString("</svg>\n")
	return b.Flush()
}

func placeSVG(g *model.Graph) *layout.Drawing {
	inner := 14
	for _, s := range g.Stages {
		inner = max(inner, min(displaywidth.String(s.Label()), nameMax), len(stageNote(s)))
	}
	o := layout.Defaults(layout.TopDown)
	o.Trail, o.RankGap, o.Lead = 1, 3, 1
	o.Wrap = 160
	o.Frameless = func(id model.NodeID) bool { return !g.IsStage(id) }
	o.Measure = func(id model.NodeID) (int, int) {
		if g.IsStage(id) {
			return inner + 4, 4
		}
		return displaywidth.String(externalLabel(g, id)), 1
	}
	return layout.Place(g, o)
}

// svgRoute draws a route from the lower edge of a box to the upper edge of
// another, with rounded bends.
func svgRoute(w io.Writer, d *layout.Drawing, r layout.Route, skipped bool) {
	type pt struct{ x, y int }
	pts := make([]pt, len(r.Points))
	for i, p := range r.Points {
		pts[i] = pt{p.X*cellW + cellW/2, p.Y*cellH + cellH/2}
	}
	if from, ok := d.Box(r.From); ok {
		pts[0].y = (from.Y + from.H) * cellH
	}
	if to, ok := d.Box(r.To); ok {
		pts[len(pts)-1].y = to.Y * cellH
	}
	var path strings.Builder
	fmt.Fprintf(&path, "M%d %d", pts[0].x, pts[0].y)
	for i := 1; i < len(pts)-1; i++ {
		a, c, z := pts[i-1], pts[i], pts[i+1]
		rad := min(radius, max(dist(a.x, c.x), dist(a.y, c.y))/2, max(dist(c.x, z.x), dist(c.y, z.y))/2)
		fmt.Fprintf(&path, "L%d %dQ%d %d %d %d", c.x+rad*sgn(a.x-c.x), c.y+rad*sgn(a.y-c.y),
			c.x, c.y, c.x+rad*sgn(z.x-c.x), c.y+rad*sgn(z.y-c.y))
	}
	last := pts[len(pts)-1]
	fmt.Fprintf(&path, "L%d %d", last.x, last.y)
	class := "edge " + string(r.Kind)
	if skipped {
		class += " skipped"
	}
	fmt.Fprintf(w, `<path class="%s" marker-end="url(#sd-%s)" d="%s"/>`+"\n", class, r.Kind, path.String())
}

func dist(a, b int) int { return max(a-b, b-a) }

func sgn(i int) int {
	switch {
	case i > 0:
		return 1
	case i < 0:
		return -1
	}
	return 0
}

func svgBox(w io.Writer, g *model.Graph, plan model.Plan, b layout.Box) {
	class := "stage"
	if skips(plan, b.Node) {
		class += " skipped"
	}
	x, y, bw, bh := b.X*cellW, b.Y*cellH, b.W*cellW, b.H*cellH
	if !g.IsStage(b.Node) {
		fmt.Fprintf(w, `<text class="%s" x="%d" y="%d">%s</text>`+"\n",
			strings.Replace(class, "stage", "external", 1), x+bw/2, y+cellH-3, html.EscapeString(externalLabel(g, b.Node)))
		return
	}
	s := g.Stages[b.Node]
	if isTarget(plan, s.Index) {
		class += " target"
	}
	fmt.Fprintf(w, `<g class="%s"><rect class="box" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, class, x, y, bw, bh, radius)
	fmt.Fprintf(w, `<text class="name" x="%d" y="%d">%s</text>`, x+2*cellW, y+bh/2-4, html.EscapeString(cut(s.Label(), b.W-4)))
	note := stageNote(s)
	if skips(plan, b.Node) {
		note = skipped
	}
	fmt.Fprintf(w, `<text class="note" x="%d" y="%d">%s</text></g>`+"\n", x+2*cellW, y+bh/2+14, html.EscapeString(note))
}

func everyEdge(model.Edge) bool { return true }
