package crossing

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// spoken says whether the places that the mounts of an edge show are known: a variable
// that only the base image sets is not.
func (w *walk) spoken(e model.Edge) bool {
	for _, m := range w.g.Stages[e.To].Steps[e.Step].Mounts {
		if w.names(m.From, e.From) && strings.Contains(m.Source, "$") {
			return false
		}
	}
	return true
}

// mounts are the places in the source that the mounts of an edge show.
func (w *walk) mounts(e model.Edge) []string {
	var out []string
	for _, m := range w.g.Stages[e.To].Steps[e.Step].Mounts {
		if m.Type == "tmpfs" || !w.names(m.From, e.From) {
			continue
		}
		out = append(out, path.Clean("/"+m.Source))
	}
	return out
}

// names says whether a mount's from= means a node.
func (w *walk) names(from string, id model.NodeID) bool {
	return from != "" && strings.EqualFold(w.g.Label(id), from)
}

// mounted counts what mounts showed, and finds what of it the command left in the image:
// files with the very same content, whatever they are called now. Of several that have it
// the one is meant whose path ends most alike. Empty files prove nothing.
func (m *move) mounted(from *look, places []string) {
	type content struct {
		size int64
		sum  uint64
	}
	left := map[content][]int{} // arrivals by content
	for id := range image.NodeID(m.tree.Len()) {
		if i := m.tree.Info(id); (i.Type == image.Regular || i.Type == image.Hardlink) && i.Size > 0 && i.Sum != 0 {
			k := content{i.Size, i.Sum}
			left[k] = append(left[k], len(m.arrivals))
			m.arrivals = append(m.arrivals, arrival{id, image.None})
		}
	}
	seen := make(map[image.NodeID]bool)
	for _, place := range places {
		root, ok := from.tree.Follow(place)
		if !ok {
			continue
		}
		for id := range from.tree.Walk(root) {
			if !from.file(id) || seen[id] {
				continue
			}
			seen[id] = true
			m.shown = m.shown.Add(Amount{1, from.tree.Size(id)})
			i := from.tree.Info(id)
			for _, k := range left[content{i.Size, i.Sum}] {
				a := &m.arrivals[k]
				if a.was == image.None || alike(m.tree, a.now, from.tree, id) > alike(m.tree, a.now, from.tree, a.was) {
					a.was = id
				}
			}
		}
	}
	found := m.arrivals[:0]
	for _, a := range m.arrivals {
		if a.was != image.None {
			found = append(found, a)
		}
	}
	m.arrivals = found
}

// alike is how many parts of two paths are the same, from their ends.
func alike(a *image.Tree, x image.NodeID, b *image.Tree, y image.NodeID) int {
	n := 0
	for ; x > image.Root && y > image.Root && a.RawName(x) == b.RawName(y); n++ {
		x, y = a.Parent(x), b.Parent(y)
	}
	return n
}
