package image

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"
)

// Order of a directory's children.
type Order uint8

// The orders. In each, what a layer removed stands where it would have stood.
const (
	ByName Order = iota // directories first, then by name
	BySize              // the largest subtree first, then by name
)

// Children lists a directory's entries. The slice is the caller's.
func (t *Tree) Children(id NodeID, by Order) []NodeID {
	n := &t.nodes[id]
	out := make([]NodeID, n.count())
	for i := range out {
		out[i] = NodeID(n.first()) + NodeID(i)
	}
	if by == BySize {
		slices.SortStableFunc(out, func(a, b NodeID) int { return cmp.Compare(t.Size(b), t.Size(a)) })
	}
	return out
}

// Walk yields the subtree at id, parents before children, in ByName order.
func (t *Tree) Walk(id NodeID) iter.Seq[NodeID] {
	return func(yield func(NodeID) bool) {
		todo := []NodeID{id}
		for len(todo) > 0 {
			id := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if !yield(id) {
				return
			}
			n := &t.nodes[id]
			first := n.first()
			for c := first + n.count() - 1; c >= first; c-- {
				todo = append(todo, NodeID(c))
			}
		}
	}
}

// Find returns the node at a path, as the archive has it or as Path shows it.
// Where a removed entry and a present one share the path it is the present one.
func (t *Tree) Find(path string) (NodeID, bool) {
	id := Root
	for path = strings.Trim(path, "/"); path != ""; {
		name, rest, _ := strings.Cut(path, "/")
		path = strings.TrimLeft(rest, "/")
		next := None
		if path != "" { // a removed directory may stand beside a present file
			next = t.childAs(id, name, true)
		}
		if next == None {
			next = t.child(id, name)
		}
		if id = next; id == None {
			return None, false
		}
	}
	return id, true
}

func (t *Tree) child(dir NodeID, name string) NodeID {
	a, b := t.childAs(dir, name, true), t.childAs(dir, name, false)
	if a == None || (b != None && t.nodes[a].change == Removed) {
		a = b
	}
	if a == None && t.nodes[dir].flags&anyUnclean != 0 {
		n := &t.nodes[dir]
		for c := n.first(); c < n.first()+n.count(); c++ {
			if t.nodes[c].flags&unclean != 0 && t.Name(NodeID(c)) == name {
				return NodeID(c)
			}
		}
	}
	return a
}

// childAs finds a directory's entry among its directories or among the others.
func (t *Tree) childAs(dir NodeID, name string, isDir bool) NodeID {
	n := &t.nodes[dir]
	i := sort.Search(int(n.count()), func(i int) bool {
		id := NodeID(n.first()) + NodeID(i)
		return compare(t.IsDir(id), t.raw(id), isDir, name) >= 0
	})
	id := NodeID(n.first()) + NodeID(i)
	if i < int(n.count()) && t.IsDir(id) == isDir && t.raw(id) == name {
		return id
	}
	return None
}

// compare orders the children of a directory.
func compare(aDir bool, a string, bDir bool, b string) int {
	switch {
	case aDir && !bDir:
		return -1
	case bDir && !aDir:
		return 1
	}
	return strings.Compare(a, b)
}

// Counts says how many entries that are not directories a layer changed, and
// their bytes: what was removed counts as large as it was.
type Counts struct {
	Added, Modified, Metadata, Removed                     int
	AddedBytes, ModifiedBytes, MetadataBytes, RemovedBytes int64
}

// Counts sums up the changes in the subtree at id.
func (t *Tree) Counts(id NodeID) Counts {
	var c Counts
	for id := range t.Walk(id) {
		n := &t.nodes[id]
		if n.typ.IsDir() {
			continue
		}
		size := n.own()
		switch n.change {
		case Added:
			c.Added++
			c.AddedBytes += size
		case Modified:
			c.Modified++
			c.ModifiedBytes += size
		case Metadata:
			c.Metadata++
			c.MetadataBytes += size
		case Removed:
			c.Removed++
			c.RemovedBytes += size
		}
	}
	return c
}

