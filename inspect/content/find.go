package content

import (
	"github.com/stagedive/stagedive/model/image"
)

// place is a regular file in a layer's own tree.
type place struct {
	layer int
	path  string // like scan.Item's
	size  int64
	sum   uint64 // 0: unknown
}

// maxLinks bounds how many hard links to hard links are followed.
const maxLinks = 40

// find returns where the file lies that a layer wrote at path.
func (r *Reader) find(layer int, path string) (place, error) {
	for range maxLinks {
		if layer < 0 || layer >= len(r.im.Layers) || r.im.Layers[layer].Tree == nil {
			return place{}, missing(path, layer)
		}
		t := r.im.Layers[layer].Tree
		id, ok := t.Find(path)
		if !ok {
			if id, ok = r.twin(layer, path); !ok {
				return place{}, missing(path, layer)
			}
		}
		switch t.Type(id) {
		case image.Regular:
			info := t.Info(id)
			return place{layer, t.RawPath(id)[1:], info.Size, info.Sum}, nil
		case image.Hardlink:
		default:
			return place{}, notFile(t, id)
		}
		path = "/" + t.RawLink(id)
		if _, here := t.LinkTarget(id); !here { // its file is an earlier layer's
			below := r.stack(layer - 1)
			to, ok := below.Find(path)
			if !ok {
				return place{}, missing(path, layer)
			}
			layer, path = below.Layer(to), below.RawPath(to)
		}
	}
	return place{}, missing(path, layer)
}

// stack lays the layers up to one over each other.
func (r *Reader) stack(layer int) *image.Tree {
	var trees []*image.Tree
	for _, l := range r.im.Layers[:layer+1] {
		if l.Tree != nil {
			trees = append(trees, l.Tree)
		} else {
			trees = append(trees, image.NewBuilder().Tree())
		}
	}
	return image.Stack(trees...)
}

// twin finds the entry of a layer for a path that only the layers together have: in
// the layer itself it lies below a name that is a symbolic link in a lower layer.
// What has its size and checksum has its content.
func (r *Reader) twin(layer int, path string) (image.NodeID, bool) {
	all, t := r.stack(layer), r.im.Layers[layer].Tree
	at, ok := all.Find(path)
	if !ok || all.Layer(at) != layer || all.Change(at) == image.Removed {
		return image.None, false
	}
	want := all.Info(at)
	for id := range image.NodeID(t.Len()) {
		if got := t.Info(id); want.Sum != 0 && got.Sum == want.Sum && got.Size == want.Size && got.Type == image.Regular {
			return id, true
		}
	}
	return image.None, false
}
