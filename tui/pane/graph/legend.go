package graph

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

// legend tells the kinds of edges apart and says where the window stands.
func (p *Pane) legend() string {
	var parts []string
	for _, k := range []model.EdgeKind{model.EdgeBase, model.EdgeCopy, model.EdgeMount} {
		for _, e := range p.graph.Edges {
			// What is folded away needs no explanation.
			if e.Kind == k && (p.graph.IsStage(e.From) || !p.fit.fold) {
				parts = append(parts, p.sample(k)+" "+string(k))
				break
			}
		}
	}
	left := " " + strings.Join(parts, "   ")
	right := p.whereabouts()
	space := p.w - ansi.StringWidth(left) - ansi.StringWidth(right) - 1
	if space < 2 {
		right, space = "", p.w-ansi.StringWidth(left)-1
	}
	line := ansi.Truncate(left+strings.Repeat(" ", max(space, 0))+right+" ", p.w, "")
	line += strings.Repeat(" ", p.w-ansi.StringWidth(line))
	return p.style(roleDim).Render(line)
}

// sample is a piece of the line of an edge kind.
func (p *Pane) sample(k model.EdgeKind) string {
	return canvas.Sample(stroke(k), p.ascii()) + canvas.Sample(stroke(k), p.ascii())
}

// whereabouts says which part of a larger drawing is shown, and the zoom level
// when the user set it.
func (p *Pane) whereabouts() string {
	var parts []string
	w, h := p.canvasSize()
	if d := p.fit.drawing; d != nil && (d.W > w || d.H > h) {
		arrows := ""
		for _, a := range []struct {
			more         bool
			glyph, ascii string
		}{
			{d.W > w && p.ox > 0, "◂", "<"},
			{d.H > h && p.oy > 0, "▴", "^"},
			{d.H > h && p.oy+h < d.H, "▾", "v"},
			{d.W > w && p.ox+w < d.W, "▸", ">"},
		} {
			if a.more && p.ascii() {
				arrows += a.ascii
			} else if a.more {
				arrows += a.glyph
			}
		}
		seen := 100 * min(w, d.W) * min(h, d.H) / (d.W * d.H)
		parts = append(parts, fmt.Sprintf("%s %d%% in view", arrows, max(1, seen)))
	} else if d == nil && len(p.graph.Stages) > h {
		parts = append(parts, fmt.Sprintf("%d–%d of %d", p.oy+1, min(p.oy+h, len(p.graph.Stages)), len(p.graph.Stages)))
	}
	if p.zoom != Auto {
		parts = append(parts, "zoom "+p.fit.zoom.String())
	}
	return strings.Join(parts, " "+p.theme.Glyphs.Dot+" ")
}
