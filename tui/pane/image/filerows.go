package image

import (
	"fmt"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// fileRows draws the rows of the tree and of the list of largest files.
type fileRows struct {
	*files
	p *Pane
}

// permsWidth is the width from which on rows show permissions and owners.
const permsWidth = 78

// TreeRow draws one row of the tree.
func (r fileRows) TreeRow(row widget.TreeRow, width int, selected, focus bool) string {
	th, id := r.p.theme, image.NodeID(row.ID)
	fold := " "
	if !row.Leaf {
		fold = th.Glyphs.Closed
		if row.Open {
			fold = th.Glyphs.Open
		}
	}
	name := r.name(id, r.tree.Name(id))
	left := r.mark(id) + " " + widget.Spaces(2*row.Depth) + th.Render(theme.Dim, fold) + " " + name
	return highlight(th, widget.Sides(left, r.numbers(id, width), width, th.Glyphs.Ellipsis), selected, focus)
}

// Len is the length of the list of largest files.
func (r fileRows) Len() int { return len(r.flat) }

// Row draws one row of the list of largest files.
func (r fileRows) Row(i, width int, selected, focus bool) string {
	th, id := r.p.theme, r.flat[i]
	right := r.numbers(id, width)
	path := widget.TruncateLeft(r.tree.Path(id), max(8, width-widget.Width(right)-3), th.Glyphs.Ellipsis)
	return highlight(th, widget.Sides(r.mark(id)+" "+r.name(id, path), right, width, th.Glyphs.Ellipsis), selected, focus)
}

// name is how a node is called, with what tells its type.
func (r fileRows) name(id image.NodeID, name string) string {
	th := r.p.theme
	info := r.tree.Info(id)
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

// mark is the sign of what the layer did to the node.
func (r fileRows) mark(id image.NodeID) string {
	th := r.p.theme
	switch r.tree.Change(id) {
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

// numbers are the right end of a row: a sign for findings, permissions and owner
// where there is room, the number of files, the size.
func (r fileRows) numbers(id image.NodeID, width int) string {
	th, t := r.p.theme, r.tree
	info := t.Info(id)
	sign := " "
	if sev, ok := r.p.marks.paths[t.Path(id)]; ok {
		sign = r.p.sign(sev)
	}
	count := ""
	if info.Type.IsDir() {
		count = measure.Count(t.Files(id)) + " files"
		if t.Files(id) == 1 {
			count = "1 file"
		}
	}
	out := sign + " "
	if width >= permsWidth {
		perms := mode(info)
		if info.Implicit {
			perms = ""
		}
		out += th.Render(theme.Dim, fmt.Sprintf("%-10s %5s  ", perms, owner(info)))
	}
	if width >= 44 {
		out += th.Render(theme.Dim, fmt.Sprintf("%14s ", count))
	}
	return out + fmt.Sprintf("%9s", measure.Bytes(t.Size(id)))
}

func owner(info image.Info) string {
	if info.Implicit {
		return ""
	}
	return fmt.Sprintf("%d:%d", info.UID, info.GID)
}

// mode is the type and permissions as ls -l writes them.
func mode(info image.Info) string {
	b := []byte("-rwxrwxrwx")
	switch info.Type {
	case image.Directory, image.Opaque:
		b[0] = 'd'
	case image.Symlink:
		b[0] = 'l'
	case image.CharDevice:
		b[0] = 'c'
	case image.BlockDevice:
		b[0] = 'b'
	case image.FIFO:
		b[0] = 'p'
	}
	for i := range 9 {
		if info.Mode&(1<<(8-i)) == 0 {
			b[i+1] = '-'
		}
	}
	for i, special := range [...]struct {
		bit     uint32
		on, off byte
	}{{0o4000, 's', 'S'}, {0o2000, 's', 'S'}, {0o1000, 't', 'T'}} {
		if info.Mode&special.bit == 0 {
			continue
		}
		at := 3 * (i + 1)
		if b[at] == 'x' {
			b[at] = special.on
		} else {
			b[at] = special.off
		}
	}
	return string(b)
}
