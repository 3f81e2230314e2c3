package image

import (
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

type box struct{ x, y, w, h int }

func (b box) holds(x, y int) bool { return x >= b.x && x < b.x+b.w && y >= b.y && y < b.y+b.h }

// boxes are where the parts lie, below the line that names the image. One with
// no height is not shown.
type boxes struct{ layers, detail, panel box }

const (
	wide      = 110 // from here on layers and panel stand side by side
	tall      = 18  // from here on they stand above one another
	detailMin = 9
)

// arrange places the parts. Where they lie depends on the size and, where there is
// room for one of them only, on the focus: never on what they hold, so that moving
// over rows moves no frame.
func (p *Pane) arrange() {
	w, h := p.width, max(0, p.height-1)
	var b boxes
	switch {
	case p.alone && p.focus == partPanel:
		b.panel = box{0, 1, w, h}
	case p.alone:
		b.layers = box{0, 1, w, h}
	case w >= wide:
		left := min(w*44/100, 88)
		detail := max(detailMin, h*2/5)
		if need := len(p.layers.rows) + 2; need < h-detail {
			detail = h - max(need, 6)
		}
		if h < detailMin+6 {
			detail = 0
		}
		b.layers = box{0, 1, left, h - detail}
		b.detail = box{0, 1 + h - detail, left, detail}
		b.panel = box{left, 1, w - left, h}
	case h >= tall:
		top := max(4, min(len(p.layers.rows)+2, h*3/10))
		b.layers = box{0, 1, w, top}
		b.detail = box{0, 1 + h - 5, w, 5}
		b.panel = box{0, 1 + top, w, h - top - 5}
	default:
		one := box{0, 1, w, h}
		if h >= 11 {
			one.h = h - 4
			b.detail = box{0, 1 + h - 4, w, 4}
		}
		if p.focus == partPanel {
			b.panel = one
		} else {
			b.layers = one
		}
	}
	p.boxes = b
	p.list.SetHeight(b.layers.h - 2)
	p.sizePanel(max(0, b.panel.w-2), max(0, b.panel.h-2))
	if n := len(p.layers.rows); n > 0 {
		p.list.Select(p.list.Cursor, n)
	}
}

// View returns exactly the pane's height in lines, none wider than the pane.
func (p *Pane) View() []string {
	if p.width <= 0 || p.height <= 0 {
		return nil
	}
	if p.image == nil {
		return p.empty()
	}
	out := make([]string, p.height)
	for i := range out {
		out[i] = widget.Spaces(p.width)
	}
	out[0] = widget.Fit(p.headline(), p.width, p.theme.Glyphs.Ellipsis)
	b := p.boxes
	side := append(p.layersView(), p.detailView()...)
	panel := p.panelView()
	if b.panel.x > 0 { // side by side
		for i := range panel {
			out[i+1] = at(side, i, b.layers.w) + panel[i]
		}
		return out
	}
	put(out, p.layersView(), b.layers)
	put(out, panel, b.panel)
	put(out, p.detailView(), b.detail)
	return out
}

func put(out, lines []string, b box) {
	for i := range min(b.h, len(lines)) {
		if y := b.y + i; y < len(out) {
			out[y] = lines[i]
		}
	}
}

func at(lines []string, i, width int) string {
	if i < 0 || i >= len(lines) {
		return widget.Spaces(width)
	}
	return lines[i]
}

func (p *Pane) empty() []string {
	if p.waiting != "" {
		return widget.Empty(p.theme, theme.Text, p.waiting, "", p.width, p.height)
	}
	return widget.Empty(p.theme, theme.Text, "No image yet.", "Press b to build the target; its image opens here.", p.width, p.height)
}
