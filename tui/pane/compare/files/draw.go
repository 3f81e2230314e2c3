package files

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	imagefiles "github.com/stagedive/stagedive/tui/pane/image/files"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// View is tab.Tab's: the line that says what is shown, the columns' names, the visible
// rows, and what differs of the selected one.
func (m *Model) View(focus bool) []string {
	if m.width <= 0 || m.height <= 0 || m.files == nil {
		return nil
	}
	if m.open.page != nil {
		return m.open.page.View(m.theme, m.width, m.height)
	}
	cols, name := m.layout()
	lines := []string{m.headline(), m.head(cols, name)}
	switch {
	case m.shown == nil:
		lines = append(lines, "", m.theme.Render(theme.Dim, " laying the files beside one another "+m.theme.Glyphs.Ellipsis))
	case m.Len() == 0:
		lines = append(lines, "")
		for _, l := range widget.WrapWords(m.nothing(), m.width-2) {
			lines = append(lines, m.theme.Render(theme.Dim, " "+l))
		}
	default:
		d := drawing{Model: m, cols: cols, name: name}
		if m.shown.rows == nil {
			d.spans = &m.shown.pattern
		}
		lines = append(lines, m.list.Render(d, m.width, focus)...)
		foot := m.foot()
		for len(lines) < m.height-len(foot) {
			lines = append(lines, "")
		}
		lines = append(lines, foot...)
	}
	return lines[:min(len(lines), m.height)]
}

// drawing draws rows.
type drawing struct {
	*Model
	cols  []column
	name  int
	spans *pattern.Pattern // marks what matched; nil for a tree
}

// Row is widget.Source's.
func (d drawing) Row(i, width int, selected, focus bool) string {
	id, _ := d.at(i)
	th := d.theme
	left := d.lead(id)
	if r := d.shown.rows; r != nil {
		fold := " "
		if !d.shown.look.leaf(id) {
			fold = th.Glyphs.Closed
			if r.list[i].open {
				fold = th.Glyphs.Open
			}
		}
		left += widget.Spaces(2*min(int(r.list[i].depth), d.name/4)) + th.Render(theme.Dim, fold) + " " + d.label(id, d.files.Name(id))
	} else {
		left += d.path(id, max(8, d.name-2))
	}
	line := widget.Fit(widget.Sides(left, d.below(id), d.name, th.Glyphs.Ellipsis), d.name, th.Glyphs.Ellipsis)
	for _, c := range d.cols {
		line += widget.Spaces(columnGap) + d.cell(id, c)
	}
	line = widget.Fit(line, width, th.Glyphs.Ellipsis)
	return th.Row(line, selected, focus)
}

// lead is the sign in front of a row: what became of it.
func (d drawing) lead(id compare.ID) string {
	return imagefiles.Mark(d.theme, d.summed(id)) + " "
}

// summed is the change of a row in all sides that have it otherwise than the first;
// Modified where they do not agree.
func (m *Model) summed(id compare.ID) image.Change {
	c := image.Unchanged
	for s := 1; s < m.files.Sides(); s++ {
		switch is := m.files.Change(id, s); {
		case is == image.Unchanged, is == c:
		case c == image.Unchanged:
			c = is
		default:
			return image.Modified
		}
	}
	return c
}

// path is a path in a list, with what the filter found in it.
func (d drawing) path(id compare.ID, room int) string {
	th, path := d.theme, d.files.Path(id)
	cut := widget.TruncateLeft(path, room, th.Glyphs.Ellipsis)
	if d.spans.Empty() {
		return d.label(id, cut)
	}
	gone, shift := len(path)-len(strings.TrimPrefix(cut, th.Glyphs.Ellipsis)), 0
	if cut != path {
		shift = len(th.Glyphs.Ellipsis)
	}
	var spans [][2]int
	for _, s := range d.spans.Spans(path) {
		if s[1] > gone {
			spans = append(spans, [2]int{max(s[0], gone) - gone + shift, s[1] - gone + shift})
		}
	}
	return widget.Mark(d.label(id, cut), spans, func(s string) string { return th.Render(theme.Match, s) })
}

// label is how a row is called, with what tells its type.
func (d drawing) label(id compare.ID, name string) string {
	th := d.theme
	info, _ := d.any(id)
	switch {
	case d.files.IsDir(id):
		return th.Render(theme.Directory, name+"/")
	case info.Type == image.Symlink:
		return name + th.Render(theme.Dim, " "+th.Glyphs.Arrow+" "+info.Link)
	case info.Type == image.Hardlink:
		return name + th.Render(theme.Dim, " = "+info.Link)
	case info.Type == image.Regular && info.Mode&0o111 != 0:
		return name + th.Render(theme.Dim, "*")
	}
	return name
}

// any is what the last side that has the path knows of it.
func (m *Model) any(id compare.ID) (image.Info, bool) {
	for s := m.files.Sides() - 1; s >= 0; s-- {
		if info, ok := m.files.Info(id, s); ok {
			return info, true
		}
	}
	return image.Info{}, false
}

// below is how many files differ below a directory, where there is room for it.
func (d drawing) below(id compare.ID) string {
	n := d.files.Differing(id, d.Against())
	if !d.files.IsDir(id) || n == 0 || d.name < leastName+countWidth || d.shown.rows == nil {
		return ""
	}
	return d.theme.Render(theme.Dim, measure.Count(n)+" differ")
}

