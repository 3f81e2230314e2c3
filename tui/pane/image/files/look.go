package files

import (
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/pane/bits"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
)

// look is what a view lets through of a tree, and what its directories then come
// to. It keeps no second tree: a million files cost it 14 MB.
type look struct {
	tree   *image.Tree
	shown  bits.Set // nil: all
	inner  bits.Set // directories that something is shown below
	bytes  []int64  // of directories, as Tree.Size counts; nil: as the tree says
	files  []int32
	layers []int16 // of directories: the one layer that wrote all below them, or mixed
	totals image.Counts
	count  int // nodes that are shown
	hits   []hit
	dirs   int // how many of them are directories
}

// hit is a row of a list.
type hit struct {
	id    image.NodeID
	score int32
}

// The numbers that no layer has.
const (
	noLayer = -1
	mixed   = -2
)

// patience is how many nodes are gone through before looking whether anybody
// still wants the answer.
const patience = 1 << 14

// newLook goes through a tree once for what is shown and once for the sums; nil
// when stop said so.
func newLook(t *image.Tree, v view, p pattern.Pattern, stop func() bool) *look {
	l := &look{tree: t}
	n := t.Len()
	if narrow := !v.all || v.kinds != 0 || !p.Empty(); narrow {
		l.shown = bits.New(n)
		l.shown.Add(int(image.Root))
		if !l.choose(v, &p, stop) {
			return nil
		}
	} else if v.flat() {
		for id := image.NodeID(1); int(id) < n; id++ {
			if !t.IsDir(id) {
				l.hits = append(l.hits, hit{id: id})
			}
		}
	}
	if !l.sum(stop) {
		return nil
	}
	return l
}

// choose finds the nodes that a view means.
func (l *look) choose(v view, p *pattern.Pattern, stop func() bool) bool {
	t := l.tree
	flat, filtered := v.flat(), !p.Empty()
	var path []byte
	prefix, parent := 0, image.None
	for i := 1; i < t.Len(); i++ {
		if i%patience == 0 && stop() {
			return false
		}
		id := image.NodeID(i)
		if !v.wants(t, id) {
			continue
		}
		score := 0
		if filtered {
			if up := t.Parent(id); up != parent { // siblings lie side by side
				parent = up
				path = append(path[:0], t.Path(up)...)
				if up != image.Root {
					path = append(path, '/')
				}
				prefix = len(path)
			}
			path = append(path[:prefix], t.Name(id)...)
			s, ok := p.Match(path)
			if !ok {
				continue
			}
			score = s
		}
		l.shown.Add(i)
		if flat && (filtered || !t.IsDir(id)) {
			l.hits = append(l.hits, hit{id, int32(score)})
		}
	}
	return true
}

// wants says whether a node itself, not only something below it, has a change that
// is looked for.
func (v view) wants(t *image.Tree, id image.NodeID) bool {
	c := t.Change(id)
	switch {
	case v.kinds != 0:
		return v.kinds&kindOf(c) != 0 && (c != image.Modified || !t.IsDir(id))
	case v.all:
		return true
	}
	return c != image.Unchanged && (c != image.Modified || !t.IsDir(id))
}

// sum adds up from the leaves: a child's number is greater than its parent's.
func (l *look) sum(stop func() bool) bool {
	t := l.tree
	n := t.Len()
	l.layers = make([]int16, n)
	if l.shown != nil {
		l.bytes, l.files = make([]int64, n), make([]int32, n)
	}
	l.inner = bits.New(n)
	for i := range l.layers {
		l.layers[i] = noLayer
	}
	for i := n - 1; i >= 0; i-- {
		if i%patience == 0 && stop() {
			return false
		}
		if l.shown != nil && !l.shown.Has(i) {
			continue
		}
		id := image.NodeID(i)
		isDir, change := t.IsDir(id), t.Change(id)
		l.count++
		if isDir {
			l.dirs++
		} else {
			l.tally(id, change)
		}
		if i == 0 {
			break
		}
		up := int(t.Parent(id))
		l.inner.Add(up)
		by := l.layers[i]
		if !isDir || by == noLayer {
			by = int16(t.Layer(id))
		}
		if change != image.Removed {
			switch l.layers[up] {
			case noLayer, by:
				l.layers[up] = by
			default:
				l.layers[up] = mixed
			}
		}
		if l.shown == nil {
			continue
		}
		l.shown.Add(up)
		if change == image.Removed && t.Change(image.NodeID(up)) != image.Removed {
			continue
		}
		if isDir {
			l.bytes[up] += l.bytes[i]
			l.files[up] += l.files[i]
		} else {
			l.bytes[up] += t.Size(id)
			l.files[up] += int32(t.Files(id))
		}
	}
	return true
}

func (l *look) tally(id image.NodeID, change image.Change) {
	c, size := &l.totals, l.tree.Size(id)
	switch change {
	case image.Added:
		c.Added++
		c.AddedBytes += size
	case image.Modified:
		c.Modified++
		c.ModifiedBytes += size
	case image.Metadata:
		c.Metadata++
		c.MetadataBytes += size
	case image.Removed:
		c.Removed++
		c.RemovedBytes += size
	}
}

// has says whether a node is shown.
func (l *look) has(id image.NodeID) bool { return l.shown == nil || l.shown.Has(int(id)) }

// leaf says whether nothing is shown below a node.
func (l *look) leaf(id image.NodeID) bool { return !l.inner.Has(int(id)) }

// size is the bytes of what is shown at and below a node.
func (l *look) size(id image.NodeID) int64 {
	if l.bytes != nil && l.tree.IsDir(id) {
		return l.bytes[id]
	}
	return l.tree.Size(id)
}

// fileCount is how many files are shown at and below a node.
func (l *look) fileCount(id image.NodeID) int {
	if l.files != nil && l.tree.IsDir(id) {
		return int(l.files[id])
	}
	return l.tree.Files(id)
}

// layer is the one that wrote a node, or all below it; mixed when several did.
func (l *look) layer(id image.NodeID) int {
	if l.tree.IsDir(id) && l.layers[id] != noLayer {
		return int(l.layers[id])
	}
	return l.tree.Layer(id)
}
