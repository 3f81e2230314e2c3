package findings

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// wide is the width from which on list and detail stand side by side.
const wide = 110

// arrange places the list and the detail.
func (p *Pane) arrange() {
	w, h := p.width, p.height
	switch {
	case w >= wide:
		left := w * 48 / 100
		p.listBox, p.box = rect{0, 0, left, h}, rect{left, 0, w - left, h}
	case h >= 16:
		top := max(5, min(len(p.shown)+2, h*2/5))
		p.listBox, p.box = rect{0, 0, w, top}, rect{0, top, w, h - top}
	case h >= 9:
		top := h * 2 / 5
		p.listBox, p.box = rect{0, 0, w, top}, rect{0, top, w, h - top}
	default:
		p.listBox, p.box = rect{0, 0, w, h}, rect{}
	}
	p.list.SetHeight(p.listBox.h - 2)
	p.list.Select(p.list.Cursor, len(p.shown))
	p.detail.SetSize(max(0, p.box.w-2), max(0, p.box.h-2))
	p.detail.Wrap = true
}

// View returns exactly the pane's height in lines, none wider than the pane.
func (p *Pane) View() []string {
	if p.width <= 0 || p.height <= 0 {
		return nil
	}
	if len(p.all) == 0 {
		return p.empty()
	}
	list := p.listView()
	if p.box.h == 0 {
		return list
	}
	detail := p.detailView()
	if p.box.y > 0 {
		return append(list, detail...)
	}
	out := make([]string, p.height)
	for i := range out {
		out[i] = list[i] + detail[i]
	}
	return out
}

func (p *Pane) empty() []string {
	switch {
	case p.waiting != "":
		return widget.Empty(p.theme, theme.Text, p.waiting, "", p.width, p.height)
	case p.image != nil:
		if unread := p.image.UnreadInWords(); unread != "" {
			text := p.theme.Glyphs.Problem + " Nothing found in what could be read; " + unread + " could not be."
			return widget.Empty(p.theme, theme.Warning, text, "3 shows what is wrong there.", p.width, p.height)
		}
		text := p.theme.Glyphs.Good() + " No compilers, sources, caches or secrets found in the image or its layers."
		return widget.Empty(p.theme, theme.Good, text, "", p.width, p.height)
	}
	return widget.Empty(p.theme, theme.Text, "No image yet.", "Press b to build the target; here one sees what should not be in its image.", p.width, p.height)
}

func (p *Pane) listView() []string {
	th := p.theme
	f := widget.Frame{
		Title: th.Render(theme.Title, "leaks"), Info: p.info(),
		Width: p.listBox.w, Height: p.listBox.h, Focus: p.focused, Scroll: p.list.Scroll(len(p.shown)),
	}
	switch {
	case p.typing:
		f.Footer = th.Render(theme.Key, "/") + p.filter.String() + th.Render(theme.Dim, "_")
	case p.filter.String() != "" || p.least > finding.Info:
		f.Footer = th.Render(theme.Match, p.narrowed())
	}
	w, _ := f.Inside()
	lines := p.list.Render(rows{p}, w, p.focused)
	if len(lines) == 0 {
		lines = []string{"", th.Render(theme.Dim, " No finding matches; esc shows all again.")}
	}
	return f.Render(th, lines)
}

// info counts the findings, and says what could not be looked at.
func (p *Pane) info() string {
	text := p.theme.Render(theme.Dim, p.tally())
	if unread := p.image.UnreadInWords(); unread != "" {
		text = p.theme.Render(theme.Warning, p.theme.Glyphs.Problem+" "+unread+" unread") + p.theme.Render(theme.Dim, " "+p.theme.Glyphs.Dot+" ") + text
	}
	return text
}

func (p *Pane) tally() string { return finding.Count(p.all).String() }

func (p *Pane) narrowed() string {
	var parts []string
	if p.least > finding.Info {
		parts = append(parts, p.least.String()+" or worse")
	}
	if text := p.filter.String(); text != "" {
		parts = append(parts, "/"+text)
	}
	return fmt.Sprintf("%s: %d of %d", strings.Join(parts, " "), len(p.shown), len(p.all))
}

// rows draws the list.
type rows struct{ p *Pane }

func (r rows) Len() int { return len(r.p.shown) }

func (r rows) Row(i, width int, selected, focus bool) string {
	p, th := r.p, r.p.theme
	f := p.all[p.shown[i]]
	cursor := " "
	if selected {
		cursor = th.Glyphs.Cursor
	}
	left := cursor + severity(th, f.Severity) + " " + f.Title
	right := widget.Spaces(9)
	if f.Size > 0 {
		right = fmt.Sprintf("%9s", measure.Bytes(f.Size))
	}
	if room := width - widget.Width(left) - widget.Width(right) - 3; room >= 12 {
		left += "  " + th.Render(theme.Dim, widget.TruncateLeft(f.Subject(), room, th.Glyphs.Ellipsis))
	}
	line := widget.Sides(left, right, width, th.Glyphs.Ellipsis)
	switch {
	case selected && focus:
		return th.Over(theme.Selected, line)
	case selected:
		return th.Over(theme.SelectedBlur, line)
	}
	return line
}

// severity is the glyph and word of a severity, eight cells and the glyph wide.
func severity(th *theme.Theme, s finding.Severity) string {
	role := [...]theme.Role{
		theme.SeverityInfo, theme.SeverityLow, theme.SeverityMedium, theme.SeverityHigh, theme.SeverityCritical,
	}[s]
	return th.Render(role, th.Glyphs.Problem+" "+s.String()) + widget.Spaces(len("critical")-len(s.String()))
}

func (p *Pane) detailView() []string {
	th := p.theme
	f := widget.Frame{Width: p.box.w, Height: p.box.h}
	found, ok := p.Selected()
	if !ok {
		return f.Render(th, nil)
	}
	f.Title = th.Render(theme.Title, found.Rule) + th.Render(theme.Dim, " "+th.Glyphs.Dot+" "+string(found.Category))
	text := p.fields()
	lines := p.detail.Render(text, th.Glyphs.Ellipsis)
	if len(lines) < text.Len() {
		f.Scroll = p.detail.Position(text)
	}
	return f.Render(th, lines)
}
