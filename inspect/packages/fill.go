package packages

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Options say what else there is to know. The zero value is fine.
type Options struct {
	// Context is the build context of the Dockerfile; nil when nobody knows it. Its
	// manifests tell what is for development, also where none of them was copied.
	Context fs.FS
}

// Fill sets the image's packages to what its layers' notes tell. Layers must have their
// trees and origins. Who has no notes has no packages.
//
// A layer that installs something has the whole of the database again: only what is new
// in it is the layer's, and what is missing from it the layer has removed.
func Fill(im *image.Image, notes [][]byte, opt Options) {
	f := &filler{im: im, live: map[string]*live{}, beside: map[string][]store{}, locks: map[string][]store{}, samples: map[string][]string{}}
	for i := range im.Layers {
		f.layer = i
		var stores []store
		if i < len(notes) {
			stores = read(notes[i])
		}
		f.take(stores)
	}
	f.develop(opt)
	for i := range f.all {
		f.all[i].Files = f.files(&f.all[i])
	}
	slices.SortFunc(f.all, func(a, b pack) int { return inventory.Compare(a.Package, b.Package) })
	im.Packages = make([]inventory.Package, len(f.all))
	for i, p := range f.all {
		im.Packages[i] = p.Package
	}
}

// filler goes through an image's layers, the lowest first.
type filler struct {
	im    *image.Image
	layer int
	all   []pack
	live  map[string]*live // what the layers so far have installed, by path of the store

	manifests []store             // of all layers
	beside    map[string][]store  // the same, by kind and directory
	locks     map[string][]store  // by the directory of the project
	samples   map[string][]string // files of dpkg's packages, by name
}

// pack is a package of the image, and what its store told beside.
type pack struct {
	inventory.Package
	store  kind
	raw    string // path of the store
	home   string // directory that holds its files; "" for none
	item   item
	listed bool // a lock says what it is for
}

// live is a store as the last layer that has it left it.
type live struct {
	kind  kind
	items map[string]int // index into all, by name and version
}

// take goes one layer up.
func (f *filler) take(stores []store) {
	again := map[string]bool{}
	for _, st := range stores {
		again[st.path] = true
	}
	tree := f.im.Layers[f.layer].Tree
	if tree != nil {
		for at, l := range f.live {
			if again[at] || tree.Fate(at, false) == image.Kept {
				continue
			}
			if !l.kind.isDatabase() { // without its list it is there all the same
				f.gone(l.items)
			}
			delete(f.live, at)
		}
	}
	sizes := map[string]int64{} // of Python packages, by directory
	for _, st := range stores {
		if st.kind == record && len(st.items) == 1 {
			sizes[path.Dir(st.path)] = st.items[0].size
		}
	}
	for _, st := range stores {
		switch st.kind.role() {
		case manifest:
			f.manifests = append(f.manifests, st)
			key := string(rune(st.kind&^manifest)) + path.Dir(st.path)
			f.beside[key] = append(f.beside[key], st)
		case lock:
			dir := path.Dir(st.path)
			if path.Base(dir) == "node_modules" {
				dir = path.Dir(dir)
			}
			f.locks[dir] = append(f.locks[dir], st)
		case sums:
			if st.kind == sums|deb {
				for _, it := range st.items {
					f.samples[it.name] = it.needs
				}
			}
		case 0:
			f.store(st, sizes)
		}
	}
}

// files are a few that a package of a distribution brings, as far as their names are clean.
func (f *filler) files(p *pack) []string {
	var list []string
	switch p.store {
	case deb:
		list = f.samples[p.item.name]
	case apk, rpm:
		list = p.item.needs
	}
	for _, file := range list {
		if sanitize.Text(file) != file {
			return nil
		}
	}
	return list
}

func (f *filler) gone(items map[string]int) {
	for _, i := range items {
		f.all[i].Gone = f.layer
	}
}

// store takes what a layer's store lists.
func (f *filler) store(st store, sizes map[string]int64) {
	before := f.live[st.path]
	if before == nil {
		before = &live{}
	}
	now := &live{kind: st.kind, items: make(map[string]int, len(st.items))}
	for _, it := range st.items {
		key := it.name + "\x00" + it.version
		i, had := before.items[key]
		if !had {
			if _, twice := now.items[key]; twice {
				continue
			}
			i = len(f.all)
			f.all = append(f.all, f.pack(st, it, sizes))
		}
		now.items[key] = i
		delete(before.items, key)
	}
	f.gone(before.items)
	f.live[st.path] = now
}

func (f *filler) pack(st store, it item, sizes map[string]int64) pack {
	l := &f.im.Layers[f.layer]
	p := pack{store: st.kind, raw: st.path, home: st.home(it), item: it, Package: inventory.Package{
		Kind: st.kind.inventoryKind(), Name: sanitize.Text(it.name), Version: sanitize.Text(it.version),
		Path: sanitize.Text(st.path), Size: it.size, Layer: f.layer, Base: l.Origin.Base,
	}}
	switch {
	case l.Tree == nil:
	case p.home != "":
		p.Size = own(l.Tree, p.home)
	case st.kind == pypi:
		p.Size = sizes[path.Dir(st.path)]
	}
	return p
}

// own is how many bytes a directory holds, without packages that are nested in it.
func own(t *image.Tree, dir string) int64 {
	id, ok := t.Find(dir)
	if !ok || !t.IsDir(id) {
		return 0
	}
	n := t.Size(id)
	if nested, ok := t.Child(id, "node_modules"); ok && !strings.HasSuffix(dir, "/node_modules") {
		n -= t.Size(nested)
	}
	return n
}
