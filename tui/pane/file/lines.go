package file

import (
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/model/preview/syntax"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// lines is what a window shows of the page: widget.Lines with numbers beside.
type lines interface {
	widget.Lines
	widget.Gutter
	// plain is a line without styles.
	plain(i int) string
}

// lines are those of the way of looking. Without a theme they are only measured and
// searched.
func (p *Page) lines(th *theme.Theme) lines {
	if th == nil {
		th = theme.New(theme.Options{})
	}
	base := painter{p, th}
	switch p.at {
	case viewList:
		return listLines{base, p.it.List, columns(p.it.List)}
	case viewHex:
		return hexLines{base, p.it}
	case viewDiff:
		return diffLines{base, &p.diff}
	}
	return textLines{base, p.it.Text}
}

// painter marks what was searched for.
type painter struct {
	p  *Page
	th *theme.Theme
}

func (d painter) mark(line, plain string, i int) string {
	spans := d.p.query.Spans(plain)
	if len(spans) == 0 {
		return line
	}
	role := theme.Match
	if i == d.p.found {
		role = theme.MatchCurrent
	}
	return widget.Mark(line, spans, func(s string) string { return d.th.Render(role, s) })
}

// textLines are lines of text with syntax in colours.
type textLines struct {
	painter
	text *preview.Text
}

func (t textLines) Len() int           { return len(t.text.Lines) }
func (t textLines) plain(i int) string { return t.text.Lines[i] }

func (t textLines) Line(i int) string {
	line := t.text.Lines[i]
	styled := line
	if l := t.text.Language; l != nil {
		styled = paint(t.th, line, l.Spans(line, t.text.States[i]))
	}
	return t.mark(styled, line, i)
}

func (t textLines) GutterWidth() int { return digits(len(t.text.Lines)) + 2 }

func (t textLines) Gutter(i int, _ bool, piece int) string {
	n := ""
	if number := t.text.Number(i); piece == 0 && number > 0 {
		n = strconv.Itoa(number)
	}
	return t.th.Render(theme.Dim, widget.FitRight(n, t.GutterWidth()-1, "")) + " "
}

func digits(n int) int { return max(3, len(strconv.Itoa(n))) }

// paint gives the parts of a line the looks of their kinds.
func paint(th *theme.Theme, line string, spans []syntax.Span) string {
	if len(spans) == 0 {
		return line
	}
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(line[at:s.From])
		b.WriteString(th.Render(role(s.Kind), line[s.From:s.To]))
		at = s.To
	}
	b.WriteString(line[at:])
	return b.String()
}

// role is the look of a kind. There are few, and none is that of a state.
func role(k syntax.Kind) theme.Role {
	switch k {
	case syntax.Comment:
		return theme.Comment
	case syntax.String:
		return theme.String
	case syntax.Keyword:
		return theme.Keyword
	}
	return theme.Variable
}

// hexLines are rows of bytes.
type hexLines struct {
	painter
	it *preview.Preview
}

func (h hexLines) Len() int { return h.it.HexRows() }

func (h hexLines) plain(i int) string {
	_, hex, text := h.it.Hex(i)
	return hex + " " + text
}

func (h hexLines) Line(i int) string {
	_, hex, text := h.it.Hex(i)
	if i == h.p.found { // the match may begin here and end in the next row
		return hex + " " + h.th.Render(theme.MatchCurrent, text)
	}
	return h.mark(hex+" "+h.th.Render(theme.String, text), hex+" "+text, i)
}

func (h hexLines) GutterWidth() int { return 11 }

func (h hexLines) Gutter(i int, _ bool, _ int) string {
	offset, _, _ := h.it.Hex(i)
	return " " + h.th.Render(theme.Dim, offset) + "  "
}

// listLines are rows of an archive's or a program's list, below their titles.
type listLines struct {
	painter
	list   *preview.List
	widths []int
}

// columns are the widths of a list's columns; numbers stand at their right.
func columns(l *preview.List) []int {
	out := make([]int, len(l.Columns))
	for i, c := range l.Columns {
		out[i] = len(c)
	}
	const enough = 2000 // rows to measure: later ones may stand out
	for _, r := range l.Rows[:min(len(l.Rows), enough)] {
		for i, c := range r {
			out[i] = min(max(out[i], widget.Width(c)), 40)
		}
	}
	return out
}

func (l listLines) Len() int {
	n := len(l.list.Rows) + 1
	if l.list.More != "" {
		n++
	}
	return n
}

func (l listLines) plain(i int) string {
	switch {
	case i == 0:
		return l.row(l.list.Columns)
	case i > len(l.list.Rows):
		return l.list.More
	}
	return l.row(l.list.Rows[i-1])
}

func (l listLines) row(cells []string) string {
	var b strings.Builder
	for i, c := range cells {
		switch {
		case l.list.Columns[i] == "size":
			c = widget.FitRight(c, l.widths[i], "")
		case i < len(cells)-1:
			c = widget.Fit(c, l.widths[i], l.th.Glyphs.Ellipsis)
		}
		if b.WriteString(c); i < len(cells)-1 {
			b.WriteString("  ")
		}
	}
	return b.String()
}

func (l listLines) Line(i int) string {
	plain := l.plain(i)
	if i == 0 || i > len(l.list.Rows) {
		return l.mark(l.th.Render(theme.Dim, plain), plain, i)
	}
	return l.mark(plain, plain, i)
}

func (l listLines) GutterWidth() int { return 1 }

func (l listLines) Gutter(int, bool, int) string { return " " }
