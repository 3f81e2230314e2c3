package behaviour

import (
	"fmt"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// least is what a column needs: a blank, a glyph and the longest word.
const least = 12

func (m *Model) columns() []tab.Column {
	label := 0
	for _, r := range m.rows {
		label = max(label, widget.Width(r.Name))
	}
	return m.cols.Place(m.width, min(label+4, max(14, m.width*2/5)), least)
}

// View is tab.Tab's.
func (m *Model) View(focus bool) []string {
	switch {
	case m.width <= 0 || m.height <= 0 || len(m.sides) == 0:
		return nil
	case len(m.rows) == 0:
		return m.empty()
	}
	cols := m.columns()
	out := []string{m.head(), m.cols.Head(m.theme, m.width, cols)}
	out = append(out, m.list.Render(painter{m, cols}, m.width, focus)...)
	if rest := m.height - len(out); rest >= detailLeast {
		out = append(out, m.detail(rest)...)
	}
	return out[:min(len(out), m.height)]
}

// head says what all came to, or how far it has come.
func (m *Model) head() string {
	th := m.theme
	text, role := m.state()
	return " " + th.Render(role, widget.Truncate(text, m.width-1, th.Glyphs.Ellipsis))
}

// state is where things stand, in a sentence.
func (m *Model) state() (string, theme.Role) {
	th := m.theme
	done, of, side, name := m.progress()
	switch {
	case m.running && side < 0:
		return th.Glyphs.Running + " " + m.doing, theme.Running
	case m.running:
		text := fmt.Sprintf("%s %d of %d %s asking %s: %s", th.Glyphs.Running, done+1, of, th.Glyphs.Dot, m.sides[side].Name, name)
		if m.doing != "" {
			text += " " + th.Glyphs.Dot + " " + m.doing
		}
		return text, theme.Running
	case m.trouble != nil:
		return th.Glyphs.Problem + " " + m.trouble.Error(), theme.Warning
	case done == 0 && m.stopped:
		return "Cancelled: P asks again.", theme.Cancelled
	case m.stopped && done < of:
		return fmt.Sprintf("Cancelled when %d of %d were answered: P asks again.", done, of), theme.Cancelled
	case done == 0:
		return fmt.Sprintf("%s, not run yet: P runs them in every image, cut off from the network.", measure.Plural(len(m.rows), "probe")), theme.Text
	}
	text, good := m.Verdict()
	if done < of {
		text += fmt.Sprintf(" %d of %d were not asked: P asks all.", of-done, of)
	}
	if !good {
		return text, theme.Warning
	}
	return text, theme.Good
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
	mark := " "
	if selected {
		mark = th.Glyphs.Cursor
	}
	label := r.Name
	if len(p.cols) > 0 {
		label = widget.Truncate(label, p.cols[0].X-2, th.Glyphs.Ellipsis)
	}
	line := tab.Line(mark+label, width, p.cols, func(c tab.Column) string { return " " + p.cell(r, c.Side, c.Width-1) }, th.Glyphs.Ellipsis)
	return th.Row(line, selected, focus)
}

// cell is what came of a probe on a side: glyph and word, and what there is room for.
func (m *Model) cell(r row, side, width int) string {
	th := m.theme
	text, role := m.word(r, side)
	out := th.Render(role, text)
	o := r.Cells[side].Outcome
	if o == nil {
		return out
	}
	more := o.Time()
	if short := o.Short(); short != r.Cells[side].Word() {
		more = short
		if took := o.Time(); took != "" && widget.Width(text)+2+widget.Width(short)+2+widget.Width(took) <= width {
			more += ", " + took
		}
	}
	if more != "" && widget.Width(text)+2+widget.Width(more) <= width {
		out += th.Render(theme.Dim, ", "+more)
	}
	return out
}

// word is the glyph and the word of a cell.
func (m *Model) word(r row, side int) (string, theme.Role) {
	g, c := m.theme.Glyphs, &r.Cells[side]
	if c.Outcome == nil && r.waits[side] {
		_, _, at, name := m.progress()
		switch {
		case m.running && at == side && name == r.Name:
			return g.Running + " asking", theme.Running
		case m.running:
			return g.Waiting + " waits", theme.Dim
		}
		return g.Waiting + " not asked", theme.Dim
	}
	word := c.Word()
	switch {
	case word == string(probe.Passed), word == string(probe.Same):
		return g.Done + " " + word, theme.Good
	case word == string(probe.Differs):
		return g.Differs + " " + word, theme.Warning
	case word == string(probe.Failed):
		return g.Failed + " " + word, theme.Error
	case word == string(probe.NotRun):
		return g.Problem + " " + word, theme.Warning
	}
	return g.Skipped + " " + word, theme.Dim
}

// empty is the tab where there is nothing to ask: what to write down so that there is.
func (m *Model) empty() []string {
	th := m.theme
	if m.running || !m.listed {
		return []string{"", " " + th.Render(theme.Dim, "looking for probes")}
	}
	var out []string
	say := func(role theme.Role, text string) {
		for _, l := range widget.WrapWords(text, max(1, m.width-2)) {
			out = append(out, " "+th.Render(role, l))
		}
	}
	if m.trouble != nil {
		say(theme.Warning, th.Glyphs.Problem+" "+m.trouble.Error())
		say(theme.Dim, "P reads it again, and asks.")
		return m.cut(out)
	}
	say(theme.Bold, "Nothing says yet what these images should do.")
	say(theme.Text, "Write probes into .stagedive.yaml; P reads it and runs them in every image:")
	for _, l := range []string{
		"", "probes:",
		"  - app --version         # ends with the same code, and prints the same",
		"  - http: 8080/healthz    # start the image, GET this: the same answers", "",
	} {
		out = append(out, "   "+th.Render(theme.String, widget.Truncate(l, m.width-3, th.Glyphs.Ellipsis)))
	}
	say(theme.Dim, "An image's own HEALTHCHECK is asked without being written down; none of these has one.")
	return m.cut(out)
}

// cut makes lines fit.
func (m *Model) cut(lines []string) []string {
	for i, l := range lines {
		lines[i] = widget.Truncate(l, m.width, m.theme.Glyphs.Ellipsis)
	}
	return lines[:min(len(lines), m.height)]
}
