package image

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/image/files"
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

// layersView is the frame of layers.
func (p *Pane) layersView() []string {
	b := p.boxes.layers
	if b.h <= 0 {
		return nil
	}
	focus := p.focused && p.focus == partLayers
	f := widget.Frame{
		Title: p.theme.Render(theme.Title, "layers"), Width: b.w, Height: b.h, Focus: focus,
		Scroll: p.list.Scroll(len(p.layers.rows)),
	}
	if p.anchor != nil {
		s := p.scope()
		f.Info = p.theme.Render(theme.Dim, fmt.Sprintf("range of %d, esc ends it", s.To-s.From+1))
	}
	w, _ := f.Inside()
	return f.Render(p.theme, p.list.Render(layerSource{p, p.whereWidth(), p.image.Size()}, w, focus))
}

// layerSource draws the rows.
type layerSource struct {
	p     *Pane
	where int   // width of the column of origins
	total int64 // bytes of the image
}

// From these widths of the list on there is a share, and a bar beside it.
const (
	shareWidth = 42
	barWidth   = 58
)

func (s layerSource) Len() int { return len(s.p.layers.rows) }

func (s layerSource) Row(i, width int, selected, focus bool) string {
	p, th := s.p, s.p.theme
	row := p.layers.rows[i]
	l := p.image.Layers[row.to]
	size := sum(p.image.Layers[row.from : row.to+1])
	number, where, what := fmt.Sprintf("%3d", row.to+1), p.where(l.Origin), p.made(l)
	if row.folded {
		number, where = widget.FitRight(fmt.Sprintf("%d-%d", row.from+1, row.to+1), 3, ""), "base"
		if row.to >= 9 {
			number = "1-" + th.Glyphs.Ellipsis
		}
		what = p.baseName()
	}
	sign := " "
	if sev, ok := p.marks.worst(row.from, row.to); ok {
		sign = p.sign(sev)
	} else if unread(p.image.Layers[row.from : row.to+1]) {
		sign = th.Render(theme.Warning, th.Glyphs.Problem)
	}
	right := th.Render(theme.Bold, fmt.Sprintf("%9s", measure.Bytes(size)))
	if width >= shareWidth {
		right = th.Render(theme.Dim, fmt.Sprintf("%4s", share(size, s.total))) + right // numbers end at the edge, as everywhere
	}
	if width >= barWidth {
		right = p.bar(size, s.total, 8) + right
	}
	cursor := " "
	if selected {
		cursor = th.Glyphs.Cursor
	}
	left := cursor + p.edge(row) + th.Render(theme.Dim, number) + " " + sign + " "
	if s.where > 0 {
		left += th.Render(theme.Dim, widget.Fit(where, s.where, th.Glyphs.Ellipsis)) + " "
	}
	line := widget.Sides(left+what, right, width, th.Glyphs.Ellipsis)
	if !selected && p.inRange(row) {
		return th.Over(theme.SelectedBlur, line)
	}
	return highlight(th, line, selected, focus)
}

// edge is the cell before the number: a range's side, or what the layer did to the
// selected file.
func (p *Pane) edge(row layerRow) string {
	if p.inRange(row) {
		return p.theme.Render(theme.Key, p.theme.Glyphs.Bar)
	}
	for k := row.to; k >= row.from; k-- {
		if w, ok := p.wrote(k); ok {
			if w.Change == image.Unchanged {
				return p.theme.Render(theme.Dim, "=")
			}
			return files.Mark(p.theme, w.Change)
		}
	}
	return " "
}

func (p *Pane) inRange(row layerRow) bool {
	if p.anchor == nil {
		return false
	}
	s := p.scope()
	return row.from >= s.From && row.to <= s.To
}

// share is a part of a whole in percent: "<1%" for what is there but little.
func share(part, whole int64) string {
	if part <= 0 || whole <= 0 {
		return ""
	}
	n := (part*100 + whole/2) / whole
	if n == 0 {
		return "<1%"
	}
	return fmt.Sprintf("%d%%", n)
}

// bar shows size as a share of the image.
func (p *Pane) bar(size, total int64, cells int) string {
	full := 0
	if total > 0 {
		full = int((size*int64(cells) + total/2) / total)
	}
	full = min(full, cells)
	return p.theme.Render(theme.Dim, strings.Repeat(p.theme.Glyphs.Share, full)) + widget.Spaces(cells-full)
}

func highlight(th *theme.Theme, line string, selected, focus bool) string {
	return th.Row(line, selected, focus)
}

// unread says whether something is not known of one of the layers.
func unread(layers []image.Layer) bool {
	return slices.ContainsFunc(layers, func(l image.Layer) bool { return l.Unread })
}

func sum(layers []image.Layer) int64 {
	var n int64
	for _, l := range layers {
		n += l.Size
	}
	return n
}
