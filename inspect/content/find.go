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

// finder finds files, and remembers what it took to find the ones before: an image
// may be made so that each takes all of it. One goroutine uses it.
type finder struct {
	*Reader
	stacks map[int]*image.Tree
	twins  map[int]map[content]image.NodeID
}

// content tells a file's bytes from others.
type content struct {
	size int64
	sum  uint64
}

func (r *Reader) finder() *finder {
	return &finder{r, map[int]*image.Tree{}, map[int]map[content]image.NodeID{}}
}

// find returns where the file lies that a layer wrote at path.
func (r *finder) find(layer int, path string) (place, error) {
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
func (r *finder) stack(layer int) *image.Tree {
	if t := r.stacks[layer]; t != nil {
		return t
	}
	var trees []*image.Tree
	for _, l := range r.im.Layers[:layer+1] {
		if l.Tree != nil {
			trees = append(trees, l.Tree)
		} else {
			trees = append(trees, image.NewBuilder().Tree())
		}
	}
	r.stacks[layer] = image.Stack(trees...)
	return r.stacks[layer]
}

// twin finds the entry of a layer for a path that only the layers together have: in
// the layer itself it lies below a name that is a symbolic link in a lower layer.
// What has its size and checksum has its content.
func (r *finder) twin(layer int, path string) (image.NodeID, bool) {
	all, t := r.stack(layer), r.im.Layers[layer].Tree
	at, ok := all.Find(path)
	if !ok || all.Layer(at) != layer || all.Change(at) == image.Removed {
		return image.None, false
	}
	if r.twins[layer] == nil {
		r.twins[layer] = map[content]image.NodeID{}
		for id := range image.NodeID(t.Len()) {
			if info := t.Info(id); info.Type == image.Regular && info.Sum != 0 {
				r.twins[layer][content{info.Size, info.Sum}] = id
			}
		}
	}
	want := all.Info(at)
	id, ok := r.twins[layer][content{want.Size, want.Sum}]
	return id, ok
}
