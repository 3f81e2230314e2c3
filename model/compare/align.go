package compare

import (
	"slices"

	"github.com/stagedive/stagedive/model/image"
)

// align lays trees beside one another. It takes time linear in their nodes. Without a
// tree of the first side nothing can be said to be another: all is Unchanged.
func align(trees []*image.Tree) *Files {
	f := &Files{
		trees: trees, at: make([][]image.NodeID, len(trees)), marks: make([][]mark, len(trees)),
		counts: make([]image.Counts, len(trees)),
	}
	room := 1
	for _, t := range trees {
		if t != nil {
			room = max(room, t.Len()+t.Len()/8)
		}
	}
	f.parent, f.first = make([]ID, 0, room), make([]ID, 0, room+1)
	root := make([]image.NodeID, len(trees))
	for s, t := range trees {
		if root[s] = image.None; t == nil {
			continue
		}
		root[s] = image.Root
		f.at[s] = make([]image.NodeID, 0, room)
		if s > 0 && trees[0] != nil {
			f.marks[s] = make([]mark, 0, room)
		}
	}
	f.add(None, root)
	m := merger{Files: f, from: make([]image.NodeID, len(trees)), end: make([]image.NodeID, len(trees)), row: make([]image.NodeID, len(trees))}
	for id := Root; int(id) < len(f.parent); id++ {
		f.first = append(f.first, ID(len(f.parent)))
		if f.IsDir(id) {
			f.dirs = append(f.dirs, id)
			m.merge(id)
		}
	}
	f.first = append(f.first, ID(len(f.parent)))
	f.clip()
	f.sum()
	return f
}

// clip gives back what was made room for and not used.
func (f *Files) clip() {
	f.parent, f.first, f.dirs = slices.Clip(f.parent), slices.Clip(f.first), slices.Clip(f.dirs)
	for s := range f.trees {
		f.at[s], f.marks[s] = slices.Clip(f.at[s]), slices.Clip(f.marks[s])
	}
}

// merger makes rows of the entries of one directory after the other.
type merger struct {
	*Files
	from, end, row []image.NodeID // by side
}

// merge appends the rows of a directory. All lists are in the order of
// image.CompareNames, and so is what comes of them.
func (m *merger) merge(parent ID) {
	for s, t := range m.trees {
		if m.from[s], m.end[s] = 0, 0; t == nil {
			continue
		}
		if n := m.at[s][parent]; n != image.None {
			m.from[s], m.end[s] = t.Span(n)
		}
	}
	for {
		best := -1 // the side whose next entry comes first
		var dir bool
		var name string
		for s, t := range m.trees {
			if t == nil {
				continue
			}
			for m.from[s] < m.end[s] && t.Change(m.from[s]) == image.Removed { // it is not there any more
				m.from[s]++
			}
			m.row[s] = image.None
			if m.from[s] == m.end[s] {
				continue
			}
			isDir, raw := t.IsDir(m.from[s]), t.RawName(m.from[s])
			c := -1
			if best >= 0 {
				c = image.CompareNames(isDir, raw, dir, name)
			}
			if c < 0 {
				for before := range s {
					m.row[before] = image.None
				}
				best, dir, name = s, isDir, raw
			}
			if c <= 0 {
				m.row[s] = m.from[s]
			}
		}
		if best < 0 {
			return
		}
		for s := range m.trees {
			if m.trees[s] != nil && m.row[s] != image.None {
				m.from[s]++
			}
		}
		m.add(parent, m.row)
	}
}

// add appends a row.
func (f *Files) add(parent ID, row []image.NodeID) {
	f.parent = append(f.parent, parent)
	for s, t := range f.trees {
		if t == nil {
			continue
		}
		f.at[s] = append(f.at[s], row[s])
		if f.marks[s] == nil {
			continue
		}
		c, meta := image.Unchanged, image.Meta(0)
		switch was, is := row[0], row[s]; {
		case was == image.None && is == image.None:
		case was == image.None:
			c = image.Added
		case is == image.None:
			c = image.Removed
		default:
			c, meta = image.Between(f.trees[0], was, t, is)
		}
		f.marks[s] = append(f.marks[s], newMark(c, meta))
	}
}

// sum adds up from the leaves: a row's number is greater than its directory's.
func (f *Files) sum() {
	f.sums = make([]sum, len(f.dirs))
	for last := len(f.dirs) - 1; last >= 0; last-- {
		dir := f.dirs[last]
		total := &f.sums[last]
		first, end := f.Entries(dir)
		// The directories among the rows lie side by side in dirs, too.
		below := 0
		if first < end && f.IsDir(first) {
			below = f.dir(first)
		}
		for id := first; id < end; id++ {
			if f.IsDir(id) {
				s := &f.sums[below]
				below++
				total.weight += s.weight
				for k := range total.differ {
					total.differ[k] += s.differ[k]
				}
			} else {
				total.weight += f.Weight(id)
				f.tally(id, total)
			}
			for s := range f.marks {
				f.touch(dir, s, f.Change(id, s))
			}
		}
	}
}

// touch makes a directory Modified that has something below it that is not the same.
func (f *Files) touch(dir ID, side int, below image.Change) {
	if below == image.Unchanged {
		return
	}
	if m := &f.marks[side][dir]; m.change() == image.Unchanged || m.change() == image.Metadata {
		*m = newMark(image.Modified, m.meta())
	}
}

// tally counts a row that is no directory.
func (f *Files) tally(id ID, total *sum) {
	for s := range f.marks {
		c, n := f.Change(id, s), &f.counts[s]
		if c != image.Unchanged {
			total.differ[s]++
		}
		switch c {
		case image.Added:
			n.Added++
			n.AddedBytes += f.Size(id, s)
		case image.Modified:
			n.Modified++
			n.ModifiedBytes += f.Size(id, s)
		case image.Metadata:
			n.Metadata++
			n.MetadataBytes += f.Size(id, s)
		case image.Removed:
			n.Removed++
			n.RemovedBytes += f.Size(id, 0)
		}
	}
}

// dir is where a directory's sum lies.
func (f *Files) dir(id ID) int {
	at, _ := slices.BinarySearch(f.dirs, id)
	return at
}
