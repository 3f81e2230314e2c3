package files

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// View is the line that says what is shown, and the visible rows: at most the
// Model's height in lines.
func (m *Model) View(focus bool) []string {
	if m.width <= 0 || m.height <= 0 {
		return nil
	}
	lines := []string{m.headline()}
	if m.shown == nil {
		lines = append(lines, "", m.theme.Render(theme.Dim, " laying the layers over each other "+m.theme.Glyphs.Ellipsis))
		return lines[:min(len(lines), m.height)]
	}
	if m.Len() == 0 {
		lines = append(lines, "")
		for _, l := range widget.WrapWords(m.nothing(), m.width-2) {
			lines = append(lines, m.theme.Render(theme.Dim, " "+l))
		}
		return lines[:min(len(lines), m.height)]
	}
	d := drawing{Model: m, columns: m.columns(), away: m.waiting && m.scope != m.shown.scope}
	if m.shown.rows == nil {
		d.spans = &m.shown.pattern
	}
	return append(lines, m.list.Render(d, m.width, focus)...)
}

// Scroll is where the window over the rows stands.
func (m *Model) Scroll() widget.Scroll { return m.list.Scroll(m.Len()) }

// columns says which numbers there is room for.
type columns struct{ perms, layer, count bool }

func (m *Model) columns() columns {
	return columns{
		count: m.width >= 44 && m.shown.rows != nil, // in a list paths need the room
		layer: m.width >= 52 && len(m.image.Layers) > 1 && (m.shown.view.all || !m.shown.scope.Single()),
		perms: m.width >= 84,
	}
}

// drawing draws rows.
type drawing struct {
	*Model
	columns columns
	spans   *pattern.Pattern // marks what matched; nil for a tree
	away    bool             // these are still the rows of another scope
}

// Row draws a row.
func (d drawing) Row(i, width int, selected, focus bool) string {
	id, _ := d.at(i)
	th, t := d.theme, d.shown.tree
	right := d.numbers(id)
	var left string
	if r := d.shown.rows; r != nil {
		fold := " "
		if !d.shown.look.leaf(id) {
			fold = th.Glyphs.Closed
			if r.list[i].open {
				fold = th.Glyphs.Open
			}
		}
		left = d.mark(id) + " " + widget.Spaces(2*min(int(r.list[i].depth), width/4)) + th.Render(theme.Dim, fold) + " " + d.name(id, t.Name(id))
	} else {
		left = d.mark(id) + " " + d.path(id, max(8, width-widget.Width(right)-4))
	}
	line := widget.Sides(left, right, width, th.Glyphs.Ellipsis)
	switch {
	case d.away:
		return th.Render(theme.Dim, widget.Plain(line))
	case selected && focus:
		return th.Over(theme.Selected, line)
	case selected:
		return th.Over(theme.SelectedBlur, line)
	}
	return line
}

// path is a path in a list, with what the filter found in it.
func (d drawing) path(id image.NodeID, room int) string {
	th, path := d.theme, d.shown.tree.Path(id)
	cut := widget.TruncateLeft(path, room, th.Glyphs.Ellipsis)
	if d.spans.Empty() {
		return d.name(id, cut)
	}
	gone := len(path) - len(strings.TrimPrefix(cut, th.Glyphs.Ellipsis))
	shift := 0
	if cut != path {
		shift = len(th.Glyphs.Ellipsis)
	}
	var spans [][2]int
	for _, s := range d.spans.Spans(path) {
		if s[1] > gone {
			spans = append(spans, [2]int{max(s[0], gone) - gone + shift, s[1] - gone + shift})
		}
	}
	return widget.Mark(d.name(id, cut), spans, func(s string) string { return th.Render(theme.Match, s) })
}

// name is how a node is called, with what tells its type.
func (d drawing) name(id image.NodeID, name string) string {
	th := d.theme
	info := d.shown.tree.Info(id)
	switch {
	case info.Type.IsDir():
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

// mark is the sign of what the layers did to the node.
func (d drawing) mark(id image.NodeID) string {
	return Mark(d.theme, d.shown.tree.Change(id))
}

// Mark is the sign of a change, one cell.
func Mark(th *theme.Theme, c image.Change) string {
	switch c {
	case image.Added:
		return th.Render(theme.Added, "+")
	case image.Modified:
		return th.Render(theme.Modified, "~")
	case image.Metadata:
		return th.Render(theme.Modified, "m")
	case image.Removed:
		return th.Render(theme.Removed, "-")
	}
	return " "
}

// numbers are the right end of a row: the number of files, a sign for findings,
// permissions and owner, the layer, the size. Each has its column; the first one is a
// directory's only, so that names of files may go on into it.
func (d drawing) numbers(id image.NodeID) string {
	th, t, l := d.theme, d.shown.tree, d.shown.look
	info := t.Info(id)
	out := d.sign(t.Path(id)) + " "
	if d.columns.count && info.Type.IsDir() {
		n, noun := l.fileCount(id), "files"
		if n == 1 {
			noun = "file "
		}
		out = th.Render(theme.Dim, fmt.Sprintf("%8s %s ", measure.Count(n), noun)) + out
	}
	if d.columns.perms {
		perms, owner := Perms(info), Owner(info)
		if info.Implicit {
			perms, owner = "", ""
		}
		out += th.Render(theme.Dim, fmt.Sprintf("%-10s %7s  ", perms, owner))
	}
	if d.columns.layer {
		by := ""
		if k := l.layer(id); k != mixed {
			by = fmt.Sprintf("L%d", k+1)
		}
		out += th.Render(theme.Dim, fmt.Sprintf("%4s ", by))
	}
	return out + fmt.Sprintf("%8s", measure.Bytes(l.size(id)))
}
