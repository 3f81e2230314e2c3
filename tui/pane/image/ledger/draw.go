package ledger

import (
	"fmt"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// View is the line that says what it comes to, and the visible rows: at most the
// Model's height in lines.
func (m *Model) View(focus bool) []string {
	if m.width <= 0 || m.height <= 0 {
		return nil
	}
	th := m.theme
	switch {
	case m.unknown != "":
		lines := []string{""}
		for _, l := range widget.WrapWords(m.unknown, max(1, m.width-2)) {
			lines = append(lines, th.Render(theme.Dim, " "+l))
		}
		return lines[:min(len(lines), m.height)]
	case m.book == nil:
		lines := []string{"", th.Render(theme.Dim, " working it out "+th.Glyphs.Ellipsis)}
		return lines[:min(len(lines), m.height)]
	case len(m.rows) == 0:
		lines := []string{""}
		for i, l := range widget.WrapWords(m.none, max(1, m.width-5)) {
			lead := " " + th.Glyphs.Good() + " "
			if i > 0 {
				lead = widget.Spaces(widget.Width(lead))
			}
			lines = append(lines, th.Render(theme.Good, lead+l))
		}
		return lines[:min(len(lines), m.height)]
	}
	return append([]string{" " + m.summary}, m.list.Render(m, m.width, focus)...)
}

// From this width on rows have more in the middle, as long as names keep that many
// cells.
const (
	infoWidth = 46
	nameLeast = 16
)

// Row draws a row.
func (m *Model) Row(i, width int, selected, focus bool) string {
	th := m.theme
	var line string
	if at := m.rows[i]; at.place >= 0 {
		line = m.placeRow(m.book.Place(at.entry, at.place), width)
	} else {
		line = m.entryRow(at.entry, width)
	}
	return th.Row(line, selected, focus)
}

func (m *Model) entryRow(entry, width int) string {
	th, r := m.theme, m.book.Row(entry)
	fold := " "
	if m.book.Places(entry) > 0 {
		fold = th.Glyphs.Closed
		if m.open[entry] {
			fold = th.Glyphs.Open
		}
	}
	role := theme.Text
	if r.Dim {
		role = theme.Dim
	}
	right := th.Render(role, fmt.Sprintf("%9s", measure.Bytes(r.Bytes)))
	if r.Info != "" && width >= infoWidth && width-m.words-widget.Width(r.Info)-14 >= nameLeast {
		right = th.Render(theme.Dim, r.Info) + " " + right
	}
	room := max(8, width-m.words-5-widget.Width(right))
	left := " " + th.Render(theme.Dim, fold+" "+widget.Fit(r.Word, m.words, th.Glyphs.Ellipsis)) + " " + th.Render(role, widget.TruncateLeft(r.Name, room, th.Glyphs.Ellipsis))
	return widget.Sides(left, right, width, th.Glyphs.Ellipsis)
}

func (m *Model) placeRow(p Place, width int) string {
	th := m.theme
	right := th.Render(theme.Dim, fmt.Sprintf("L%d ", p.Layer+1)) + fmt.Sprintf("%9s", measure.Bytes(p.Bytes))
	room := max(8, width-m.words-6-widget.Width(right))
	left := widget.Spaces(m.words+4) + widget.TruncateLeft(p.Path, room, th.Glyphs.Ellipsis)
	return widget.Sides(left, right, width, th.Glyphs.Ellipsis)
}
