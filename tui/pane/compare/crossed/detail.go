package crossed

import (
	"fmt"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// entry is a line of a list: a size, and what is that large.
type entry struct {
	bytes int64
	text  string
	note  string
	head  bool // of a kind, with its items below it
}

// detail tells of the selected row in exactly so many lines: of a stage what ships beside
// what was left behind, of an edge what it carried.
func (m *Model) detail(height int) []string {
	r, ok := m.selected()
	if !ok {
		return nil
	}
	th := m.theme
	if r.edge >= 0 {
		return m.fit(m.carried(m.report.Edges[r.edge]), height)
	}
	s := m.report.Stages[r.stage]
	if !s.Known {
		return m.fit([]string{"", " " + th.Render(theme.Dim, "this stage was not built: what of it ships is not known")}, height)
	}
	in, out := m.included(s), m.excluded(s)
	if m.width < 80 { // one below the other, each with its share of the lines
		most := max(2, (height-3)/2)
		lines := append([]string{m.rule()}, m.column(in, m.width, most)...)
		lines = append(lines, "")
		return m.fit(append(lines, m.column(out, m.width, height-len(lines))...), height)
	}
	half := (m.width - 3) / 2
	left, right := m.column(in, half, height-1), m.column(out, m.width-half-3, height-1)
	lines := []string{m.rule()}
	for i := range max(len(left), len(right)) {
		line := widget.Fit(at(left, i), half, "") + " " + th.Render(theme.Border, th.Glyphs.Frame.Vertical) + " " + at(right, i)
		lines = append(lines, line)
	}
	return m.fit(lines, height)
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// rule parts the rows from what is told of one.
func (m *Model) rule() string {
	line := ""
	for range m.width {
		line += m.theme.Glyphs.Frame.Horizontal
	}
	return m.theme.Render(theme.Border, line)
}

func (m *Model) fit(lines []string, height int) []string {
	for len(lines) < height {
		lines = append(lines, "")
	}
	for i, l := range lines {
		lines[i] = widget.Truncate(l, m.width, m.theme.Glyphs.Ellipsis)
	}
	return lines[:height]
}

// included is what of a stage ships: a title, and where most of it lies.
func (m *Model) included(s crossing.Stage) []entry {
	note := measure.Plural(s.Kept.Files, "file")
	switch {
	case s.Index == m.report.Target:
		note += ", all of it"
	case s.Ships:
		note += ", the image is built upon it"
	}
	out := []entry{{s.Kept.Bytes, "ships", note, true}}
	for _, it := range s.Includes {
		out = append(out, entry{it.Amount.Bytes, it.Path, files(it.Amount), false})
	}
	return out
}

// excluded is what of a stage was left behind, by kind.
func (m *Model) excluded(s crossing.Stage) []entry {
	out := []entry{{s.Discarded.Bytes, "left behind", measure.Plural(s.Discarded.Files, "file"), true}}
	for _, k := range s.Kinds {
		out = append(out, entry{k.Amount.Bytes, string(k.Kind), "", true})
		for _, it := range k.Items {
			text, note := it.Path, files(it.Amount)
			if it.Title != "" {
				note = it.Title
			}
			out = append(out, entry{it.Amount.Bytes, text, note, false})
		}
	}
	return out
}

func files(a crossing.Amount) string {
	if a.Files < 2 {
		return ""
	}
	return measure.Plural(a.Files, "file")
}

// column draws a list in at most so many lines. Where not all fit, heads stay and items
// go, of each kind in turn: which kinds there are matters more than what else is of one.
func (m *Model) column(list []entry, width, height int) []string {
	var out []string
	shown := allot(list, height)
	head, taken := -1, 0
	for _, e := range list {
		if e.head {
			head, taken = head+1, 0
		} else if taken++; taken > shown[head] {
			continue
		}
		if len(out) < height {
			out = append(out, m.entry(e, width))
		}
	}
	return out
}

// allot divides lines among the items below each head.
func allot(list []entry, lines int) []int {
	var has, gets []int
	for _, e := range list {
		if e.head {
			has, gets, lines = append(has, 0), append(gets, 0), lines-1
		} else {
			has[len(has)-1]++
		}
	}
	for given := true; given && lines > 0; {
		given = false
		for i := range has {
			if gets[i] < has[i] && lines > 0 {
				gets[i], lines, given = gets[i]+1, lines-1, true
			}
		}
	}
	return gets
}

func (m *Model) entry(e entry, width int) string {
	th := m.theme
	size := widget.FitRight(measure.Bytes(e.bytes), sizeWidth, "")
	if e.head {
		line := " " + size + " " + th.Render(theme.Bold, e.text)
		if e.note != "" {
			line += th.Render(theme.Dim, "  "+e.note)
		}
		return widget.Truncate(line, width, th.Glyphs.Ellipsis)
	}
	left := " " + th.Render(theme.Dim, size) + "   "
	noteWidth := 0
	if e.note != "" && width >= 50 {
		noteWidth = min(widget.Width(e.note), width/3)
	}
	text := widget.TruncateLeft(e.text, max(4, width-widget.Width(left)-noteWidth-2), th.Glyphs.Ellipsis)
	return widget.Sides(left+text, th.Render(theme.Dim, widget.Truncate(e.note, noteWidth, th.Glyphs.Ellipsis)), width, th.Glyphs.Ellipsis)
}

// carried tells what went over an edge.
func (m *Model) carried(e crossing.Edge) []string {
	th := m.theme
	out := []string{m.rule(), " " + th.Render(theme.Keyword, widget.Truncate(e.Text, m.width-2, th.Glyphs.Ellipsis))}
	if !e.Known {
		return append(out, " "+th.Render(theme.Dim, "what it carried is not known"))
	}
	say := fmt.Sprintf("%s in %s", measure.Bytes(e.Carried.Bytes), measure.Plural(e.Carried.Files, "file"))
	switch {
	case e.Kind == model.EdgeMount:
		say = fmt.Sprintf("showed %s to the command; nothing of a mount stays by itself", measure.Bytes(e.Shown.Bytes))
		if e.Carried.Files > 0 {
			say = fmt.Sprintf("showed %s to the command, which left %s of it in the image", measure.Bytes(e.Shown.Bytes), measure.Bytes(e.Carried.Bytes))
		}
	case e.Source.Bytes > 0:
		say += fmt.Sprintf(", %s of what %s holds", percent(e.Share()), e.From)
	}
	if e.Kind != model.EdgeMount && e.Kept != e.Carried {
		say += fmt.Sprintf("; %s of it ships", measure.Bytes(e.Kept.Bytes))
	}
	for _, l := range widget.WrapWords(say, max(1, m.width-2)) {
		out = append(out, " "+l)
	}
	if e.Untraced.Files > 0 && e.Stage >= 0 {
		out = append(out, " "+th.Render(theme.Dim, measure.Plural(e.Untraced.Files, "file")+" of it could not be found where it was taken from"))
	}
	for _, f := range e.Largest {
		text := f.Path
		if f.From != "" && f.From != f.Path {
			text = f.From + " " + th.Glyphs.Arrow + " " + f.Path
		}
		out = append(out, m.entry(entry{bytes: f.Bytes, text: text}, m.width))
	}
	return out
}
