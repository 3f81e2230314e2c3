package report

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// layers writes a line a layer: number, size, size as stored, where it is from, and the
// instruction, which may hold blanks.
func (r Report) layers(b *bufio.Writer) {
	for i, l := range r.Image.Layers {
		fmt.Fprintf(b, "%4d  %s  %s  %-12s  %s\n", i+1, r.Show.cell(l.Size), r.Show.cell(l.BlobSize),
			strings.ReplaceAll(r.place(l.Origin.Stage, l.Origin.Line, l.Origin.Base), " ", ":"), one(r.instruction(l)))
	}
}

// cell is a size in a column of its own, without a blank in it.
func (s Show) cell(n int64) string {
	if s.Bytes {
		return fmt.Sprintf("%12d", n)
	}
	return fmt.Sprintf("%7s", strings.Replace(s.size(n), " ", "", 1))
}

// files writes a line a file: mode, owner, size, number of the layer that wrote it, and
// the path, which may hold blanks, with what a link leads to.
func (r Report) files(b *bufio.Writer, t *image.Tree) {
	for _, id := range r.list(t) {
		i := t.Info(id)
		fmt.Fprintf(b, "%s  %7s  %s  %3d  %s%s\n", mode(i), fmt.Sprintf("%d:%d", i.UID, i.GID), r.Show.cell(i.Size), i.Layer+1, t.Path(id), leads(i))
	}
}

// leads says where a link leads to.
func leads(i image.Info) string {
	switch i.Type {
	case image.Symlink:
		return " -> " + i.Link
	case image.Hardlink:
		return " = /" + strings.TrimPrefix(i.Link, "/")
	}
	return ""
}

// directory writes what lies below a directory: size, number of files, and the name, as
// far to the right as it lies deep.
func (r Report) directory(b *bufio.Writer, t *image.Tree, id image.NodeID, depth int) {
	order := image.ByName
	if r.Show.Sort == BySize {
		order = image.BySize
	}
	for _, c := range t.Children(id, order) {
		i, files := t.Info(c), "-"
		name := i.Name + leads(i)
		if t.IsDir(c) {
			name, files = i.Name+"/", fmt.Sprint(t.Files(c))
		}
		fmt.Fprintf(b, "%s  %7s  %s%s\n", r.Show.cell(t.Size(c)), files, strings.Repeat("  ", depth), name)
		if t.IsDir(c) {
			r.directory(b, t, c, depth+1)
		}
	}
}

// mode writes type and permissions as ls does.
func mode(i image.Info) string {
	const letters = "-dlhcbp"
	m := []byte("?rwxrwxrwx")
	if int(i.Type) < len(letters) {
		m[0] = letters[i.Type]
	}
	if i.Type == image.Hardlink {
		m[0] = '-' // another name of a file
	}
	for bit := range 9 {
		if i.Mode&(1<<(8-bit)) == 0 {
			m[1+bit] = '-'
		}
	}
	for _, s := range [...]struct {
		bit     uint32
		at      int
		on, off byte
	}{{0o4000, 3, 's', 'S'}, {0o2000, 6, 's', 'S'}, {0o1000, 9, 't', 'T'}} {
		switch {
		case i.Mode&s.bit == 0:
		case m[s.at] == 'x':
			m[s.at] = s.on
		default:
			m[s.at] = s.off
		}
	}
	return string(m)
}
