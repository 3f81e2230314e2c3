package overview

import (
	"fmt"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Widths of what a column holds.
const (
	numberWidth = 9
	deltaWidth  = 8
	least       = 1 + numberWidth + 1 + deltaWidth
)

func (m *Model) columns() []tab.Column { return m.cols.Place(m.width-1, m.labelWidth(), least) }

// labelWidth is as wide as the longest label, where that leaves room for numbers.
func (m *Model) labelWidth() int {
	w := 0
	for _, f := range m.facts {
		w = max(w, widget.Width(f.Label))
	}
	return min(w+3, max(16, m.width/3))
}

// View is tab.Tab's.
func (m *Model) View(focus bool) []string {
	if m.width <= 0 || m.height <= 0 {
		return nil
	}
	cols := m.columns()
	out := []string{m.cols.Head(m.theme, m.width, cols), m.origins(cols)}
	out = append(out, m.list.Render(painter{m, cols}, m.width, focus)...)
	n, notes := m.told(), m.notes()
	if len(notes)+n > 0 {
		for len(out) < m.height-n-len(notes) {
			out = append(out, "")
		}
		out = append(out, notes...)
	}
	if n > 0 {
		out = append(out, m.inWords(n)...)
	}
	return out[:min(len(out), m.height)]
}

// notes are lines of what must be known of the sides, after an empty one, as far as a
// quarter of the height has room for them.
func (m *Model) notes() []string {
	th := m.theme
	var out []string
	for _, s := range m.sides {
		for _, n := range s.Notes {
			for i, line := range widget.WrapWords(s.Name+": "+n, m.width-4) {
				mark := "  "
				if i == 0 {
					mark = th.Glyphs.Dot + " "
				}
				out = append(out, " "+th.Render(theme.Dim, mark+line))
			}
		}
	}
	room := m.height/4 - 1
	switch {
	case len(out) == 0 || room < 3: // so few would say nothing
		return nil
	case len(out) > room:
		out = append(out[:room-1], " "+th.Render(theme.Dim, "  "+th.Glyphs.Ellipsis))
	}
	return append([]string{""}, out...)
}

// origins is the line that says where each side comes from, or why it is not there.
func (m *Model) origins(cols []tab.Column) string {
	th := m.theme
	return tab.Line("", m.width, cols, func(c tab.Column) string {
		s := m.sides[c.Side]
		switch {
		case s.Problem != "":
			return th.Render(theme.Warning, " "+widget.Truncate(th.Glyphs.Problem+" "+s.Problem, c.Width-1, th.Glyphs.Ellipsis))
		case s.Detail != "":
			return th.Render(theme.Dim, " "+widget.TruncateMiddle(s.Detail, c.Width-1, th.Glyphs.Ellipsis))
		case c.Side == 0:
			return th.Render(theme.Dim, " measured against")
		}
		return ""
	}, "")
}

// painter draws the rows.
type painter struct {
	*Model
	cols []tab.Column
}

// Len is widget.Source's.
func (p painter) Len() int { return len(p.rows) }

// Row is widget.Source's.
func (p painter) Row(i, width int, selected, focus bool) string {
	th, r := p.theme, p.rows[i]
	f := p.facts[r.fact]
	if r.bars {
		return tab.Line("", width, p.cols, func(c tab.Column) string { return p.bar(f.Cells[c.Side], c.Width) }, "")
	}
	mark := " "
	if selected {
		mark = th.Glyphs.Cursor
	}
	label := f.Label
	if sev, ok := severity(f); ok {
		label = "  " + th.Render(theme.Severity(sev), th.Glyphs.Problem) + " " + sev.String()
	}
	label = widget.Truncate(mark+label, p.labelWidth()-1, th.Glyphs.Ellipsis)
	line := tab.Line(label, width, p.cols, func(c tab.Column) string { return p.cell(f, c) }, th.Glyphs.Ellipsis)
	return th.Row(line, selected, focus)
}

// severity is the one whose findings a row counts.
func severity(f compare.Fact) (finding.Severity, bool) {
	name, ok := strings.CutPrefix(f.Key, "findings.")
	if !ok {
		return 0, false
	}
	return finding.ParseSeverity(name)
}

// bar is a size to the scale of the largest.
func (p painter) bar(c compare.Cell, width int) string {
	room := width - 1
	if !c.Known || p.most <= 0 || room < 1 {
		return ""
	}
	n := int(c.Number * int64(room) / p.most)
	if n == 0 && c.Number > 0 {
		n = 1
	}
	th := p.theme
	return " " + strings.Repeat(th.Glyphs.Share, n)
}

// cell is a side's number, by how much it differs, and what is to say beside it.
func (p painter) cell(f compare.Fact, c tab.Column) string {
	th, cell := p.theme, f.Cells[c.Side]
	text := f.Text(c.Side)
	if !cell.Known && th.Options().ASCII {
		text = "-"
	}
	number := widget.FitRight(text, numberWidth, th.Glyphs.Ellipsis)
	if !cell.Known || cell.Number == 0 && c.Side > 0 && !f.Growth {
		number = th.Render(theme.Dim, number)
	}
	diff, role := delta(f, c.Side)
	line := " " + number + " " + th.Render(role, widget.FitRight(diff, deltaWidth, ""))
	if room := c.Width - least - 2; cell.Note != "" && cell.Number != 0 && room >= widget.Width(cell.Note) {
		line += "  " + th.Render(theme.Dim, cell.Note)
	}
	return line
}

// delta says by how much a number differs from the first's, and what to think of it.
func delta(f compare.Fact, side int) (text string, role theme.Role) {
	d, ok := f.Delta(side)
	switch {
	case !ok || !f.Growth && f.Unit == compare.Count:
		return "", theme.Text
	case d == 0:
		return "same", theme.Dim
	}
	role = theme.Text
	switch {
	case f.Growth && d > 0:
		role = theme.Warning
	}
	if p, ok := f.Percent(side); ok && f.Unit != compare.Count {
		return percent(p), role
	}
	if f.Unit == compare.Count {
		return signed(d), role
	}
	return "", role
}

// percent is a change in percent; one that rounds to nothing says so.
func percent(p float64) string {
	switch {
	case p > 0 && p < 0.5:
		return "+<1 %"
	case p < 0 && p > -0.5:
		return "-<1 %"
	case p > -100 && p < -99:
		return fmt.Sprintf("%.1f %%", max(p, -99.9))
	case p >= 9999.5:
		return ">9999 %"
	}
	return fmt.Sprintf("%+.0f %%", p)
}

func signed(n int64) string {
	if n > 0 {
		return "+" + measure.Count(int(n))
	}
	return measure.Count(int(n))
}

// inWords tells the selected number of all sides, in n lines with a blank before them.
func (m *Model) inWords(n int) []string {
	f, ok := m.selected()
	if !ok {
		return nil
	}
	var parts []string
	for i, s := range m.sides {
		text := s.Name + " " + f.Text(i)
		if note := f.Cells[i].Note; note != "" && f.Cells[i].Number != 0 {
			text += " (" + note + ")"
		}
		if words := inWords(f, i); words != "" {
			text += ", " + words
		}
		parts = append(parts, text)
	}
	label := strings.TrimSpace(f.Label) + ": "
	out := []string{""}
	for _, l := range widget.WrapWords(label+strings.Join(parts, "; "), max(1, m.width-2)) {
		if len(out) == n {
			out[n-1] = widget.Truncate(out[n-1]+" "+m.theme.Glyphs.Ellipsis, m.width, m.theme.Glyphs.Ellipsis)
			break
		}
		out = append(out, " "+m.theme.Render(theme.Dim, l))
	}
	return out
}

// inWords is the difference from the first side in words; "" for none to tell.
func inWords(f compare.Fact, side int) string {
	d, ok := f.Delta(side)
	if !ok || !f.Growth && f.Unit == compare.Count {
		return ""
	}
	word := "more"
	if d < 0 {
		word = "less"
	}
	switch abs := max(d, -d); {
	case d == 0:
		return "the same"
	case f.Unit == compare.Bytes:
		return measure.Bytes(abs) + " " + word
	case f.Unit == compare.Duration:
		return measure.Duration(time.Duration(abs)) + " " + word
	default:
		return measure.Count(int(abs)) + " " + word
	}
}
