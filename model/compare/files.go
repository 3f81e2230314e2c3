package compare

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// ID names a path of Files. It stays the same for their life.
type ID int32

// The root of all sides, and the ID that stands where no path is meant.
const (
	Root ID = 0
	None ID = -1
)

// Files are the paths of all sides beside one another: each that any side has is one
// row. Where a directory of one side is something else in another, there are two rows
// of one name, as in image.Diff.
//
// Rows lie breadth first, the entries of a directory side by side, in the order of
// image.CompareNames. What is known of a path stays in the sides' trees: a row takes
// some twenty bytes.
type Files struct {
	trees  []*image.Tree    // of each side; nil where it has no image
	at     [][]image.NodeID // by side, then row; image.None where the side has no such path
	marks  [][]mark         // by side, then row; nil for the first and for those without an image
	parent []ID
	first  []ID // where a row's entries begin; they end where the next row's begin

	dirs   []ID // rows that are directories, ascending
	sums   []sum
	counts []image.Counts // by side
}

// mark is what became of a path: a Change, and what differs beside the content.
type mark uint8

func newMark(c image.Change, m image.Meta) mark { return mark(c) | mark(m)<<4 }

func (m mark) change() image.Change { return image.Change(m & 15) }
func (m mark) meta() image.Meta     { return image.Meta(m >> 4) }

// sum is what a directory's rows add up to.
type sum struct {
	differ [Most]int32 // by side: rows below that are no directories and are not the same
	weight int64
}

// Len is the number of rows, the root included.
func (f *Files) Len() int { return len(f.parent) }

// Sides is how many columns there are.
func (f *Files) Sides() int { return len(f.trees) }

// Known says whether a side has an image, so that its column means something.
func (f *Files) Known(side int) bool { return f.trees[side] != nil }

// compared says whether a side stands against the first one.
func (f *Files) compared(side int) bool { return f.marks[side] != nil }

// Node is which node of Comparison.Tree a row is in a side; false where it has no such
// path.
func (f *Files) Node(id ID, side int) (image.NodeID, bool) {
	if f.trees[side] == nil {
		return image.None, false
	}
	n := f.at[side][id]
	return n, n != image.None
}

// Info is what a side knows of a path.
func (f *Files) Info(id ID, side int) (image.Info, bool) {
	n, ok := f.Node(id, side)
	if !ok {
		return image.Info{}, false
	}
	return f.trees[side].Info(n), true
}

// any is a side that has the path: the first one that does.
func (f *Files) any(id ID) (*image.Tree, image.NodeID) {
	for s, t := range f.trees {
		if t != nil && f.at[s][id] != image.None {
			return t, f.at[s][id]
		}
	}
	return nil, image.None // never: each row is some side's, but for the root of no images
}

// IsDir says whether a row can have others below it.
func (f *Files) IsDir(id ID) bool {
	t, n := f.any(id)
	return t == nil || t.IsDir(n)
}

// Name is the last part of the path, sanitised; "" for the root.
func (f *Files) Name(id ID) string {
	if t, n := f.any(id); t != nil {
		return t.Name(n)
	}
	return ""
}

func (f *Files) rawName(id ID) string {
	if t, n := f.any(id); t != nil {
		return t.RawName(n)
	}
	return ""
}

// Path is the absolute path, sanitised.
func (f *Files) Path(id ID) string {
	if t, n := f.any(id); t != nil {
		return t.Path(n)
	}
	return "/"
}

// RawPath is image.Tree's: for comparing and opening, never for a screen.
func (f *Files) RawPath(id ID) string {
	if t, n := f.any(id); t != nil {
		return t.RawPath(n)
	}
	return "/"
}

// Parent is the directory that a row lies in; None for the root.
func (f *Files) Parent(id ID) ID { return f.parent[id] }

// Entries is where a directory's rows lie: from first on, up to but not including end.
func (f *Files) Entries(id ID) (first, end ID) { return f.first[id], f.first[id+1] }

