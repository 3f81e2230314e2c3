package leak

import (
	"slices"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/model/image"
)

// inherits says whether the file at p of a layer has the content that it had below: a
// chmod stores the whole file again, but does not bring it.
func (v *view) inherits(layer int, p string) bool {
	sum := v.layers[layer].content(p)
	for i := layer - 1; i >= 0 && sum != 0; i-- {
		if l := v.layers[i]; l.tree.Fate(p, false) != image.Kept {
			return l.content(p) == sum
		}
	}
	return false
}

// forget drops what was noted of files that a layer only stores again, for another mode or
// owner: it is of the layer that brought them.
func (v *view) forget() {
	for i, l := range v.layers {
		if i > 0 {
			l.marks = slices.DeleteFunc(l.marks, func(m mark.Mark) bool { return v.inherits(i, m.Path) })
		}
	}
}

// brought is the number of files at and below a directory that a layer brings, and their
// bytes: without those that it only stores again.
func (v *view) brought(index int, root string) (count int, size int64) {
	l := v.layers[index]
	at, ok := l.dir(root)
	if !ok {
		return 0, 0
	}
	count, size = l.tree.Files(at), l.tree.Size(at)
	if !slices.ContainsFunc(v.layers[:index], func(lower *layer) bool { return lower.holds(root) }) {
		return count, size
	}
	for id := range l.tree.Walk(at) {
		if l.tree.Type(id) == image.Regular && v.inherits(index, l.tree.RawPath(id)) {
			count--
			size -= l.tree.Size(id)
		}
	}
	return count, size
}