// cell is a side's column: how large the path is there, and what became of it.
func (d drawing) cell(id compare.ID, c column) string {
	th, f := d.theme, d.files
	_, here := f.Node(id, c.side)
	size := measure.Bytes(f.Size(id, c.side))
	switch {
	case !f.Known(c.side):
		return widget.FitRight(th.Render(theme.Dim, "?"), c.width, "")
	case !here:
		size = ""
	}
	if c.side == 0 {
		return widget.FitRight(size, c.width, "")
	}
	change := f.Change(id, c.side)
	out := ""
	if c.mark {
		out = imagefiles.Mark(th, change) + " "
	}
	if c.size {
		if change == image.Unchanged {
			size = th.Render(theme.Dim, size)
		}
		out += widget.FitRight(size, sizeWidth, "") + " "
	}
	return out + widget.FitRight(d.delta(id, c.side, change), deltaWidth, "")
}

// delta is by how much a path differs, or what of it does.
func (d drawing) delta(id compare.ID, side int, change image.Change) string {
	f := d.files
	switch delta := f.Delta(id, side); {
	case delta != 0:
		role := theme.Added
		if delta < 0 {
			role = theme.Removed
		}
		return d.theme.Render(role, measure.BytesDelta(delta))
	case change == image.Metadata:
		return strings.Join(short(f.Meta(id, side)), "+")
	case change == image.Modified && f.IsDir(id):
		return d.theme.Render(theme.Dim, measure.Plural(f.Differing(id, side), "file"))
	case change == image.Modified:
		return "content"
	}
	return ""
}

// short are the words of a Meta as a column has room for them.
func short(m image.Meta) []string {
	words := m.Words()
	if len(words) > 2 {
		return []string{"metadata"}
	}
	for i, w := range words {
		if w == "extended attributes" {
			words[i] = "attrs"
		}
	}
	if len(words) == 2 && len(words[0])+len(words[1])+1 > deltaWidth {
		return []string{"metadata"}
	}
	return words
}

// headline is the first line: what is shown and what it comes to, or the filter and how
// much it finds. It is there always, so that nothing below it moves.
func (m *Model) headline() string {
	th := m.theme
	if !m.typing && m.view.text == "" {
		return widget.Sides(" "+m.what(), m.sums(), m.width, th.Glyphs.Ellipsis)
	}
	right := m.found()
	prompt := " " + th.Render(theme.Key, "/") + " "
	if m.regex {
		prompt = " " + th.Render(theme.Key, "regex") + " "
	}
	room := max(8, m.width-widget.Width(prompt)-widget.Width(right)-1)
	text := widget.TruncateLeft(m.input.String(), room, th.Glyphs.Ellipsis)
	if m.typing {
		text = m.input.View(th, room)
	}
	return widget.Sides(prompt+text, right, m.width, th.Glyphs.Ellipsis)
}

// what says which files these are, in words.
func (m *Model) what() string {
	th, v := m.theme, m.view
	what := "only differences"
	switch {
	case v.kinds != 0:
		what = "only " + v.kinds.String()
	case v.all:
		what = "all files"
	}
	by := v
	if m.shown != nil {
		by = m.shown.view
	}
	return th.Render(theme.Bold, what) + th.Render(theme.Dim, " "+th.Glyphs.Dot+" "+by.sorted().String())
}

// sums is what the chosen side's differences come to.
func (m *Model) sums() string {
	th, n := m.theme, m.files.Counts(m.Against())
	var parts []string
	for _, x := range []struct {
		change image.Change
		n      int
		size   int64
	}{{image.Added, n.Added, n.AddedBytes}, {image.Removed, n.Removed, n.RemovedBytes}, {image.Modified, n.Modified, n.ModifiedBytes}, {image.Metadata, n.Metadata, 0}} {
		if x.n == 0 {
			continue
		}
		part := imagefiles.Mark(th, x.change) + th.Render(theme.Dim, measure.Count(x.n))
		if x.size > 0 {
			part += " " + measure.Bytes(x.size)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "  ")
}

// found says what the filter comes to, or what is missing in it.
func (m *Model) found() string {
	th := m.theme
	switch {
	case m.problem != "":
		return th.Render(theme.Warning, "no expression yet: "+m.problem)
	case m.shown == nil || m.waiting && m.shown.view.text != m.view.text:
		return th.Render(theme.Dim, "looking "+th.Glyphs.Ellipsis)
	case m.view.text == "":
		return ""
	}
	n := m.shown.look.count
	if m.shown.rows == nil {
		n = len(m.shown.flat)
	}
	return th.Render(theme.Dim, measure.Count(n)+" found, "+m.shown.view.sorted().String())
}

// nothing says why no file is shown.
func (m *Model) nothing() string {
	v := m.shown.view
	switch {
	case v.text != "" && v.all:
		return fmt.Sprintf("No path matches %q; esc shows all again.", v.text)
	case v.text != "":
		return fmt.Sprintf("Nothing that differs has a path like %q; esc and d show all files.", v.text)
	case v.kinds != 0:
		return "No file is only " + v.kinds.String() + "; esc shows the other differences again."
	case v.all:
		return "There are no files."
	}
	return "All files are the same; d shows them."
}
