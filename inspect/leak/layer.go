package leak

import (
	"iter"
	"path"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/inspect/leak/start"
	"github.com/stagedive/stagedive/model/image"
)

// layer is one layer: its files, and what was noted of them. Every path in it is
// absolute and clean, and as the archive has it.
type layer struct {
	tree     *image.Tree
	hidesAny bool
	marks    []mark.Mark // in archive order
}

// newLayer joins a layer's tree with what its sink noted.
func newLayer(tree *image.Tree, data []byte) *layer {
	if tree == nil {
		tree = image.NewBuilder().Tree()
	}
	return &layer{tree: tree, hidesAny: tree.HidesAny(), marks: mark.Read(data)}
}

// stacked are the layers as package start has them.
func stacked(layers []*layer) []start.Layer {
	out := make([]start.Layer, len(layers))
	for i, l := range layers {
		out[i] = start.Layer{Tree: l.tree, Marks: l.marks}
	}
	return out
}

// dir finds a directory by its path; where a link of the same layer leads there,
// too.
func (l *layer) dir(p string) (image.NodeID, bool) {
	id, ok := l.tree.Find(p)
	if !ok {
		id, ok = l.tree.Resolve(p)
	}
	return id, ok && l.tree.IsDir(id)
}

// files are the entries right in a directory that are no directories.
func (l *layer) files(dir image.NodeID) iter.Seq[image.NodeID] {
	return func(yield func(image.NodeID) bool) {
		for id := range l.tree.Entries(dir) {
			if t := l.tree.Type(id); !t.IsDir() && t != image.Whiteout && !yield(id) {
				return
			}
		}
	}
}

// sum is the number of files at and below the directory root, and their bytes.
func (l *layer) sum(root string) (count int, size int64) {
	id, ok := l.dir(root)
	if !ok {
		return 0, 0
	}
	return l.tree.Files(id), l.tree.Size(id)
}

// holds says whether the layer has a file below the directory root.
func (l *layer) holds(root string) bool {
	n, _ := l.sum(root)
	return n > 0
}

// has says whether the layer brings something at p.
func (l *layer) has(p string) bool {
	id, ok := l.tree.Find(p)
	return ok && l.tree.Type(id) != image.Whiteout
}

// content is the checksum of the content of a file; it tells two apart.
func (l *layer) content(p string) uint64 {
	if id, ok := l.tree.Find(p); ok {
		return l.tree.Info(id).Sum
	}
	return 0
}

// manifest is the file right in the directory at p that makes it a project's root,
// or "".
func (l *layer) manifest(p string) string {
	id, ok := l.dir(p)
	if !ok {
		return ""
	}
	found := ""
	for f := range l.files(id) {
		if name := l.tree.RawName(f); isManifest(name) {
			found = path.Join(p, name)
		}
	}
	return found
}

// sizeOf is the size of what a layer has at a path.
func (l *layer) sizeOf(p string) int64 {
	id, ok := l.tree.Find(p)
	if !ok {
		return 0
	}
	return l.tree.Size(id)
}
