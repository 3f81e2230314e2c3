package files

import (
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// column is a side's place in a row.
type column struct {
	side  int
	width int
	size  bool // there is room for the size beside what became of it
	mark  bool // the sign in front of the row does not tell it already
}

// Widths of what a column holds.
const (
	sizeWidth  = 8
	deltaWidth = 9
	markWidth  = 2
	narrow     = markWidth + deltaWidth   // a mark and a difference
	wide       = narrow + 1 + sizeWidth   // and the size
	leastName  = 28                       // of a path's name
	columnGap  = 2                        // blanks before a column
	countWidth = len("1,204,000 differ ") // of a directory
)

// layout says which columns there is room for, the first side's first: all of them with
// sizes, or without, or the first and the one that is chosen.
func (m *Model) layout() (cols []column, name int) {
	sides := m.files.Sides()
	try := func(chosen []int, each int) bool {
		cols, name = cols[:0], m.width
		for _, s := range chosen {
			w := each
			switch {
			case s == 0:
				w = sizeWidth
			case sides == 2:
				w -= markWidth
			}
			cols = append(cols, column{side: s, width: w, size: each == wide || s == 0, mark: sides > 2})
			name -= w + columnGap
		}
		return name >= leastName
	}
	all := make([]int, sides)
	for i := range all {
		all[i] = i
	}
	switch few := []int{0, m.Against()}; {
	case try(all, wide), try(all, narrow), try(few, wide), try(few, narrow), try(few[1:], narrow):
	}
	return cols, max(8, name)
}

// head is the line of the columns' names. The one that keys are about stands out.
func (m *Model) head(cols []column, name int) string {
	th := m.theme
	left := " "
	if len(cols) < m.files.Sides() {
		left += th.Render(theme.Key, "< >") + th.Render(theme.Dim, " the other sides")
	}
	line := widget.Fit(left, name, th.Glyphs.Ellipsis)
	for _, c := range cols {
		role := theme.Bold
		text := widget.Truncate(m.cols.Name(c.side), c.width, th.Glyphs.Ellipsis)
		if c.side == m.cols.At() {
			role = theme.Highlight
		}
		width, change := c.width, ""
		if c.size && c.side > 0 { // the name stands above the sizes
			width -= 1 + deltaWidth
			change = widget.FitRight(th.Render(theme.Dim, "change"), 1+deltaWidth, "")
			text = widget.Truncate(m.cols.Name(c.side), width, th.Glyphs.Ellipsis)
		}
		line += widget.Spaces(columnGap) + widget.FitRight(th.Render(role, text), width, "") + change
	}
	return line
}
