package findings

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
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
		top := max(5, min(len(p.rows)+2, h*2/5))
		p.listBox, p.box = rect{0, 0, w, top}, rect{0, top, w, h - top}
	case h >= 9:
		top := h * 2 / 5
		p.listBox, p.box = rect{0, 0, w, top}, rect{0, top, w, h - top}
	default:
		p.listBox, p.box = rect{0, 0, w, h}, rect{}
	}
	p.list.SetHeight(p.listBox.h - 2)
	p.list.Select(p.list.Cursor, len(p.rows))
	p.detail.SetSize(max(0, p.box.w-2), max(0, p.box.h-2))
	p.detail.Wrap = true
}

// View returns exactly the pane's height in lines, none wider than the pane.
func (p *Pane) View() []string {
	if p.width <= 0 || p.height <= 0 {
		return nil
	}
	switch {
	case len(p.all) == 0:
		return p.empty()
	case p.paging:
		return p.pageView()
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
		Title: th.Render(theme.Title, "findings") + th.Render(theme.Dim, " "+th.Glyphs.Dot+" "+p.order.String()), Info: p.info(),
		Width: p.listBox.w, Height: p.listBox.h, Focus: p.focused, Scroll: p.list.Scroll(len(p.rows)),
	}
	switch {
	case p.typing:
		f.Footer = th.Render(theme.Key, "/") + p.filter.String() + th.Render(theme.Dim, "_")
	case p.filter.String() != "" || p.least > finding.Info:
		f.Footer = th.Render(theme.Match, p.narrowed())
	}
	w, _ := f.Inside()
	drawn := p.list.Render(lines{p}, w, p.focused)
	if len(drawn) == 0 {
		drawn = []string{"", th.Render(theme.Dim, " No finding matches; esc shows all again.")}
	}
	return f.Render(th, drawn)
}

// info counts the findings; where not all could be looked at, it says that instead.
func (p *Pane) info() string {
	if p.image != nil {
		if unread := p.image.UnreadInWords(); unread != "" {
			return p.theme.Render(theme.Warning, p.theme.Glyphs.Problem+" "+unread+" unread")
		}
	}
	if p.order == bySeverity { // the heads of the groups say it
		return ""
	}
	return p.theme.Render(theme.Dim, p.tally())
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
	return fmt.Sprintf("%s: %d of %d", strings.Join(parts, " "), p.matching, len(p.all))
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
