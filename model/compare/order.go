package compare

import (
	"cmp"
	"slices"

	"github.com/stagedive/stagedive/model/image"
)

// Order of rows.
type Order uint8

// The orders. What is equal comes by name.
const (
	ByDifference Order = iota // what differs by the most bytes first
	BySize                    // what is largest in any side first
	ByName                    // directories first, then by name
)

// Children are a directory's rows in an order. The slice is the caller's.
func (f *Files) Children(id ID, by Order) []ID {
	first, end := f.Entries(id)
	out := make([]ID, end-first)
	for i := range out {
		out[i] = first + ID(i)
	}
	f.Sort(out, by)
	return out
}

// Sort puts rows, which lie in the order of their IDs, into another.
func (f *Files) Sort(rows []ID, by Order) {
	switch by {
	case ByDifference:
		f.sortBy(rows, f.Weight)
	case BySize:
		f.sortBy(rows, f.Largest)
	}
}

// sortBy puts what has the larger number first.
func (f *Files) sortBy(rows []ID, number func(ID) int64) {
	type key struct {
		id     ID
		number int64
	}
	keys := make([]key, len(rows))
	for i, id := range rows {
		keys[i] = key{id, number(id)}
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(b.number, a.number), cmp.Compare(a.id, b.id)) })
	for i, k := range keys {
		rows[i] = k.id
	}
}

// Largest is the bytes of a path, and of all below it, in the side where they are most.
func (f *Files) Largest(id ID) int64 {
	var most int64
	for s := range f.trees {
		most = max(most, f.Size(id, s))
	}
	return most
}

// Own is Change for the path alone: what lies below a directory does not count.
func (f *Files) Own(id ID, side int) image.Change {
	c := f.Change(id, side)
	if c != image.Modified || !f.IsDir(id) {
		return c
	}
	if f.Meta(id, side) != 0 {
		return image.Metadata
	}
	return image.Unchanged
}

// Differences are the paths that are not the same in all sides themselves, what differs
// by the most bytes first. Directories are among them where only some sides have them,
// or their modes, owners or extended attributes differ.
func (f *Files) Differences() []ID {
	var out []ID
	for id := range ID(f.Len()) {
		for s := range f.marks {
			if f.Own(id, s) != image.Unchanged {
				out = append(out, id)
				break
			}
		}
	}
	f.sortBy(out, func(id ID) int64 {
		if f.IsDir(id) {
			return 0
		}
		return f.Weight(id)
	})
	return out
}
