package changes

import (
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// View draws the page with its frame.
func (p *Page) View(look pane.Look, k keys.Map, width, height int) []string {
	th := look.Theme
	f := widget.Frame{
		Title: th.Render(theme.Title, "files") + th.Render(theme.Dim, " "+th.Glyphs.Dot+" "+p.title),
		Width: width, Height: height, Focus: true,
		Footer: th.Render(theme.Key, k.Enter.Help().Key) + th.Render(theme.Dim, " opens  ") +
			th.Render(theme.Key, k.Back.Help().Key) + th.Render(theme.Dim, " back"),
	}
	w, h := f.Inside()
	p.tree.SetHeight(max(0, h-1))
	if p.text != nil {
		return f.Render(th, p.viewText(&f, look, w, h))
	}
	say := func(text string) []string {
		var out []string
		for _, l := range widget.WrapWords(text, max(8, w-2)) {
			out = append(out, " "+th.Render(theme.Dim, l))
		}
		return f.Render(th, out)
	}
	switch {
	case !p.come:
		return say("comparing what the step found with what it left" + th.Glyphs.Ellipsis)
	case p.err != nil:
		return say(p.err.Error())
	case len(p.changes) == 0:
		return say("The step changed no file before it failed.")
	}
	f.Scroll = p.tree.Scroll(p.tree.Len())
	lines := []string{" " + p.summary(th)}
	return f.Render(th, append(lines, p.tree.Render(row{p, th}, w, true)...))
}

// summary counts.
func (p *Page) summary(th *theme.Theme) string {
	var added, changed, removed int
	for _, c := range p.changes {
		switch {
		case c.Dir:
		case c.Kind == build.ChangeAdded:
			added++
		case c.Kind == build.ChangeRemoved:
			removed++
		default:
			changed++
		}
	}
	text := th.Render(theme.Added, "+ "+measure.Count(added)+" added") + "  " +
		th.Render(theme.Modified, "~ "+measure.Count(changed)+" changed") + "  " +
		th.Render(theme.Removed, "- "+measure.Count(removed)+" removed")
	if p.more {
		text += th.Render(theme.Dim, "  and more, which are not shown")
	}
	return text
}

// row draws the tree's rows.
type row struct {
	*Page
	th *theme.Theme
}

// TreeRow draws one: mark, name, size.
func (p row) TreeRow(r widget.TreeRow, width int, selected, focus bool) string {
	th, n := p.th, p.nodes[r.ID]
	mark, size := " ", ""
	if n.change >= 0 {
		c := p.changes[n.change]
		switch c.Kind {
		case build.ChangeAdded:
			mark = th.Render(theme.Added, "+")
		case build.ChangeRemoved:
			mark = th.Render(theme.Removed, "-")
		case build.ChangeChanged:
			mark = th.Render(theme.Modified, "~")
		}
		switch {
		case c.Dir:
		case c.Kind == build.ChangeChanged && c.Was != c.Size:
			size = th.Render(theme.Dim, measure.Bytes(c.Was)+" "+th.Glyphs.Arrow+" ") + measure.Bytes(c.Size)
		default:
			size = measure.Bytes(c.Size)
		}
	}
	fold, name := " ", n.name
	if !r.Leaf {
		fold = th.Glyphs.Closed
		if r.Open {
			fold = th.Glyphs.Open
		}
	}
	if n.dir {
		name = th.Render(theme.Directory, n.name+"/")
		if n.files > 0 {
			size = th.Render(theme.Dim, measure.Plural(n.files, "file")+" ") + widget.FitRight(measure.Bytes(n.bytes), 9, "")
		}
	}
	left := " " + mark + " " + widget.Spaces(2*r.Depth) + th.Render(theme.Dim, fold) + " " + name
	line := widget.Sides(left, size+" ", width, th.Glyphs.Ellipsis)
	if selected && focus {
		return th.Over(theme.Selected, line)
	}
	return line
}

// viewText draws a file.
func (p *Page) viewText(f *widget.Frame, look pane.Look, w, h int) []string {
	th, t := look.Theme, p.text
	c := p.changes[t.change]
	f.Title = th.Render(theme.Title, widget.TruncateLeft(c.Path, max(8, w-16), th.Glyphs.Ellipsis))
	f.Info = th.Render(theme.Dim, string(c.Kind))
	f.Footer = th.Render(theme.Key, "esc") + th.Render(theme.Dim, " back")
	switch {
	case !t.come:
		return []string{th.Render(theme.Dim, " reading it"+th.Glyphs.Ellipsis)}
	case t.err != nil:
		return widget.WrapWords(" "+t.err.Error(), max(8, w-1))
	case len(t.lines) == 0:
		return []string{th.Render(theme.Dim, " (an empty file)")}
	}
	t.offset = max(0, min(t.offset, len(t.lines)-h))
	f.Scroll = widget.Scroll{Offset: t.offset, Visible: h, Total: len(t.lines)}
	var out []string
	for _, l := range t.lines[t.offset:min(len(t.lines), t.offset+h)] {
		out = append(out, " "+widget.Truncate(l, max(0, w-2), th.Glyphs.Ellipsis))
	}
	return out
}
