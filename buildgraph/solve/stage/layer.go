package stage

import (
	"path"

	"github.com/stagedive/stagedive/model/image"
)

// layer makes the tree of what a listing has that the one before has not: as a
// layer of an image would tell it, with a whiteout for what is gone. Without one
// before it is all there is.
func layer(before, after *listing) *image.Tree {
	b := image.NewBuilder()
	if before == nil || !before.root.same(after.root) {
		b.Add(after.root.in(""))
	}
	differ{b, before, after}.dir("")
	return b.Tree()
}

type differ struct {
	out           *image.Builder
	before, after *listing
}

// dir compares a directory of both.
func (d differ) dir(dir string) {
	var old []entry
	if d.before != nil {
		old = d.before.dirs[dir]
	}
	for _, e := range d.after.dirs[dir] {
		for len(old) > 0 && old[0].name < e.name {
			d.gone(dir, old[0])
			old = old[1:]
		}
		switch {
		case len(old) == 0 || old[0].name > e.name:
			d.all(dir, e)
			continue
		case old[0].typ == image.Directory && e.typ == image.Directory:
			if !old[0].same(e) {
				d.out.Add(e.in(dir))
			}
			d.dir(path.Join(dir, e.name))
		case !old[0].same(e):
			d.all(dir, e)
		}
		old = old[1:]
	}
	for _, e := range old {
		d.gone(dir, e)
	}
}

// all adds an entry with all below it.
func (d differ) all(dir string, e entry) {
	d.out.Add(e.in(dir))
	if e.typ == image.Directory {
		at := path.Join(dir, e.name)
		for _, c := range d.after.dirs[at] {
			d.all(at, c)
		}
	}
}

func (d differ) gone(dir string, e entry) {
	d.out.Add(image.Entry{Path: path.Join(dir, e.name), Type: image.Whiteout})
}

// in is the entry as the model has it.
func (e entry) in(dir string) image.Entry {
	return image.Entry{
		Path: path.Join(dir, e.name), Type: e.typ, Mode: e.mode, UID: e.uid, GID: e.gid,
		ModTime: e.mtime / 1e9, Size: e.size, Link: e.link, Attrs: e.attrs,
	}
}
