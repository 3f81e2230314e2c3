package table

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

const headLines = 2 // names, and how many rows there are

// SetSize is tab.Tab's.
func (m *Model) SetSize(width, height int) {
	m.width, m.height = width, height
	m.list.SetHeight(max(0, height-headLines-m.told()))
	m.list.Select(m.list.Cursor, len(m.shown))
}

// told is how many lines there are for the selected row in words, with the line above
// them.
func (m *Model) told() int {
	switch {
	case m.height >= 30:
		return 8
	case m.height >= 18:
		return 5
	case m.height >= 12:
		return 3
	}
	return 0
}

func (m *Model) columns() []tab.Column {
	return m.cols.Place(m.width-1, m.labelWidth(), m.kind.Least)
}

// labelWidth is as wide as the longest name, up to the kind's share of the line.
func (m *Model) labelWidth() int {
	return min(max(12, m.label), m.width*m.kind.Label/100)
}

// View is tab.Tab's.
func (m *Model) View(focus bool) []string {
	if m.width <= 0 || m.height <= 0 {
		return nil
	}
	th, cols := m.theme, m.columns()
	out := []string{m.cols.Head(th, m.width, cols), m.status()}
	if len(m.shown) == 0 {
		out = append(out, "", " "+th.Render(theme.Dim, widget.Truncate(m.nothing(), m.width-1, th.Glyphs.Ellipsis)))
		return out[:min(len(out), m.height)]
	}
	out = append(out, m.list.Render(painter{m, cols, m.labelWidth()}, m.width, focus)...)
	if n := m.told(); n > 0 {
		for len(out) < m.height-n {
			out = append(out, "")
		}
		out = append(out, m.words(n)...)
	}
	return out[:min(len(out), m.height)]
}

// nothing says why there are no rows.
func (m *Model) nothing() string {
	switch {
	case len(m.rows) == 0:
		return m.kind.None
	case m.filter.String() != "":
		return "Nothing is called like that: esc shows all."
	}
	return "All sides are the same: d shows what they have."
}

// status is the line under the names: how many rows there are, and which are shown.
func (m *Model) status() string {
	th := m.theme
	if m.typing {
		return " " + th.Render(theme.Key, "/") + " " + m.filter.View(th, max(1, m.width-4))
	}
	dot := " " + th.Glyphs.Dot + " "
	of := "in all"
	if m.kind.Are != "" {
		of = m.kind.Are
	}
	text := measure.Count(len(m.rows)) + " " + of + dot
	if m.differ == 0 {
		text += "all the same"
	} else {
		text += measure.Count(m.differ) + " differ"
	}
	if m.only {
		text += dot + "only those"
	}
	if f := m.filter.String(); f != "" {
		text += dot + fmt.Sprintf("%s with %q", measure.Count(len(m.shown)), f)
	}
	if m.bySize {
		text += dot + "largest first"
	}
	return " " + th.Render(theme.Dim, widget.Truncate(text, max(0, m.width-1), th.Glyphs.Ellipsis))
}

// painter draws the rows.
type painter struct {
	*Model
	cols  []tab.Column
	label int
}

// Len is widget.Source's.
func (p painter) Len() int { return len(p.shown) }

// Row is widget.Source's.
func (p painter) Row(i, width int, selected, focus bool) string {
	th, r := p.theme, &p.rows[p.shown[i]]
	mark := " "
	if selected {
		mark = th.Glyphs.Cursor
	}
	label, room := mark, p.label-2
	if lead := p.lead(r); lead != "" {
		label += th.Render(r.Role, lead) + " "
		room -= widget.Width(lead) + 1
	}
	role := theme.Text
	if r.Same {
		role = theme.Dim
	}
	cut := widget.TruncateMiddle
	if p.kind.CutEnd {
		cut = widget.Truncate
	}
	label += th.Render(role, cut(r.Label, room, th.Glyphs.Ellipsis))
	line := tab.Line(label, width, p.cols, func(c tab.Column) string { return p.cell(r, c) }, th.Glyphs.Ellipsis)
	return th.Row(line, selected, focus)
}

// lead is what stands before the name.
func (m *Model) lead(r *Row) string {
	if r.Sign {
		return m.theme.Glyphs.Problem + " " + r.Lead
	}
	return r.Lead
}

// cell is what a side has of a row, with the sign and, where there is room, the word of
// what became of it.
func (p painter) cell(r *Row, col tab.Column) string {
	th, c := p.theme, r.Cells[col.Side]
	sign, word, role := p.change(c)
	text := c.Text
	if !c.Has {
		text = word
	}
	lead := " " + th.Render(role, sign) + " "
	room := col.Width - 3
	right := c.Right
	if c.Has && word != "" && widget.Width(text)+2+widget.Width(word)+widget.Width(right)+1 <= room {
		right = strings.TrimSpace(word + "  " + right)
	}
	look := theme.Text
	switch {
	case r.Same:
		look = theme.Dim
	case c.Change != image.Unchanged:
		look = role
	}
	if right == "" {
		return lead + th.Render(look, widget.TruncateMiddle(text, room, th.Glyphs.Ellipsis))
	}
	text = widget.TruncateMiddle(text, max(0, room-widget.Width(right)-1), th.Glyphs.Ellipsis)
	gap := widget.Spaces(room - widget.Width(text) - widget.Width(right))
	return lead + th.Render(look, text) + gap + th.Render(theme.Dim, right)
}

// change is the sign and the word of what became of the first side's, and what to think
// of it.
func (p painter) change(c Cell) (sign, word string, role theme.Role) {
	good, bad := theme.Added, theme.Removed
	if p.kind.Worse {
		good, bad = theme.Warning, theme.Good
	}
	switch c.Change {
	case image.Added:
		return "+", "added", good
	case image.Removed:
		return "-", "gone", bad
	case image.Modified, image.Metadata:
		return "~", "changed", theme.Modified
	}
	if !c.Has {
		return " ", "", theme.Dim
	}
	return " ", "", theme.Text
}

// words tells all of the selected row, in n lines with a line above them.
func (m *Model) words(n int) []string {
	r, ok := m.selected()
	if !ok {
		return nil
	}
	th := m.theme
	out := []string{th.Render(theme.Border, strings.Repeat(th.Glyphs.Frame.Horizontal, m.width))}
	put := func(label, text string) {
		lead := " " + th.Render(theme.Dim, label)
		indent := 1 + widget.Width(label)
		for i, l := range widget.WrapWords(text, max(1, m.width-indent-1)) {
			if i > 0 {
				lead = widget.Spaces(indent)
			}
			out = append(out, lead+l)
		}
	}
	title := r.Label
	if lead := m.lead(r); lead != "" {
		title = strings.TrimSpace(lead) + " " + title
	}
	put("", title)
	for i, c := range r.Cells {
		if c.Has && c.Text != "" {
			put(m.cols.Name(i)+": ", strings.TrimSpace(cmp.Or(c.Long, c.Text)+"  "+c.Right))
		}
	}
	for _, w := range r.Words {
		put("", w)
	}
	if len(out) > n {
		out = append(out[:n-1], " "+th.Render(theme.Dim, th.Glyphs.Ellipsis))
	}
	return out
}
