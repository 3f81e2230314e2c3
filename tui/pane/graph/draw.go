package graph

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// View is the pane: h lines of w cells. It is drawn anew only when something
// changed.
func (p *Pane) View() string {
	k := key{rev: p.rev}
	if p.build != nil {
		k.build = p.build.States()
	}
	if p.build != nil && p.build.Running() || p.faces != nil {
		k.now = p.now.UnixMilli() / framePeriod
	}
	if k != p.last || p.view == "" {
		p.view, p.last = p.draw(), k
	}
	return p.view
}

// framePeriod in milliseconds: what moves on its own does so at most 8 times a
// second.
const framePeriod = 125

func (p *Pane) draw() string {
	if p.w == 0 || p.h == 0 {
		return ""
	}
	if p.graph == nil || len(p.graph.Stages) == 0 {
		return p.blank("no stages")
	}
	p.choose()
	p.drawn = map[int]Face{}
	defer func() { p.drawn = nil }()
	w, h := p.canvasSize()
	var b strings.Builder
	if p.fit.drawing == nil {
		p.drawList(&b, w, h)
	} else {
		p.scroll()
		p.print(&b, p.paint(w, h))
	}
	if p.fit.drawing == nil {
		p.overview = layout.Rect{}
	}
	if p.hasLegend() {
		b.WriteByte('\n')
		b.WriteString(p.legend())
	}
	return b.String()
}

func (p *Pane) blank(text string) string {
	lines := make([]string, p.h)
	for i := range lines {
		s := ""
		if i == p.h/2 {
			s = end(text, p.w, p.theme.Glyphs.Ellipsis)
			s = strings.Repeat(" ", (p.w-ansi.StringWidth(s))/2) + s
		}
		lines[i] = s + strings.Repeat(" ", p.w-ansi.StringWidth(s))
	}
	return strings.Join(lines, "\n")
}

// paint draws the visible part of the drawing.
func (p *Pane) paint(w, h int) *canvas.Canvas {
	d := p.fit.drawing
	c := canvas.New(w, h, p.ox, p.oy)
	c.ASCII, c.Above = p.ascii(), roleEdgePath
	roles := make([]role, len(d.Routes))
	for i, r := range d.Routes {
		roles[i] = p.routeRole(r)
		pts := r.Points
		if p.fit.dir == lr && (p.fit.zoom == Line || !p.graph.IsStage(r.From)) {
			// There is no border to start from: start behind the text.
			pts = append([]layout.Point{{X: p.textEnd(r.From, pts[0].X), Y: pts[0].Y}}, pts...)
		}
		c.Line(r.Net, pts, stroke(r.Kind), roles[i])
	}
	window := layout.Rect{X: p.ox, Y: p.oy, W: w, H: h}
	for _, b := range d.Boxes {
		if !b.Overlaps(window) {
			continue
		}
		switch {
		case !p.graph.IsStage(b.Node):
			p.paintExternal(c, b)
		case p.fit.zoom == Line:
			p.paintLine(c, b)
		case p.fit.zoom == Dots:
		default:
			p.paintBox(c, b)
		}
	}
	if p.fit.zoom == Dots {
		p.paintDots(c, window)
		p.paintOverview(c)
		return c
	}
	p.paintCarried(c, d.Routes, roles)
	// An arrow that several routes share takes the strongest look.
	heads := map[layout.Point]role{}
	for i, r := range d.Routes {
		at := r.Points[len(r.Points)-1]
		heads[at] = max(heads[at], roles[i])
	}
	for at, r := range heads {
		c.Put(at.X, at.Y, p.head(), 1, r)
	}
	p.paintOverview(c)
	return c
}

func (p *Pane) ascii() bool { return p.theme.Options().ASCII }

func (p *Pane) head() string {
	switch {
	case p.ascii() && p.fit.dir == lr:
		return ">"
	case p.ascii():
		return "v"
	case p.fit.dir == lr:
		return "▶"
	}
	return "▼"
}

func (p *Pane) routeRole(r layout.Route) role {
	switch {
	case p.picking && p.plan.Needs(r.To):
		return roleEdgePath // all that leads to the target
	case p.picking && p.plans:
		return roleEdgeFaint
	case r.From == p.selected || r.To == p.selected:
		return roleEdgePath
	case p.plans && !p.plan.Needs(r.To):
		return roleEdgeFaint
	}
	return edgeRole(r.Kind)
}

func (p *Pane) paintExternal(c *canvas.Canvas, b layout.Box) {
	r := roleDim
	switch {
	case b.Node == p.selected && p.focus:
		r = roleSelected
	case b.Node == p.selected:
		r = roleBold
	case p.plans && !p.plan.Needs(b.Node):
		r = roleFaint
	}
	width := b.W
	if p.fit.dir == lr {
		width -= 2
	}
	s := middle(externalLabel(p.graph, b.Node), width, p.theme.Glyphs.Ellipsis)
	x := b.X + width - ansi.StringWidth(s)
	if p.fit.dir == td {
		x = b.X + (width-ansi.StringWidth(s))/2
	}
	if p.fit.dir == td {
		c.Blank(b.Rect, roleNone)
	} else {
		c.Blank(layout.Rect{X: b.X, Y: b.Y, W: width + 1, H: b.H}, roleNone)
		p.bracket(c, b, b.X+b.W-1, canvas.Right)
	}
	c.Text(x, b.Y+(b.H-1)/2, s, width, r, segment)
}

// bracket joins, in column x, the ends of several lines at a node that has no
// border: side is the way in which the lines lie.
func (p *Pane) bracket(c *canvas.Canvas, b layout.Box, x int, side canvas.Ways) {
	middle := b.Y + (b.H-1)/2
	ports := map[int]bool{}
	lo, hi := middle, middle
	for _, r := range p.fit.drawing.Routes {
		y := r.Points[0].Y
		if side == canvas.Left {
			y = r.Points[len(r.Points)-1].Y
		}
		if side == canvas.Right && r.From == b.Node || side == canvas.Left && r.To == b.Node {
			ports[y] = true
			lo, hi = min(lo, y), max(hi, y)
		}
	}
	if len(ports) < 2 && ports[middle] || len(ports) == 0 {
		return
	}
	for y := lo; y <= hi; y++ {
		var w canvas.Ways
		if y > lo {
			w |= canvas.Up
		}
		if y < hi {
			w |= canvas.Down
		}
		if ports[y] {
			w |= side
		}
		if y == middle {
			w |= (canvas.Left | canvas.Right) &^ side
		}
		c.Joint(x, y, w, roleEdgeMount)
	}
}

// print writes the canvas with styles, run by run.
func (p *Pane) print(b *strings.Builder, c *canvas.Canvas) {
	var run strings.Builder
	for y := range c.H {
		if y > 0 {
			b.WriteByte('\n')
		}
		now := roleNone
		for x := range c.W {
			s, r := c.Cell(x, y)
			if r != now && (s != " " || now == roleSelected) {
				b.WriteString(p.style(now).Render(run.String()))
				run.Reset()
				now = r
			}
			run.WriteString(s)
		}
		b.WriteString(p.style(now).Render(run.String()))
		run.Reset()
	}
}
