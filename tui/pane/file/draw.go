package file

import (
	"fmt"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// View draws the page with its frame: exactly height lines of width cells.
func (p *Page) View(look pane.Look, width, height int) []string {
	th := look.Theme
	f := widget.Frame{
		Title: th.Render(theme.Title, widget.TruncateLeft(p.Path, max(8, width-30), th.Glyphs.Ellipsis)),
		Info:  th.Render(theme.Dim, p.where(th)),
		Width: width, Height: height, Focus: look.Focus,
	}
	w, h := f.Inside()
	switch {
	case p.err != nil:
		return f.Render(th, words(th, theme.Warning, p.err.Error(), w))
	case p.it == nil:
		return f.Render(th, words(th, theme.Dim, "reading it"+th.Glyphs.Ellipsis, w))
	}
	head := p.head(th, w, h)
	foot := p.foot(th, w)
	body := h - len(head) - len(foot)
	if len(p.views) == 0 {
		return f.Render(th, head)
	}
	src, win := p.lines(th), p.window()
	win.SetSize(w, max(0, body))
	f.Scroll = win.Position(src)
	f.Footer = p.ways(th)
	rows := win.Render(src, th.Glyphs.Ellipsis)
	for len(rows) < body {
		rows = append(rows, "")
	}
	return f.Render(th, append(append(head, rows...), foot...))
}

// where says of which layer the file is, and its permissions.
func (p *Page) where(th *theme.Theme) string {
	text := "layer " + measure.Count(p.Info.Layer+1)
	return fmt.Sprintf("%s %s %04o %s %d:%d", text, th.Glyphs.Dot, p.Info.Mode, th.Glyphs.Dot, p.Info.UID, p.Info.GID)
}

// words are lines of prose.
func words(th *theme.Theme, role theme.Role, text string, width int) []string {
	var out []string
	for _, l := range widget.WrapWords(text, max(8, width-2)) {
		out = append(out, " "+th.Render(role, l))
	}
	return out
}

// factLines is how many lines a fact takes at most.
const factLines = 2

// labelWidth is that of a fact's label.
const labelWidth = 11

// head is what is known about the file: a line, and more of it where there is room,
// a third of the page at most.
func (p *Page) head(th *theme.Theme, width, height int) []string {
	it := p.it
	line := th.Render(theme.Bold, it.What) + th.Render(theme.Dim, " "+th.Glyphs.Dot+" ") + measure.Bytes(it.Size)
	facts := it.Facts
	if it.Text != nil && len(facts) > 0 && facts[0].Label == "text" {
		line += th.Render(theme.Dim, " "+th.Glyphs.Dot+" "+facts[0].Text)
		facts = facts[1:]
	}
	out := []string{widget.Truncate(" "+line, width, th.Glyphs.Ellipsis)}
	room := max(0, height/3-2)
	put := func(label, text string) {
		lead := " " + th.Render(theme.Dim, widget.Fit(label, labelWidth, "")) + " "
		pieces := widget.WrapWords(text, max(8, width-labelWidth-3))
		for n, l := range pieces {
			if room == 0 {
				return
			}
			if n == factLines-1 && len(pieces) > factLines {
				l = widget.Truncate(l+" "+pieces[n+1], max(8, width-labelWidth-3), th.Glyphs.Ellipsis)
			}
			if n == factLines {
				return
			}
			out = append(out, lead+l)
			lead = widget.Spaces(labelWidth + 2)
			room--
		}
	}
	if p.diff.Diff != nil && p.at == viewDiff {
		room = max(1, room)
		put("differs", p.diff.summary())
	}
	if it.Text != nil && it.Text.More != "" && p.at == viewText {
		room = max(1, room)
		put("shown", it.Text.More)
	}
	if p.Link != "" {
		put("link to", p.Link)
	}
	for _, f := range facts {
		put(f.Label, f.Text)
	}
	if p.Made != "" {
		put("made by", p.Made)
	}
	if height > 8 {
		out = append(out, th.Render(theme.Border, repeat(th.Glyphs.Frame.Horizontal, width)))
	}
	return out
}

func repeat(s string, n int) string {
	out := make([]byte, 0, n*len(s))
	for range n {
		out = append(out, s...)
	}
	return string(out)
}

// foot is the line at the bottom: what is being typed or was searched for, or what
// the last key could not do.
func (p *Page) foot(th *theme.Theme, width int) []string {
	switch {
	case p.input != nil:
		right := p.matched()
		left := " " + th.Render(theme.Key, "/") + p.input.View(th, max(2, width-widget.Width(right)-4))
		return []string{widget.Sides(left, th.Render(theme.Dim, right)+" ", width, th.Glyphs.Ellipsis)}
	case p.note != "":
		return []string{" " + th.Render(theme.Warning, widget.Truncate(p.note, width-2, th.Glyphs.Ellipsis))}
	case !p.query.Empty():
		return []string{widget.Sides(" "+th.Render(theme.Key, "/")+p.query.String(), th.Render(theme.Dim, p.matched())+" ", width, th.Glyphs.Ellipsis)}
	}
	return nil
}

// matched says where the search stands.
func (p *Page) matched() string {
	switch {
	case p.query.Empty():
		return ""
	case p.found < 0 && p.input != nil:
		return "not nearby: enter searches on"
	case p.found < 0:
		return "no match"
	case p.at == viewHex:
		offset, _, _ := p.it.Hex(p.found)
		return "at " + offset
	}
	return "line " + measure.Count(p.found+1)
}

// ways names the ways to look at the file; the one that is on is marked.
func (p *Page) ways(th *theme.Theme) string {
	if len(p.views) < 2 {
		return ""
	}
	out := th.Render(theme.Key, "t")
	for _, v := range p.views {
		name := [...]string{"text", "", "hex", "differences"}[v]
		if v == viewList {
			name = p.it.List.What
		}
		if v == p.at {
			out += " " + th.Render(theme.Highlight, "["+name+"]")
		} else {
			out += " " + th.Render(theme.Dim, name)
		}
	}
	return out
}