// Change is what became of the first side's path in another: Added, Removed, Modified
// (the content, or the kind of thing that it is), Metadata, Unchanged. A directory is
// Modified when anything below it is not the same. Of the first side, and of those
// without an image, it is Unchanged.
func (f *Files) Change(id ID, side int) image.Change {
	if f.marks[side] == nil {
		return image.Unchanged
	}
	return f.marks[side][id].change()
}

// Meta is what differs beside the content, between the first side's path and another's.
func (f *Files) Meta(id ID, side int) image.Meta {
	if f.marks[side] == nil {
		return 0
	}
	return f.marks[side][id].meta()
}

// Same says whether all sides that have an image have the same there, and below it.
func (f *Files) Same(id ID) bool {
	for s := range f.marks {
		if f.Change(id, s) != image.Unchanged {
			return false
		}
	}
	return true
}

// Size is the bytes of a path in a side, and of all below it, as image.Tree.Size; 0
// where it has no such path.
func (f *Files) Size(id ID, side int) int64 {
	n, ok := f.Node(id, side)
	if !ok {
		return 0
	}
	return f.trees[side].Size(n)
}

// Delta is how many bytes a side has more than the first one at a path and below it.
func (f *Files) Delta(id ID, side int) int64 { return f.Size(id, side) - f.Size(id, 0) }

// Differing is how many entries at and below a path, directories left out, are not the
// same in a side as in the first.
func (f *Files) Differing(id ID, side int) int {
	if f.IsDir(id) {
		return int(f.sums[f.dir(id)].differ[side])
	}
	if f.Change(id, side) != image.Unchanged {
		return 1
	}
	return 0
}

// Weight is how many bytes differ at a path and below it: of what one side lacks all of
// them, of what has another content the larger one's, of what differs in metadata none.
// Of several sides the one that differs most counts.
func (f *Files) Weight(id ID) int64 {
	if f.IsDir(id) {
		return f.sums[f.dir(id)].weight
	}
	var most int64
	for s := range f.marks {
		switch f.Change(id, s) {
		case image.Added, image.Removed, image.Modified:
			most = max(most, f.Size(id, 0), f.Size(id, s))
		}
	}
	return most
}

// Counts is how many entries of a side, directories left out, are not the same as the
// first side's, and their bytes.
func (f *Files) Counts(side int) image.Counts { return f.counts[side] }

// Counterpart is the row of the same name that is no directory if this is one, or the
// other way round: what one side has in place of another's.
func (f *Files) Counterpart(id ID) (ID, bool) {
	if id == Root {
		return None, false
	}
	return f.child(f.parent[id], f.rawName(id), !f.IsDir(id))
}

// Find is the row at a path, as the archive has it or as Path shows it. Where a
// directory and something else share the path it is the directory.
func (f *Files) Find(path string) (ID, bool) {
	id := Root
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		next, ok := f.child(id, name, true)
		if !ok {
			next, ok = f.child(id, name, false)
		}
		if !ok {
			next, ok = f.shown(id, name)
		}
		if !ok {
			return None, false
		}
		id = next
	}
	return id, true
}

// child finds a directory's row among its directories or among the others.
func (f *Files) child(dir ID, name string, isDir bool) (ID, bool) {
	first, end := f.Entries(dir)
	for first < end {
		at := first + (end-first)/2
		switch c := image.CompareNames(f.IsDir(at), f.rawName(at), isDir, name); {
		case c == 0:
			return at, true
		case c < 0:
			first = at + 1
		default:
			end = at
		}
	}
	return None, false
}

// shown finds a row by its name as it is shown.
func (f *Files) shown(dir ID, name string) (ID, bool) {
	if sanitize.Text(name) != name {
		return None, false
	}
	for first, end := f.Entries(dir); first < end; first++ {
		if f.Name(first) == name {
			return first, true
		}
	}
	return None, false
}
