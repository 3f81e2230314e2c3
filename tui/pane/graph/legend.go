package graph

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout/canvas"
	"github.com/stagedive/stagedive/model/measure"
)

// legend tells the kinds of edges apart and says where the window stands.
func (p *Pane) legend() string {
	var parts []string
	for _, k := range []model.EdgeKind{model.EdgeBase, model.EdgeCopy, model.EdgeMount} {
		for _, e := range p.graph.Edges {
			// What is folded away needs no explanation.
			if e.Kind == k && !p.hides(e.To) && p.drawsEdge(e) {
				parts = append(parts, p.sample(k)+" "+string(k))
				break
			}
		}
	}
	if p.showsTags() {
		parts = append(parts, p.head()+" image")
	}
	left, right := " "+strings.Join(parts, "   "), p.whereabouts(true)
	room := func() int { return p.w - ansi.StringWidth(left) - ansi.StringWidth(right) - 1 }
	if room() < 2 {
		right = p.whereabouts(false)
	}
	for p.fit.kept && room() < 1 && len(parts) > 0 { // that something is hidden must be said
		parts = parts[:len(parts)-1]
		left = " " + strings.Join(parts, "   ")
	}
	if room() < 1 {
		right = ""
	}
	space := room()
	line := ansi.Truncate(left+strings.Repeat(" ", max(space, 0))+right+" ", p.w, "")
	line += strings.Repeat(" ", p.w-ansi.StringWidth(line))
	return p.style(roleDim).Render(line)
}

// sample is a piece of the line of an edge kind.
func (p *Pane) sample(k model.EdgeKind) string {
	return canvas.Sample(stroke(k), p.ascii()) + canvas.Sample(stroke(k), p.ascii())
}

// whereabouts says what is hidden, which part of a larger drawing is shown, and
// the zoom level when the user set it.
func (p *Pane) whereabouts(long bool) string {
	var parts []string
	if note := p.skipNote(long); note != "" {
		parts = append(parts, note)
	}
	if note := p.foldNote(); note != "" && long {
		parts = append(parts, note)
	}
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
	} else if d == nil && len(p.listed()) > h {
		n := len(p.listed())
		parts = append(parts, fmt.Sprintf("%d–%d of %d", p.oy+1, min(p.oy+h, n), n))
	}
	if p.zoom != Auto {
		parts = append(parts, "zoom "+p.fit.zoom.String())
	}
	return strings.Join(parts, " "+p.theme.Glyphs.Dot+" ")
}

// foldNote says that images and contexts are not drawn for want of room.
func (p *Pane) foldNote() string {
	if p.fit.drawing == nil || p.fit.roots != foldedRoots {
		return ""
	}
	seen := map[model.NodeID]bool{}
	for _, e := range p.graph.Edges {
		if !p.graph.IsStage(e.From) && e.Kind != model.EdgeBase && !p.hides(e.To) {
			seen[e.From] = true
		}
	}
	if len(seen) == 0 {
		return ""
	}
	return measure.Plural(len(seen), "image") + " not drawn"
}
