package image

import (
	"slices"
	"sort"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/widget"
)

// files is the tree of files of the selected layer and how it is looked at.
type files struct {
	layer   int         // whose files these are
	all     *image.Tree // everything there is after the layer; nil while it is prepared
	changes *image.Tree // what the layer did, once somebody looked
	tree    *image.Tree // what of it is shown
	view    widget.Tree
	flat    []image.NodeID // the largest files, when they are shown as a list
	flatAt  widget.List

	cumulative bool // all files so far, not only what this layer did
	bySize     bool
	largest    bool         // the list of the largest files instead of the tree
	filter     widget.Input // only paths that hold this, in any case
	typing     bool         // the filter is being typed
	wanted     string       // path to go to once the tree is there
}

func (f *files) reset() {
	*f = files{cumulative: f.cumulative, bySize: f.bySize}
}

// clear forgets the tree while the one of another layer is prepared.
func (f *files) clear(layer int) {
	f.layer, f.all, f.changes, f.tree, f.flat = layer, nil, nil, nil, nil
}

func (f *files) set(all *image.Tree, layer int) {
	keep := f.tree != nil && f.layer == layer
	f.all, f.changes, f.layer = all, nil, layer
	f.refresh(keep)
}

// refresh works out what is shown, after the tree or the way of looking changed.
// Another order of the same tree keeps open what is open.
func (f *files) refresh(keep bool) {
	if f.all == nil {
		return
	}
	at, before := f.path(), f.tree
	f.tree = f.filtered()
	f.flat = nil
	if f.largest {
		f.flat = largestFiles(f.tree, maxLargest)
		f.flatAt.Select(0, len(f.flat))
	}
	if keep && f.tree == before {
		f.view.Reset(f, true)
		return
	}
	f.view.Reset(f, false)
	switch {
	case f.filter.String() != "":
		f.openAll(filterRows)
	case f.tree.Len() <= f.view.Height():
		f.openAll(f.tree.Len()) // few enough to show at once
	case !f.cumulative:
		f.openLonely()
	}
	if id, found := f.tree.Find(at); keep && found && at != "" && !f.largest {
		f.stand(id)
	}
}

// filtered is the part of all that the way of looking lets through. Without a
// filter it is the same tree each time.
func (f *files) filtered() *image.Tree {
	t := f.all
	if !f.cumulative {
		if f.changes == nil {
			f.changes = f.all.Changes()
		}
		t = f.changes
	}
	if text := f.filter.String(); text != "" {
		t = t.Filter(matching(t, text))
	}
	return t
}

// matching keeps the nodes whose path holds all the words of a filter.
func matching(t *image.Tree, filter string) func(image.NodeID) bool {
	words := strings.Fields(strings.ToLower(filter))
	return func(id image.NodeID) bool {
		path := strings.ToLower(t.Path(id))
		for _, w := range words {
			if !strings.Contains(path, w) {
				return false
			}
		}
		return id != image.Root
	}
}

// filterRows bounds how much a filter opens by itself.
const filterRows = 500

// openAll opens directories from the top until that many rows are there.
func (f *files) openAll(rows int) {
	for i := 0; i < f.view.Len() && f.view.Len() < rows; i++ {
		if r, _ := f.view.RowAt(i); !r.Leaf && !r.Open {
			f.view.Cursor = i
			f.view.Toggle(f)
		}
	}
	f.view.Select(0, f.view.Len())
}

// openLonely opens the directories from the top that hold a single entry: a
// layer's files often lie far down one path.
func (f *files) openLonely() {
	for f.view.Len() > 0 {
		r, _ := f.view.RowAt(f.view.Len() - 1)
		if r.Depth != f.view.Len()-1 || r.Leaf {
			break
		}
		f.view.Cursor = f.view.Len() - 1
		f.view.Toggle(f)
	}
	f.view.Select(0, f.view.Len())
}

// maxLargest is the length of the list of largest files.
const maxLargest = 1000

func largestFiles(t *image.Tree, limit int) []image.NodeID {
	var out []image.NodeID
	for id := range t.Walk(image.Root) {
		if t.Type(id) == image.Regular && t.Change(id) != image.Removed {
			out = append(out, id)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return t.Size(out[i]) > t.Size(out[j]) })
	return out[:min(limit, len(out))]
}

// selected is the node under the cursor.
func (f *files) selected() (image.NodeID, bool) {
	if f.tree == nil {
		return image.None, false
	}
	if f.largest {
		if i := f.flatAt.Cursor; i < len(f.flat) {
			return f.flat[i], true
		}
		return image.None, false
	}
	r, ok := f.view.Selected()
	return image.NodeID(r.ID), ok
}

// path is the selected node's; "" when there is none.
func (f *files) path() string {
	if id, ok := f.selected(); ok {
		return f.tree.Path(id)
	}
	return ""
}

// reveal puts the cursor on a path. Where the way of looking hides it, it looks
// at everything; ok is false when the path is not there at all.
func (f *files) reveal(path string) (ok bool) {
	if f.all == nil {
		return false
	}
	id, found := f.tree.Find(path)
	if !found {
		if _, found = f.all.Find(path); !found {
			return false
		}
		f.cumulative = true
		f.filter.Clear()
		f.tree = f.all
		id, _ = f.tree.Find(path)
		f.view.Reset(f, false)
	}
	f.largest, f.flat = false, nil
	f.stand(id)
	return true
}

// stand opens the way to a node of the tree and puts the cursor on it.
func (f *files) stand(id image.NodeID) {
	var way []int
	for n := id; n > image.Root; n = f.tree.Parent(n) {
		way = append(way, int(n))
	}
	slices.Reverse(way)
	f.view.Reveal(f, way)
}

// Children, Leaf and TreeRow make files a widget.TreeSource; the rows are drawn
// by fileRows, which knows the theme.
func (f *files) Children(id int) []int {
	if f.tree == nil {
		return nil
	}
	node, order := image.Root, image.ByName
	if id != widget.Root {
		node = image.NodeID(id)
	}
	if f.bySize {
		order = image.BySize
	}
	kids := f.tree.Children(node, order)
	out := make([]int, len(kids))
	for i, k := range kids {
		out[i] = int(k)
	}
	return out
}

// Leaf is explained at Children.
func (f *files) Leaf(id int) bool { return f.tree.ChildCount(image.NodeID(id)) == 0 }

// TreeRow is explained at Children.
func (f *files) TreeRow(widget.TreeRow, int, bool, bool) string { return "" }
