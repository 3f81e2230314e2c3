package leak

import (
	"path"
)

// removedBy returns the first layer after from in which the file at p of layer
// from is deleted or overwritten, or 0. (OCI image-spec, layer.md: a whiteout
// removes the path and all below it, an opaque directory what lower layers have
// in it, and an entry of another kind replaces the whole path.)
func (v *view) removedBy(from int, p string) int {
	for i := from + 1; i < len(v.layers); i++ {
		if v.layers[i].hides(p) || v.layers[i].replaces(p) {
			return i
		}
	}
	return 0
}

// hides says whether this layer removes what lower layers have at p.
func (l *layer) hides(p string) bool {
	if len(l.gone) == 0 && len(l.opaque) == 0 {
		return false
	}
	if l.gone[p] {
		return true
	}
	for d := path.Dir(p); ; d = path.Dir(d) {
		if l.gone[d] || l.opaque[d] {
			return true
		}
		if d == "/" || d == "." {
			return false
		}
	}
}

// replaces says whether this layer has a file where lower ones have p, or where
// they have one of the directories above it.
func (l *layer) replaces(p string) bool {
	for ; p != "/" && p != "."; p = path.Dir(p) {
		if _, ok := l.file(p); ok {
			return true
		}
	}
	return false
}

// remnant is how small a part may be left of a directory that counts as removed:
// package managers leave a lock file or an empty directory behind.
const remnant = 100

// emptiedBy returns the first layer after from by which nothing, or next to
// nothing, is left of what layer from has at and below root; 0 when much is left.
func (v *view) emptiedBy(from int, root string) int {
	later := false
	for i := from + 1; i < len(v.layers); i++ {
		if v.layers[i].hides(root) {
			return i
		}
		later = later || len(v.layers[i].gone)+len(v.layers[i].opaque) > 0
	}
	if !later {
		return 0
	}
	_, total := v.layers[from].sum(root)
	last, left := 0, int64(0)
	for _, d := range v.layers[from].under(root) {
		for _, f := range v.layers[from].dirs[d].files {
			by := v.hiddenBy(from, path.Join(d, f.name))
			if by == 0 {
				left += f.size
				continue
			}
			last = max(last, by)
		}
	}
	if left > total/remnant {
		return 0
	}
	return last
}

// hiddenBy is removedBy without overwriting: a cache that is written again is
// still there.
func (v *view) hiddenBy(from int, p string) int {
	for i := from + 1; i < len(v.layers); i++ {
		if v.layers[i].hides(p) {
			return i
		}
	}
	return 0
}

// groupGone is the layer by which every one of the files is removed, or 0.
func (v *view) groupGone(from int, files []string) int {
	last := 0
	for _, p := range files {
		by := v.removedBy(from, p)
		if by == 0 {
			return 0
		}
		last = max(last, by)
	}
	return last
}
