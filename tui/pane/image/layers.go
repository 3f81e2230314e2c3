package image

import (
	"fmt"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// layerRow stands for a layer, or for all of the base image's when folded.
type layerRow struct {
	from, to int // indexes into Image.Layers, inclusive
	folded   bool
}

// layerRows are the rows of the list of layers.
type layerRows struct {
	rows []layerRow
	base int // how many layers the base image brought
	open bool
}

func newLayerRows(im *image.Image) layerRows {
	var r layerRows
	for r.base < len(im.Layers) && im.Layers[r.base].Origin.Base {
		r.base++
	}
	r.open = r.base < 2 || r.base == len(im.Layers)
	r.fill(len(im.Layers))
	return r
}

func (r *layerRows) fill(layers int) {
	r.rows = r.rows[:0]
	first := 0
	if !r.open {
		r.rows = append(r.rows, layerRow{0, r.base - 1, true})
		first = r.base
	}
	for i := first; i < layers; i++ {
		r.rows = append(r.rows, layerRow{from: i, to: i})
	}
}

// last is the row of the topmost layer.
func (r *layerRows) last() int { return len(r.rows) - 1 }

// row is the row that shows a layer.
func (r *layerRows) row(layer int) int {
	for i, row := range r.rows {
		if layer >= row.from && layer <= row.to {
			return i
		}
	}
	return 0
}

// unfold opens the base image's layers if layer is one of them.
func (r *layerRows) unfold(layer int) {
	if !r.open && layer < r.base {
		r.toggle()
	}
}

// toggle folds or unfolds the base image's layers.
func (r *layerRows) toggle() {
	if r.base < 2 {
		return
	}
	n := r.rows[len(r.rows)-1].to + 1
	r.open = !r.open
	r.fill(n)
}

// layerSource draws the rows.
type layerSource struct{ p *Pane }

func (s layerSource) Len() int { return len(s.p.layers.rows) }

func (s layerSource) Row(i, width int, selected, focus bool) string {
	p, th := s.p, s.p.theme
	row := p.layers.rows[i]
	l := p.image.Layers[row.to]
	size := int64(0)
	for _, x := range p.image.Layers[row.from : row.to+1] {
		size += x.Size
	}
	number, where, what := fmt.Sprintf("%3d", row.to+1), p.where(l.Origin), instruction(l.CreatedBy)
	if l.Origin.Stage >= 0 && p.graph != nil {
		if st := p.stepText(l.Origin); st != "" {
			what = st
		}
	}
	if row.folded {
		number, where, what = "   ", "base", fmt.Sprintf("%s  %d layers", p.baseName(), row.to-row.from+1)
	}
	mark := " "
	if sev, ok := p.marks.worst(row.from, row.to); ok {
		mark = p.sign(sev)
	}
	right := th.Render(theme.Bold, fmt.Sprintf("%9s", measure.Bytes(size)))
	if width >= 56 {
		right = p.bar(size, 8) + right // numbers end at the edge, as everywhere
	}
	cursor := " "
	if selected {
		cursor = th.Glyphs.Cursor
	}
	left := cursor + th.Render(theme.Dim, number) + " " + mark + " " + th.Render(theme.Dim, widget.Fit(where, p.whereWidth(), th.Glyphs.Ellipsis)) + " " + what
	line := widget.Sides(left, right, width, th.Glyphs.Ellipsis)
	return highlight(th, line, selected, focus)
}

// bar shows size as a share of the image.
func (p *Pane) bar(size int64, cells int) string {
	total := p.image.Size()
	full := 0
	if total > 0 {
		full = int((size*int64(cells) + total/2) / total)
	}
	full = min(full, cells)
	out := ""
	for i := range cells {
		if i < full {
			out += p.theme.Glyphs.Full
		} else {
			out += " "
		}
	}
	return p.theme.Render(theme.Dim, out)
}

func highlight(th *theme.Theme, line string, selected, focus bool) string {
	switch {
	case selected && focus:
		return th.Over(theme.Selected, line)
	case selected:
		return th.Over(theme.SelectedBlur, line)
	}
	return line
}
