package leak

import "github.com/stagedive/stagedive/model/image"

// removedBy returns the first layer after from in which the file at p of layer
// from is deleted or overwritten, or 0. (OCI image-spec, layer.md: a whiteout
// removes the path and all below it, an opaque directory what lower layers have
// in it, and an entry of another kind replaces the whole path.) A layer that stores
// the same content again, for another mode or owner, keeps it.
func (v *view) removedBy(from int, p string) int {
	sum := v.layers[from].content(p)
	for i := from + 1; i < len(v.layers); i++ {
		l := v.layers[i]
		if l.tree.Fate(p, false) != image.Kept && (sum == 0 || l.content(p) != sum) {
			return i
		}
	}
	return 0
}

// remnant is how small a part may be left of a directory that counts as removed:
// package managers leave a lock file or an empty directory behind.
const remnant = 100

// emptiedBy returns the first layer after from by which nothing, or next to
// nothing, is left of what layer from has at and below root; 0 when much is left.
// A cache that is written again is still there: overwriting does not count.
func (v *view) emptiedBy(from int, root string) int {
	var above []upper
	for i := from + 1; i < len(v.layers); i++ {
		l := v.layers[i]
		if !l.hidesAny {
			continue
		}
		if l.tree.HidesPath(root) {
			return i
		}
		if id, ok := l.tree.Find(root); ok {
			above = append(above, upper{i, id})
		}
	}
	id, ok := v.layers[from].dir(root)
	if !ok || len(above) == 0 {
		return 0
	}
	last, left := 0, int64(0)
	v.remains(from, id, above, &last, &left)
	if left > v.layers[from].tree.Size(id)/remnant {
		return 0
	}
	return last
}

// upper is where a later layer has the path that is looked at.
type upper struct {
	layer int
	id    image.NodeID
}

// remains adds up what is left of a directory under the later layers, and which of
// them was the last to take something. It goes only where they have been.
func (v *view) remains(from int, dir image.NodeID, above []upper, last *int, left *int64) {
	t := v.layers[from].tree
	for id := range t.Entries(dir) {
		if t.Type(id) == image.Whiteout {
			continue
		}
		var here []upper
		by := 0
		for _, u := range above {
			up := v.layers[u.layer].tree
			at, ok := up.Child(u.id, t.RawName(id))
			if !ok {
				continue
			}
			if up.Hides(at) {
				by = u.layer
				break
			}
			here = append(here, upper{u.layer, at})
		}
		switch {
		case by > 0:
			if t.Files(id) > 0 {
				*last = max(*last, by)
			}
		case t.IsDir(id) && len(here) > 0:
			v.remains(from, id, here, last, left)
		default:
			*left += t.Size(id)
		}
	}
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