// Fate is what becomes of an earlier layer's file under a later one.
type Fate uint8

// The fates.
const (
	Kept     Fate = iota // the layer does not touch it
	Replaced             // the layer has its own entry there
	Gone                 // the layer removes it
)

// Fate says what the layer whose own tree this is does to a path of the layers
// below it: by a whiteout of it or of a directory above it, by an opaque
// directory above it, or by an entry in its place. isDir says whether the path
// is a directory there; a directory's fate is that of what it holds.
func (t *Tree) Fate(path string, isDir bool) Fate {
	id, fate := Root, Kept
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		switch t.nodes[id].typ {
		case Opaque:
			fate = Gone
		case Directory:
		default:
			return Gone
		}
		if id = t.child(id, name); id == None {
			return fate
		}
	}
	switch typ := t.nodes[id].typ; {
	case typ == Whiteout, typ == Opaque, typ.IsDir() != isDir:
		return Gone
	case isDir:
		return fate
	}
	return Replaced
}

// LinkTarget is the node that a hard link names.
func (t *Tree) LinkTarget(id NodeID) (NodeID, bool) {
	if t.nodes[id].typ != Hardlink {
		return None, false
	}
	return t.Find(t.link(&t.nodes[id]))
}

// Child is the entry of a directory with a name as the archive has it. Where a
// removed entry and a present one share the name it is the present one.
func (t *Tree) Child(dir NodeID, name string) (NodeID, bool) {
	a, b := t.childAs(dir, name, true), t.childAs(dir, name, false)
	if a == None || b != None && t.nodes[a].change == Removed {
		a = b
	}
	return a, a != None
}

// Hides says, in a layer's own tree, whether a node removes what lower layers have
// at its path: of a directory, what they have in it.
func (t *Tree) Hides(id NodeID) bool { return t.nodes[id].flags&hiding != 0 }

// HidesAny says whether any node of the tree Hides something.
func (t *Tree) HidesAny() bool {
	for i := range t.nodes {
		if t.nodes[i].flags&hiding != 0 {
			return true
		}
	}
	return false
}

// HidesPath says, in a layer's own tree, whether it removes what lower layers have
// at a path: there, or by removing what lies in a directory above it. What it has
// in its place does not matter.
func (t *Tree) HidesPath(path string) bool {
	id := Root
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		if t.Hides(id) {
			return true
		}
		next, ok := t.Child(id, name)
		if !ok {
			return false
		}
		id = next
	}
	return t.Hides(id)
}

// Resolve is Find, but it follows symbolic links to directories on the way, without
// leaving the root; the last part of the path is not followed.
func (t *Tree) Resolve(path string) (NodeID, bool) {
	todo := []string{path}
	id, links, steps := Root, 0, 0
	for len(todo) > 0 {
		name, rest, more := strings.Cut(strings.TrimLeft(todo[len(todo)-1], "/"), "/")
		if todo = todo[:len(todo)-1]; more {
			todo = append(todo, rest)
		}
		if steps++; steps > maxSteps {
			return None, false
		}
		switch name {
		case "", ".":
			continue
		case "..":
			id = max(t.Parent(id), Root)
			continue
		}
		next := t.child(id, name)
		if next == None {
			return None, false
		}
		if t.Type(next) != Symlink || len(strings.Trim(strings.Join(todo, "/"), "/")) == 0 {
			id = next
			continue
		}
		if links++; links > maxHops {
			return None, false
		}
		target := t.link(&t.nodes[next])
		if strings.HasPrefix(target, "/") {
			id = Root
		}
		todo = append(todo, target)
	}
	return id, true
}

// RawName is the last part of the node's path as the archive has it. Like RawPath it
// is never for a screen.
func (t *Tree) RawName(id NodeID) string { return t.raw(id) }

// Entries yields a directory's entries in ByName order.
func (t *Tree) Entries(dir NodeID) iter.Seq[NodeID] {
	return func(yield func(NodeID) bool) {
		n := &t.nodes[dir]
		for c := n.first(); c < n.first()+n.count(); c++ {
			if !yield(NodeID(c)) {
				return
			}
		}
	}
}
