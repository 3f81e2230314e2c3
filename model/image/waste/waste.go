// Package waste tells what an image's layers store and its final file system does
// not need: for each such byte the layer that stores it, the layer that made it
// useless, and why. What is stored is what is visible plus what is wasted, exactly.
//
// A byte is stored once however many hard links name it, and is needed while one of
// them is there. Of a file that a layer's archive holds twice the last counts, as in
// the layer's tree. A sparse file counts as what the layer stores of it. Sizes are
// those of the files' content: names, modes and compression are not in them.
package waste

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
)

// Report is the waste of an image.
type Report struct {
	Stored  int64 // bytes of the files in all layers
	Visible int64 // bytes of the files in the final image
	Wasted  int64 // Stored - Visible
	Own     int64 // of Wasted, what this image's own instructions could spare; the rest is the base image's
	Layers  []Layer
	Items   []Item // those that are no Base ones first, then the largest

	im     *image.Image
	makers []maker.Maker
}

// Layer is what one layer has to do with the waste.
type Layer struct {
	Stored int64 // bytes of the files it holds
	Wasted int64 // of these, bytes that the final image does not need
	Caused int64 // bytes, of layers below it as a rule, that it made useless
}

// Item is a file, a directory all of whose files in a layer went the same way, or what
// one cause left in several places below a directory.
type Item struct {
	Path  string       // absolute, sanitised
	Node  image.NodeID // in the tree of Layer
	Dir   bool         // Path is a directory that stands for all the layer holds in it
	Files int          // entries that are no directories
	Bytes int64
	Layer int         // index of the layer that stores it
	By    int         // index of the layer that made it useless
	Cause image.Cause // never Stays
	Meta  image.Meta  // of a Repeated one, what differs beside the content; 0 for nothing
	// Moved is where the layer By has all of it again, with the same content; "" when
	// it does not. Only for what is Deleted.
	Moved string
	// Base says that it is the base image's: only another one, or squashing the layers
	// into one, spares it.
	Base bool
	// Parts are the places below Path, the largest first, where it is several; then
	// the layer may hold other files below Path. Nil for one place.
	Parts []Part
}

// Part is one of the places of an Item.
type Part struct {
	Path  string // absolute, sanitised
	Dir   bool   // it stands for all that the layer holds in it
	Files int
	Bytes int64
}

// Of works out the waste of an image. Layers without a tree count as empty. The
// Dockerfile g may be nil. It takes about as long as image.Stack.
func Of(im *image.Image, g *model.Graph) *Report {
	r := &Report{im: im, makers: maker.Of(im, g), Layers: make([]Layer, len(im.Layers))}
	trees := make([]*image.Tree, len(im.Layers))
	for i := range im.Layers {
		trees[i] = im.Layers[i].Tree
	}
	for k, ends := range image.Ends(trees...) {
		if t := trees[k]; t != nil {
			join(t, ends)
			r.layer(k, t, ends)
		}
	}
	r.sort()
	r.findMoved(trees)
	r.fold(trees)
	for i := range r.Items {
		if it := &r.Items[i]; isBase(*it, r.makers[it.Layer], r.makers[it.By]) {
			it.Base = true
		} else {
			r.Own += it.Bytes
		}
	}
	r.sort()
	return r
}

func (r *Report) sort() {
	slices.SortFunc(r.Items, func(a, b Item) int {
		if a.Base != b.Base {
			if b.Base {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), strings.Compare(a.Path, b.Path), cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Node, b.Node), cmp.Compare(a.By, b.By), cmp.Compare(a.Cause, b.Cause))
	})
}

// isBase says whether nothing in this image's own instructions spares an item. A
// changed owner or mode, and an upgrade, can be left out.
func isBase(it Item, s, c maker.Maker) bool {
	return c.Base || s.Base && it.Cause != image.Repeated && !(it.Cause == image.Rewritten && upgrades(c))
}

// join gives a file with several names the end of the one that lasts longest: while
// it is there the bytes are needed.
func join(t *image.Tree, ends []image.End) {
	for id := range image.NodeID(len(ends)) {
		if t.Type(id) != image.Hardlink {
			continue
		}
		file := t.SharedFile(id)
		if e, was := ends[id], ends[file]; was.Cause != image.Stays && (e.Cause == image.Stays || e.By > was.By) {
			ends[file] = e
		}
	}
}

// layer adds up what became of one layer's files, and folds them.
func (r *Report) layer(k int, t *image.Tree, ends []image.End) {
	own := &r.Layers[k]
	own.Stored = t.Size(image.Root)
	sums := make([]sum, len(ends))
	for id := image.NodeID(len(ends)) - 1; id >= 0; id-- { // children before parents
		s := &sums[id]
		if typ := t.Type(id); !t.IsDir(id) && typ != image.Whiteout {
			*s = sum{bytes: t.Size(id), files: 1, end: ends[id], state: uniform}
			if s.end.Cause == image.Stays {
				s.state, s.bytes = mixed, 0
			} else {
				own.Wasted += s.bytes
				r.Layers[s.end.By].Caused += s.bytes
			}
		}
		if id > image.Root {
			sums[t.Parent(id)].add(s)
		}
	}
	r.Stored += own.Stored
	r.Wasted += own.Wasted
	r.Visible = r.Stored - r.Wasted
	for id := range image.NodeID(len(ends)) {
		s := &sums[id]
		if s.state != uniform || s.bytes == 0 || id > image.Root && sums[t.Parent(id)].state == uniform {
			continue
		}
		at := narrow(t, sums, id)
		r.Items = append(r.Items, Item{
			Path: t.Path(at), Node: at, Dir: t.IsDir(at), Files: int(s.files), Bytes: s.bytes,
			Layer: k, By: int(s.end.By), Cause: s.end.Cause, Meta: s.end.Meta,
		})
	}
}

// sum is what became of all entries in a subtree.
type sum struct {
	bytes int64 // wasted ones
	files int32
	end   image.End
	state state
}

type state uint8

const (
	nothing state = iota // no entries but directories and whiteouts
	uniform              // all entries came to the same end
	mixed
)

// add adds a child to its directory.
func (s *sum) add(c *sum) {
	s.bytes += c.bytes
	s.files += c.files
	switch {
	case c.state == nothing:
	case s.state == nothing:
		s.end, s.state = c.end, c.state
	case c.state == mixed || s.state == mixed || c.end.By != s.end.By || c.end.Cause != s.end.Cause:
		s.state = mixed
	default:
		s.end.Meta |= c.end.Meta
	}
}

// narrow goes down from a directory as long as one entry of it holds all there is.
func narrow(t *image.Tree, sums []sum, id image.NodeID) image.NodeID {
	for t.IsDir(id) {
		only := image.None
		for _, c := range t.Children(id, image.ByName) {
			if sums[c].state == nothing {
				continue
			}
			if only != image.None {
				return id
			}
			only = c
		}
		id = only
	}
	return id
}
