package widget

import (
	"strings"

	"github.com/stagedive/stagedive/tui/theme"
)

// Frame is a border around a pane, with a title in its top line and more on the
// right of it. Its inside is two cells smaller each way.
type Frame struct {
	Title  string // may be styled
	Info   string // right end of the top line; dropped when there is no room
	Footer string // right end of the bottom line; dropped when there is no room
	Width  int
	Height int
	Focus  bool
	Scroll Scroll // shown on the right side when not all is visible
}

// Scroll says which part of something is visible, in lines.
type Scroll struct{ Offset, Visible, Total int }

// Inside is the size of the content.
func (f Frame) Inside() (width, height int) {
	return max(0, f.Width-2), max(0, f.Height-2)
}

// Render draws the frame around the lines: exactly Height lines of Width cells.
// Lines that are missing are blank, those too many or too long are cut.
func (f Frame) Render(th *theme.Theme, lines []string) []string {
	if f.Width <= 0 || f.Height <= 0 {
		return nil
	}
	g := th.Glyphs
	if f.Width < 4 || f.Height < 2 { // no room for a border
		out := make([]string, f.Height)
		for i := range out {
			out[i] = Fit(at(lines, i), f.Width, "")
		}
		return out
	}
	border := th.Style(theme.Border)
	if f.Focus {
		border = th.Style(theme.BorderFocus)
	}
	w, h := f.Inside()
	out := make([]string, 0, f.Height)
	out = append(out, f.top(th, border, w))
	side := border.Render(g.Frame.Vertical)
	from, to := f.Scroll.thumb(h)
	thumb := border.Render(g.Frame.Thumb)
	for i := range h {
		right := side
		if i >= from && i < to {
			right = thumb
		}
		out = append(out, side+Fit(at(lines, i), w, g.Ellipsis)+right)
	}
	return append(out, f.bottom(th, border, w))
}

func (f Frame) top(th *theme.Theme, border theme.Style, w int) string {
	g := th.Glyphs.Frame
	title, info := f.Title, f.Info
	if Width(title)+4 > w {
		title = Truncate(title, w-3, th.Glyphs.Ellipsis)
	}
	if Width(title)+Width(info)+6 > w {
		info = ""
	}
	var b strings.Builder
	line := g.TopLeft
	rest := w
	if title != "" {
		b.WriteString(border.Render(line+g.Horizontal) + " " + title + " ")
		rest -= Width(title) + 3
		line = ""
	}
	if info != "" {
		rest -= Width(info) + 3
		b.WriteString(border.Render(line+strings.Repeat(g.Horizontal, max(0, rest))) + " " + info + " ")
		b.WriteString(border.Render(g.Horizontal + g.TopRight))
		return b.String()
	}
	b.WriteString(border.Render(line + strings.Repeat(g.Horizontal, max(0, rest)) + g.TopRight))
	return b.String()
}

func (f Frame) bottom(th *theme.Theme, border theme.Style, w int) string {
	g := th.Glyphs.Frame
	if n := Width(f.Footer); n > 0 && n+4 <= w {
		return border.Render(g.BottomLeft+strings.Repeat(g.Horizontal, w-n-3)) + " " + f.Footer + " " +
			border.Render(g.Horizontal+g.BottomRight)
	}
	return border.Render(g.BottomLeft + strings.Repeat(g.Horizontal, w) + g.BottomRight)
}

// thumb is the range of lines, of h, that shows where the visible part lies;
// empty when all is visible.
func (s Scroll) thumb(h int) (from, to int) {
	if s.Visible <= 0 || s.Total <= s.Visible || h < 2 {
		return 0, 0
	}
	size := max(1, h*s.Visible/s.Total)
	if last := s.Total - s.Visible; s.Offset >= last {
		from = h - size
	} else if s.Offset > 0 {
		from = 1 + (h-size-1)*s.Offset/last // not at an end unless it is the end
	}
	from = max(0, min(from, h-size))
	return from, from + size
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}
