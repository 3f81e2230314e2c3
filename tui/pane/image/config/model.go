// Package config shows what an image says of itself beside its files: what it runs
// and as whom, its environment and labels, what it is called, its history.
package config

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Model is the configuration of an image as rows.
type Model struct {
	theme    *theme.Theme
	rows     keys.Rows
	sections []section
	lines    []line
	list     widget.List
	width    int
	labels   int // width of their column
}

// line is a row: a title, or a piece of an entry.
type line struct {
	title string
	entry *entry // nil under a title
	piece string // of the entry's value
	first bool   // the piece that has the label
}

// New returns a Model without an image.
func New(th *theme.Theme) *Model {
	return &Model{theme: th, rows: keys.Default().Rows.Without("space")}
}

// SetTheme changes how it looks.
func (m *Model) SetTheme(th *theme.Theme) { m.theme = th }

// SetSize gives it its cells.
func (m *Model) SetSize(width, height int) {
	m.list.SetHeight(height)
	if m.width != width {
		m.width = width
		m.wrap()
	}
	m.list.Select(m.list.Cursor, len(m.lines))
}

// SetImage shows another image. instruction makes a line of the history short.
func (m *Model) SetImage(im *image.Image, instruction func(string) string) {
	m.sections = nil
	if im != nil {
		m.sections = sections(im, instruction)
	}
	m.list.Select(0, 0)
	m.wrap()
}

// labelWidth is the column of labels, as wide as most of them need; a longer one
// stands on a line of its own.
func (m *Model) labelWidth() int {
	most := min(26, max(10, m.width/4))
	w := min(10, most)
	for _, s := range m.sections {
		for _, e := range s.entries {
			if n := widget.Width(e.label); n <= most {
				w = max(w, n)
			}
		}
	}
	return w
}

// wrap breaks values into lines.
func (m *Model) wrap() {
	m.lines, m.labels = nil, m.labelWidth()
	room := max(8, m.width-m.labels-3)
	for i, s := range m.sections {
		if i > 0 {
			m.lines = append(m.lines, line{})
		}
		m.lines = append(m.lines, line{title: s.title})
		for k := range s.entries {
			e := &s.entries[k]
			if widget.Width(e.label) > m.labels {
				m.lines = append(m.lines, line{entry: e, first: true})
				for _, piece := range widget.WrapWords(e.value, room) {
					m.lines = append(m.lines, line{entry: e, piece: piece})
				}
				continue
			}
			for j, piece := range widget.WrapWords(e.value, room) {
				m.lines = append(m.lines, line{entry: e, piece: piece, first: j == 0})
			}
		}
	}
}

// Len is how many rows there are.
func (m *Model) Len() int { return len(m.lines) }

// Row draws a row.
func (m *Model) Row(i, width int, selected, focus bool) string {
	th, l := m.theme, m.lines[i]
	var out string
	switch {
	case l.entry == nil:
		out = " " + th.Render(theme.Title, l.title)
	default:
		label := ""
		if l.first {
			label = l.entry.label
		}
		role := theme.Text
		switch {
		case l.entry.odd:
			role = theme.Warning
		case l.entry.empty:
			role = theme.Dim
		}
		if l.piece == "" && l.first {
			out = " " + th.Render(theme.Dim, label)
			break
		}
		out = " " + th.Render(theme.Dim, widget.Fit(label, m.labels, th.Glyphs.Ellipsis)) + "  " + th.Render(role, l.piece)
	}
	out = widget.Fit(out, width, th.Glyphs.Ellipsis)
	return th.Row(out, selected, focus)
}

// View is the visible rows.
func (m *Model) View(focus bool) []string { return m.list.Render(m, m.width, focus) }

// Scroll is where the window over the rows stands.
func (m *Model) Scroll() widget.Scroll { return m.list.Scroll(len(m.lines)) }

// Key handles a key; false for one that means nothing here.
func (m *Model) Key(msg tea.KeyPressMsg) bool { return m.list.Press(m.rows, msg, len(m.lines)) }

// Click puts the cursor on the row at line y.
func (m *Model) Click(y int) {
	if i, ok := m.list.At(y, len(m.lines)); ok {
		m.list.Select(i, len(m.lines))
	}
}

// Wheel scrolls by delta rows.
func (m *Model) Wheel(delta int) { m.list.Wheel(delta, len(m.lines)) }

// Selected is the text under the cursor, whole: NAME=value of a variable or a
// label, the value of anything else. "" on a title.
func (m *Model) Selected() string {
	if m.list.Cursor >= len(m.lines) || m.lines[m.list.Cursor].entry == nil {
		return ""
	}
	e := m.lines[m.list.Cursor].entry
	for _, s := range m.sections {
		for i := range s.entries {
			if &s.entries[i] == e && (s.title == "environment" || s.title == "labels") {
				return fmt.Sprintf("%s=%s", e.label, e.value)
			}
		}
	}
	return e.value
}
