package start

import (
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/model/image"
)

// Layer is a layer's files, and what was noted of them.
type Layer struct {
	Tree  *image.Tree
	Marks []mark.Mark
}

// Image is an image as containers of it see it: all layers as one. It is for one goroutine.
type Image struct {
	config image.Config
	layers []layered
	starts *Command // nil until it is asked for
}

type layered struct {
	Layer
	hides bool // something of the layers below
}

// New stacks layers up, the lowest first. Each has a tree.
func New(c image.Config, layers []Layer) *Image {
	im := &Image{config: c, layers: make([]layered, len(layers))}
	for i, l := range layers {
		im.layers[i] = layered{l, l.Tree.HidesAny()}
	}
	return im
}

// Command is what a container of the image starts.
func (im *Image) Command() Command {
	if im.starts == nil {
		s := im.starting()
		im.starts = &s
	}
	return *im.starts
}

// IsDirectory says whether the final image has a directory at a path.
func (im *Image) IsDirectory(p string) bool {
	l, id, ok := im.top(p)
	return ok && l.Tree.IsDir(id)
}

// fileAt is a file of the final image, by its path from the working directory, over the
// links that lead there.
func (im *Image) fileAt(p string) (string, bool) {
	if p == "" || strings.Contains(p, "$") {
		return "", false
	}
	if !path.IsAbs(p) {
		p = path.Join("/", im.config.WorkingDir, p)
	}
	p = path.Clean(p)
	for range maxWrappers {
		l, id, ok := im.top(p)
		switch {
		case !ok || l.Tree.IsDir(id):
			return "", false
		case l.Tree.Type(id) != image.Symlink:
			return p, true
		}
		to := l.Tree.RawLink(id)
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(p), to)
		}
		p = path.Clean(to)
	}
	return "", false
}

// Exists says whether the final image has something at a path.
func (im *Image) Exists(p string) bool {
	_, _, ok := im.top(p)
	return ok
}

// top is the layer that the final image has what lies at a path from.
func (im *Image) top(p string) (*layered, image.NodeID, bool) {
	for i := len(im.layers) - 1; i >= 0; i-- {
		l := &im.layers[i]
		if id, ok := l.Tree.Find(p); ok && l.Tree.Type(id) != image.Whiteout {
			return l, id, true
		}
		if l.hides && l.Tree.HidesPath(p) {
			break
		}
	}
	return nil, image.None, false
}

// noted says whether some layer notes that of what lies at a path.
func (im *Image) noted(k mark.Kind, p string) bool {
	return slices.ContainsFunc(im.layers, func(l layered) bool {
		return slices.ContainsFunc(l.Marks, func(m mark.Mark) bool { return m.Kind == k && m.Path == p })
	})
}
