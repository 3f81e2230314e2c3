package filediff

import (
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// View is at most height lines of width cells.
func (p *Page) View(th *theme.Theme, width, height int) []string {
	if width <= 0 || height <= 0 {
		return nil
	}
	names := p.was + " " + th.Glyphs.Arrow + " " + p.is
	head := []string{widget.Sides(" "+th.Render(theme.Bold, widget.TruncateLeft(p.path, max(8, width-widget.Width(names)-4), th.Glyphs.Ellipsis)), th.Render(theme.Dim, names)+" ", width, th.Glyphs.Ellipsis)}
	switch {
	case p.err != nil:
		head = append(head, words(th, theme.Warning, p.err.Error(), width)...)
		return head[:min(len(head), height)]
	case p.file == nil:
		head = append(head, words(th, theme.Dim, "reading both"+th.Glyphs.Ellipsis, width)...)
		return head[:min(len(head), height)]
	}
	head = append(head, words(th, theme.Text, p.summary(), width)...)
	head = append(head, p.facts(th, width, height/3)...)
	if len(p.file.Rows) > 0 {
		head = append(head, th.Render(theme.Border, strings.Repeat(th.Glyphs.Frame.Horizontal, width)))
	}
	var foot []string
	if p.note != "" {
		foot = []string{" " + th.Render(theme.Warning, widget.Truncate(p.note, width-2, th.Glyphs.Ellipsis))}
	}
	body := max(0, height-len(head)-len(foot))
	p.win.SetSize(width, body)
	if len(p.file.Rows) > 0 {
		head = append(head, p.win.Render(p.lines(th), th.Glyphs.Ellipsis)...)
	}
	for len(foot) > 0 && len(head) < height-len(foot) {
		head = append(head, "")
	}
	head = append(head, foot...)
	return head[:min(len(head), height)]
}

// summary says how the file differs, and what is not shown of it.
func (p *Page) summary() string {
	text := p.file.Summary
	if p.file.More != "" {
		text += " (" + p.file.More + ")"
	}
	return text
}

// words are lines of prose.
func words(th *theme.Theme, role theme.Role, text string, width int) []string {
	var out []string
	for _, l := range widget.WrapWords(text, max(8, width-2)) {
		out = append(out, " "+th.Render(role, l))
	}
	return out
}

// labelWidth is that of a fact's label.
const labelWidth = 11

// facts are what is known of both, what differs first and in two lines, in so many lines
// at most.
func (p *Page) facts(th *theme.Theme, width, room int) []string {
	var out []string
	put := func(mark string, role theme.Role, label, text string) {
		if len(out) < room {
			lead := " " + th.Render(role, mark) + " " + th.Render(theme.Dim, widget.Fit(label, labelWidth, th.Glyphs.Ellipsis)) + " "
			out = append(out, lead+widget.Truncate(text, max(4, width-widget.Width(lead)-1), th.Glyphs.Ellipsis))
		}
	}
	for _, f := range p.file.Facts {
		if f.Same() {
			continue
		}
		label := f.Label
		if f.Was != "" {
			put("-", theme.Removed, label, f.Was)
			label = ""
		}
		if f.Is != "" {
			put("+", theme.Added, label, f.Is)
		}
	}
	for _, f := range p.file.Facts {
		if f.Same() {
			put(" ", theme.Dim, f.Label, f.Was)
		}
	}
	return out
}

// rows is what the window shows: widget.Lines with numbers beside.
type rows struct {
	file *difference.File
	th   *theme.Theme
}

// lines are the rows. Without a theme they are only measured.
func (p *Page) lines(th *theme.Theme) rows {
	if th == nil {
		th = theme.New(theme.Options{})
	}
	return rows{p.file, th}
}

// Len is widget.Lines's.
func (r rows) Len() int { return len(r.file.Rows) }

// Line is widget.Lines's.
func (r rows) Line(i int) string {
	row := r.file.Rows[i]
	text := row.Text
	if row.Sign == difference.Gap {
		text = r.th.Glyphs.Gap + " " + text
	}
	return r.th.Render(roleOf(row.Sign), text)
}

// GutterWidth is widget.Gutter's.
func (r rows) GutterWidth() int {
	if !r.file.Numbered {
		return 3
	}
	return 2*r.digits() + 5
}

// digits is how wide the largest number of a line is.
func (r rows) digits() int {
	most := 0
	for i := len(r.file.Rows) - 1; i >= max(0, len(r.file.Rows)-8); i-- {
		most = max(most, r.file.Rows[i].Was, r.file.Rows[i].Is)
	}
	return max(3, len(strconv.Itoa(most)))
}

// Gutter is widget.Gutter's.
func (r rows) Gutter(i int, _ bool, piece int) string {
	row := r.file.Rows[i]
	mark := " "
	if m := row.Sign.Mark(); m != "" && piece == 0 {
		mark = r.th.Render(roleOf(row.Sign), m)
	}
	if !r.file.Numbered {
		return " " + mark + " "
	}
	number := func(n int) string {
		if n == 0 || piece > 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	w := r.digits()
	return " " + r.th.Render(theme.Dim, widget.FitRight(number(row.Was), w, "")+" "+widget.FitRight(number(row.Is), w, "")) + " " + mark + " "
}
