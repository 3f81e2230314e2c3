package logs

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// content draws a Pane's rows in a look: the lines of a scope's logs in the order
// in which they came; where lines were dropped, a row says so.
type content struct {
	*Pane
	look   pane.Look
	labels int // cells that say whose line it is; 0 for none
}

// Len is widget.Lines'.
func (c *content) Len() int { return c.rows.Len() }

// Key is widget.Keyed's.
func (c *content) Key(i int) int { return c.at(i).Key }

// Find is widget.Keyed's.
func (c *content) Find(key int) int { return c.rows.Find(key) }

func (c *content) at(i int) build.Row {
	row, _ := c.rows.At(i)
	return row
}

// Line draws row i with the colours it has.
func (c *content) Line(i int) string {
	th := c.look.Theme
	row := c.at(i)
	if row.Dropped > 0 {
		g := strings.Repeat(th.Glyphs.Gap, 3)
		return th.Render(theme.Warning, fmt.Sprintf("%s %s dropped %s", g, measure.Plural(row.Dropped, "line"), g))
	}
	text := row.Line.Text
	if th.Mono() {
		text = sanitize.Plain(text)
	}
	text = widget.Seal(c.search.paint(th, text, row.Key))
	if c.marked.has(row.Key) {
		return th.Over(theme.Selected, text)
	}
	return text
}

// timed says whether times stand beside the lines.
func (c *content) timed() bool { return c.stamps.shown(c.width - c.labels) }

// GutterWidth is widget.Gutter's.
func (c *content) GutterWidth() int {
	width := 0
	if c.timed() {
		width = c.stamps.width() + 2
	}
	if c.labels > 0 {
		width += c.labels + 3
	}
	return max(1, width)
}

// Gutter draws when a line came and whose it is, unless the line before says the
// same.
func (c *content) Gutter(i int, first bool, piece int) string {
	th := c.look.Theme
	row := c.at(i)
	var before build.Row
	alone := first || i == 0
	if !alone {
		before = c.at(i - 1)
	}
	out := ""
	if c.timed() {
		text := ""
		if row.Dropped == 0 && piece == 0 {
			text = c.stamps.text(row.Line.Time, c.build.Started, c.zone)
			if !alone && before.Dropped == 0 && c.stamps.text(before.Line.Time, c.build.Started, c.zone) == text {
				text = ""
			}
		}
		out = widget.Spaces(c.stamps.width()-len(text)) + th.Render(theme.Dim, text) + "  "
	}
	if c.labels == 0 {
		if out == "" {
			return " "
		}
		return out
	}
	text, role := "", theme.Dim
	if piece == 0 && (alone || before.Part != row.Part) || first {
		text, role = c.label(row.Part)
	}
	if out == "" {
		out = " "
	}
	return out + th.Render(role, widget.Fit(text, c.labels, th.Glyphs.Ellipsis)) + th.Render(theme.Border, " "+th.Glyphs.Frame.Vertical+" ")
}
