package tab

import (
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Columns are the sides of a comparison as columns of the screen, the same in every
// tab. The first side's always stands at the left, for the others are measured against
// it; where not all fit, the rest scrolls.
type Columns struct {
	names, details []string
	at             int // the side that keys are about
	from           int // the first that is shown after the first side
}

// Column is a side's place in a line.
type Column struct{ Side, X, Width int }

// SetSides takes the sides of a comparison.
func (c *Columns) SetSides(sides []compare.Side) {
	c.names, c.details = nil, nil
	for _, s := range sides {
		c.names = append(c.names, s.Name)
		c.details = append(c.details, s.Detail)
	}
	c.at, c.from = max(0, len(sides)-1), 1
}

// Len is how many sides there are.
func (c *Columns) Len() int { return len(c.names) }

// Name is what a side is called.
func (c *Columns) Name(side int) string { return c.names[side] }

// At is the side that keys are about.
func (c *Columns) At() int { return c.at }

// Select makes a side the one that keys are about.
func (c *Columns) Select(side int) { c.at = max(0, min(side, len(c.names)-1)) }

// Move goes to the next side, or the one before.
func (c *Columns) Move(by int) { c.Select(c.at + by) }

// gap is the blanks between columns.
const gap = 2

// Place divides what is right of label cells among the columns, each at least least
// wide: all that fit.
func (c *Columns) Place(width, label, least int) []Column {
	n := len(c.names)
	if n == 0 {
		return nil
	}
	room := max(1, width-label)
	fit := max(1, min(n, (room+gap)/(least+gap)))
	var shown []int
	switch rest := fit - 1; {
	case fit == n:
		for i := range n {
			shown = append(shown, i)
		}
	case rest == 0:
		shown = []int{c.at}
	default:
		if c.at > 0 {
			c.from = max(min(c.from, c.at), c.at-rest+1)
		}
		c.from = max(1, min(c.from, n-rest))
		shown = append(shown, 0)
		for i := range rest {
			shown = append(shown, c.from+i)
		}
	}
	each := max(1, (room+gap)/len(shown)-gap)
	out := make([]Column, len(shown))
	for i, side := range shown {
		out[i] = Column{Side: side, X: label + i*(each+gap), Width: each}
	}
	return out
}

// Hidden says how many sides have no room beside those that are placed.
func (c *Columns) Hidden(placed []Column) int { return len(c.names) - len(placed) }

// Line puts a label and a cell for each column into a line.
func Line(label string, width int, columns []Column, cell func(Column) string, ellipsis string) string {
	line := label
	for _, col := range columns {
		line = widget.Fit(line, col.X, ellipsis) + widget.Fit(cell(col), col.Width, ellipsis)
	}
	return widget.Fit(line, width, ellipsis)
}

// Head is the line of names. The one that keys are about stands out.
func (c *Columns) Head(th *theme.Theme, width int, columns []Column) string {
	label := ""
	if n := c.Hidden(columns); n > 0 {
		label = " " + th.Render(theme.Key, "< >") + th.Render(theme.Dim, " more")
	}
	return Line(label, width, columns, func(col Column) string {
		if col.Side == c.at {
			return th.Render(theme.Highlight, th.Glyphs.Cursor+widget.TruncateMiddle(c.names[col.Side], col.Width-1, th.Glyphs.Ellipsis))
		}
		return " " + th.Render(theme.Bold, widget.TruncateMiddle(c.names[col.Side], col.Width-1, th.Glyphs.Ellipsis))
	}, "")
}

// Under is the side whose column a cell belongs to.
func Under(columns []Column, x int) (side int, ok bool) {
	for _, c := range columns {
		if x >= c.X && x < c.X+c.Width {
			return c.Side, true
		}
	}
	return 0, false
}
