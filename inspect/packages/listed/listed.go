// Package listed tells which files of an image its distribution's packages brought, as the
// package managers' own lists say. They are read where somebody asks: a scan only notes
// which packages there are.
package listed

import (
	"bytes"
	"context"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
)

// maxList is how many bytes of a list of files are read: apk's has those of all packages.
const maxList = 64 << 20

// Reader reads files of an image. (inspect/content's Reader is one.)
type Reader interface {
	ReadAll(ctx context.Context, files []content.At, limit int64, got func(i int, data []byte, size int64, err error)) error
}

// Files are the files that packages of dpkg's and apk's have, as the managers' own lists
// tell (dpkg(1), "Files"; apk-v2), as far as they are in the image: t is what all its layers
// add up to. A list that is missing or can't be read tells nothing; the error is that of
// ctx. Of rpm's packages, whose lists lie in its database, there are the few that a scan
// has noted.
func Files(ctx context.Context, r Reader, t *image.Tree, list []inventory.Package) ([]string, error) {
	l := lister{tree: t, seen: map[image.NodeID]bool{}}
	var files []content.At
	var of []map[string]bool // of apk's database the packages that are asked for
	databases := map[string]map[string]bool{}
	for _, p := range list {
		for _, f := range p.Files {
			l.add(f)
		}
		switch p.Kind {
		case inventory.Deb:
			if id, ok := l.debList(p); ok {
				files, of = append(files, content.At{Layer: t.Layer(id), Path: t.RawPath(id)}), append(of, nil)
			}
		case inventory.Apk:
			if databases[p.Path] == nil {
				databases[p.Path] = map[string]bool{}
				if id, ok := present(t, p.Path); ok {
					files, of = append(files, content.At{Layer: t.Layer(id), Path: t.RawPath(id)}), append(of, databases[p.Path])
				}
			}
			databases[p.Path][p.Name] = true
		}
	}
	err := r.ReadAll(ctx, files, maxList, func(i int, data []byte, _ int64, err error) {
		switch {
		case err != nil:
		case of[i] != nil:
			l.apk(data, of[i])
		default:
			l.deb(data, strings.HasSuffix(files[i].Path, ".md5sums"))
		}
	})
	return l.found, err
}

// lister gathers files that are in an image.
type lister struct {
	tree  *image.Tree
	seen  map[image.NodeID]bool
	found []string // as the layers have them
}

// add takes a path as a package's list has it: the directories on the way may be links.
func (l *lister) add(p string) {
	id, ok := l.tree.Resolve(p)
	if !ok || l.tree.IsDir(id) || l.tree.Change(id) == image.Removed || l.seen[id] {
		return
	}
	l.seen[id] = true
	l.found = append(l.found, l.tree.RawPath(id))
}

// present is a file that is there.
func present(t *image.Tree, p string) (image.NodeID, bool) {
	id, ok := t.Find(p)
	return id, ok && !t.IsDir(id) && t.Change(id) != image.Removed
}

// debList is the list of a package's files: by its name, by that and an architecture, or
// beside the package's own status in distroless images.
func (l *lister) debList(p inventory.Package) (image.NodeID, bool) {
	dir, end := path.Join(path.Dir(p.Path), "info"), ".list"
	if strings.HasSuffix(path.Dir(p.Path), "/status.d") {
		dir, end = path.Dir(p.Path), ".md5sums"
	}
	at, ok := l.tree.Find(dir)
	if !ok || !l.tree.IsDir(at) {
		return image.None, false
	}
	if id, ok := present(l.tree, path.Join(dir, p.Name+end)); ok {
		return id, true
	}
	for id := range l.tree.Entries(at) {
		name := l.tree.RawName(id)
		if strings.HasPrefix(name, p.Name+":") && strings.HasSuffix(name, end) && l.tree.Change(id) != image.Removed && !l.tree.IsDir(id) {
			return id, true
		}
	}
	return image.None, false
}

// deb takes a list of dpkg's: a path on each line, behind a checksum in md5sums.
func (l *lister) deb(data []byte, sums bool) {
	for line := range bytes.Lines(data) {
		p := string(bytes.TrimRight(line, "\r\n"))
		if sums {
			_, after, ok := strings.Cut(p, "  ")
			if !ok {
				continue
			}
			p = "/" + after
		}
		if strings.HasPrefix(p, "/") {
			l.add(p)
		}
	}
}

// apk takes what apk's database lists of some packages.
func (l *lister) apk(data []byte, of map[string]bool) {
	dir, wanted := "", false
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) < 2 || line[1] != ':' {
			dir, wanted = "", wanted && len(line) > 0
			continue
		}
		switch value := string(line[2:]); line[0] {
		case 'P':
			wanted, dir = of[value], ""
		case 'F':
			dir = value
		case 'R':
			if wanted {
				l.add(path.Join("/", dir, value))
			}
		}
	}
}
