package crossed

import (
	"fmt"
	"math"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// View is tab.Tab's.
func (m *Model) View(focus bool) []string {
	if m.width <= 0 || m.height <= 0 || m.report == nil {
		return nil
	}
	out := []string{m.head()}
	out = append(out, m.list.Render(m, m.width, focus)...)
	if rest := m.height - len(out); rest >= 4 {
		out = append(out, m.detail(rest)...)
	}
	return out[:min(len(out), m.height)]
}

// head says what ships, and what the rows are.
func (m *Model) head() string {
	th := m.theme
	text := " " + th.Render(theme.Bold, fmt.Sprintf("%s holds %s in %s", m.report.Name, measure.Bytes(m.report.Image.Bytes), measure.Plural(m.report.Image.Files, "file")))
	text += th.Render(theme.Dim, fmt.Sprintf(" %s what of each stage ships, and what was left behind", th.Glyphs.Dot))
	return widget.Truncate(text, m.width, th.Glyphs.Ellipsis)
}

// Len is widget.Source's.
func (m *Model) Len() int { return len(m.rows) }

// Row is widget.Source's.
func (m *Model) Row(i, width int, selected, focus bool) string {
	th, r := m.theme, m.rows[i]
	var line string
	if r.edge >= 0 {
		line = m.edgeRow(m.report.Edges[r.edge], width)
	} else {
		line = m.stageRow(m.report.Stages[r.stage], width)
	}
	line = widget.Fit(line, width, th.Glyphs.Ellipsis)
	return th.Row(line, selected, focus)
}

// Widths of a stage's columns. From barLeast cells on there is a bar.
const (
	sizeWidth = 9
	barLeast  = 8
	barMost   = 40
)

// stageRow is a stage: what of it is in the image, a bar, and what was left behind.
func (m *Model) stageRow(s crossing.Stage, width int) string {
	th := m.theme
	name := widget.Fit(s.Name, min(m.names, max(8, width/4)), th.Glyphs.Ellipsis)
	line := " " + th.Render(theme.Bold, name) + " "
	switch {
	case !s.Known:
		return line + th.Render(theme.Dim, " not looked at")
	case s.Index == m.report.Target:
		line += widget.FitRight(measure.Bytes(s.Total.Bytes), sizeWidth, "") + " " + th.Render(theme.Good, "ships")
		if room := m.barRoom(line+"  ", width); room >= barLeast {
			line += "  " + m.bar(s, room)
		}
		return line
	}
	kept := widget.FitRight(measure.Bytes(s.Kept.Bytes), sizeWidth, "") + " " + th.Render(theme.Good, "ships")
	left := widget.FitRight(measure.Bytes(s.Discarded.Bytes), sizeWidth, "") + th.Render(theme.Dim, " left behind")
	line += kept + "  "
	room := m.barRoom(line, width)
	if room >= barLeast {
		line += m.bar(s, room) + " "
	}
	return line + left
}

// barRoom is how many cells there are for a bar behind what stands before it.
func (m *Model) barRoom(before string, width int) int {
	return min(barMost, width-widget.Width(before)-sizeWidth-len(" left behind")-2)
}

// bar is a stage to the scale of the largest, what ships at its left.
func (m *Model) bar(s crossing.Stage, room int) string {
	th := m.theme
	largest := crossing.Amount{}
	for _, o := range m.report.Stages {
		if o.Total.Bytes > largest.Bytes {
			largest = o.Total
		}
	}
	whole := max(1, int(math.Round(s.Total.Of(largest)*float64(room))))
	n := int(math.Round(s.Kept.Of(s.Total) * float64(whole)))
	if s.Kept.Bytes > 0 {
		n = max(1, n)
	}
	return strings.Repeat(th.Glyphs.Full, n) + th.Render(theme.Dim, strings.Repeat(th.Glyphs.Empty, whole-n)) + widget.Spaces(room-whole)
}

// edgeRow is what goes from a stage to another: which instruction, what, how much.
func (m *Model) edgeRow(e crossing.Edge, width int) string {
	th := m.theme
	from := ""
	if e.Stage < 0 {
		from = e.From + " "
	}
	left := "   " + from + th.Render(theme.Dim, th.Glyphs.Arrow) + " " + e.To + th.Render(theme.Dim, "  "+word(e)+" "+strings.Join(e.Paths, " "))
	return widget.Sides(left, m.amount(e, width), width, th.Glyphs.Ellipsis)
}

// amount is how much an edge carried.
func (m *Model) amount(e crossing.Edge, width int) string {
	th := m.theme
	if !e.Known {
		return th.Render(theme.Dim, "not looked at ")
	}
	n, say := e.Carried, ""
	switch {
	case e.Kind == model.EdgeBase:
		say = "the base"
	case e.Kind == model.EdgeMount && e.Shown.Files > 0:
		n, say = e.Shown, "shown"
		if e.Carried.Files > 0 {
			say = "shown, " + measure.Bytes(e.Carried.Bytes) + " stayed"
		}
	case e.Source.Bytes > 0 && width >= 80:
		say = percent(e.Share()) + " of it"
	}
	text := measure.Bytes(n.Bytes)
	if width >= 70 {
		text += th.Render(theme.Dim, ", "+measure.Plural(n.Files, "file"))
	}
	if say != "" {
		text += th.Render(theme.Dim, ", "+say)
	}
	return text + " "
}

// word is the instruction of an edge in a word.
func word(e crossing.Edge) string {
	kind := "COPY"
	switch e.Kind {
	case model.EdgeBase:
		return fmt.Sprintf("FROM, line %d", e.Line)
	case model.EdgeMount:
		kind = "mount"
	}
	return fmt.Sprintf("%s, line %d:", kind, e.Line)
}

func percent(share float64) string {
	p := share * 100
	if p > 0 && p < 1 {
		return "<1 %"
	}
	return fmt.Sprintf("%.0f %%", p)
}
