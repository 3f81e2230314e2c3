package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// Show says what to write. The zero value is the whole report, without lists of files.
type Show struct {
	Layers   bool   // the layers
	Tree     bool   // the directories and files of the image
	Files    bool   // its files
	Packages bool   // what is installed
	Sort     Sort   // of Tree, Files and Packages
	Paths    *Paths // of Tree, Files and Packages those that match; nil for all
	Bytes    bool   // sizes as plain numbers of bytes, in text and Markdown
}

// Whole says whether no part is asked for.
func (s Show) Whole() bool { return !s.Layers && !s.Tree && !s.Files && !s.Packages }

// size writes a size as it is asked for.
func (s Show) size(n int64) string {
	if s.Bytes {
		return strconv.FormatInt(n, 10)
	}
	return measure.Bytes(n)
}

// Sort is an order of files.
type Sort string

// The orders.
const (
	ByPath Sort = "path" // and "" too
	BySize Sort = "size" // the largest first
	ByName Sort = "name" // by the last part of the path
)

// Sorts are all orders.
func Sorts() []Sort { return []Sort{ByPath, BySize, ByName} }

// tree is the file system that all layers add up to, as far as it is asked for. Its
// sizes are of what is asked for, too.
func (r Report) tree() *image.Tree {
	t := r.final()
	if r.Show.Paths == nil {
		return t
	}
	return t.Filter(r.Show.Paths.in(t))
}

// final is the file system that all layers add up to, without what the last removes.
func (r Report) final() *image.Tree {
	layers := make([]*image.Tree, len(r.Image.Layers)+1) // one more, which does nothing
	for i, l := range r.Image.Layers {
		layers[i] = l.Tree
	}
	return image.Stack(layers...)
}

// list are the files of a tree in the order that is asked for.
func (r Report) list(t *image.Tree) []image.NodeID {
	var ids []image.NodeID
	for id := range image.NodeID(t.Len()) {
		if !t.IsDir(id) {
			ids = append(ids, id)
		}
	}
	byPath := func(a, b image.NodeID) int { return comparePaths(t, a, b) }
	switch r.Show.Sort {
	case BySize:
		slices.SortFunc(ids, func(a, b image.NodeID) int { return cmp.Or(cmp.Compare(t.Size(b), t.Size(a)), byPath(a, b)) })
	case ByName:
		slices.SortFunc(ids, func(a, b image.NodeID) int { return cmp.Or(strings.Compare(t.Name(a), t.Name(b)), byPath(a, b)) })
	default:
		slices.SortFunc(ids, byPath)
	}
	return ids
}

// comparePaths orders two nodes by their paths, part by part: what lies in a directory
// stands together.
func comparePaths(t *image.Tree, a, b image.NodeID) int {
	depth := func(id image.NodeID) (n int) {
		for ; id > image.Root; id = t.Parent(id) {
			n++
		}
		return n
	}
	x, y := depth(a), depth(b)
	longer := cmp.Compare(x, y)
	for ; x > y; x-- {
		a = t.Parent(a)
	}
	for ; y > x; y-- {
		b = t.Parent(b)
	}
	if a == b {
		return longer
	}
	for t.Parent(a) != t.Parent(b) {
		a, b = t.Parent(a), t.Parent(b)
	}
	return cmp.Or(strings.Compare(t.RawName(a), t.RawName(b)), cmp.Compare(a, b))
}
