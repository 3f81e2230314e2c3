package image

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/sanitize"
)

// Type of a file system entry.
type Type uint8

// The types.
const (
	Regular Type = iota
	Directory
	Symlink
	Hardlink
	CharDevice
	BlockDevice
	FIFO
	Whiteout // in a layer's own tree only: the path is removed
	Opaque   // in a layer's own tree only: a directory whose earlier content is removed
)

var typeNames = [...]string{"file", "directory", "symlink", "hardlink", "char-device", "block-device", "fifo", "whiteout", "opaque"}

// String is the type's word, as programs read it.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("type(%d)", uint8(t))
}

// IsDir says whether entries of the type hold others.
func (t Type) IsDir() bool { return t == Directory || t == Opaque }

// Change is what a layer did to a path, seen against the layers below it.
type Change uint8

// The changes. A directory is Modified when anything below it changed.
const (
	Unchanged Change = iota
	Added
	Modified
	Metadata // only mode, owner, times or extended attributes differ: the bytes are the same
	Removed
)

var changeNames = [...]string{"unchanged", "added", "modified", "metadata", "removed"}

// String is the change's word, as shown to users.
func (c Change) String() string { return changeNames[c] }

// NodeID names a node of one Tree. It stays the same for the tree's life; the
// same path has another ID in another tree.
type NodeID int32

// The root of every tree, and the ID that stands where no node is meant.
const (
	Root NodeID = 0
	None NodeID = -1
)

// Tree is a tree of files in one block of memory: the entries of one layer
// (from Builder) or what several add up to (from Stack). It never changes, so
// any number of goroutines may read it.
//
// The nodes lie breadth first, the children of each side by side, directories
// before the others, each sorted by name. So a child's ID is always greater
// than its parent's, and children need no list.
type Tree struct {
	nodes []node
	text  string // names, as the archive has them, and targets of links; see textAt
}

// node is 56 bytes. What only directories have lies where others have what only those
// have; text lies beside the nodes, not in them.
type node struct {
	size   int64 // of the content; of a directory, of all below it
	mtime  int64
	x      [3]uint32 // of a directory: first, count, files; of others: link, sum
	name   uint32    // place in text
	uid    uint32
	gid    uint32
	attrs  uint32
	parent int32
	layer  int16
	mode   uint16
	typ    Type
	change Change
	flags  flags
}

type flags uint8

const (
	implicit   flags = 1 << iota // a directory that no entry names, only the path of another
	unclean                      // the name holds what must not reach a terminal
	anyUnclean                   // a child's name does
	hiding                       // in a layer's own tree: it removes what lower layers have here
)

// Info is what is known about one node.
type Info struct {
	Name     string // sanitised
	Type     Type
	Change   Change
	Mode     uint32 // permission bits with setuid, setgid and sticky as in tar
	UID, GID uint32
	ModTime  int64  // seconds since 1970
	Size     int64  // bytes of the content; of a hard link, of the file it shares
	Sum      uint64 // see Entry.Sum; 0 when unknown
	Attrs    uint32 // see Entry.Attrs
	Link     string // target of a symbolic or hard link, sanitised
	Layer    int    // see Tree.Layer
	Implicit bool   // a directory that the layer does not list itself
}

// Len is the number of nodes, the root included.
func (t *Tree) Len() int { return len(t.nodes) }

// Info returns what is known about a node.
func (t *Tree) Info(id NodeID) Info {
	n := &t.nodes[id]
	return Info{
		Name: t.Name(id), Type: n.typ, Change: n.change, Mode: uint32(n.mode),
		UID: n.uid, GID: n.gid, ModTime: n.mtime, Size: n.content(), Sum: n.sum(), Attrs: n.attrs,
		Link: sanitize.Text(t.link(n)), Layer: int(n.layer), Implicit: n.flags&implicit != 0,
	}
}

// Name is the last part of the node's path, sanitised; "" for the root.
func (t *Tree) Name(id NodeID) string {
	if t.nodes[id].flags&unclean != 0 {
		return sanitize.Text(t.raw(id))
	}
	return t.raw(id)
}

// raw is the name as the archive has it.
func (t *Tree) raw(id NodeID) string {
	return textAt(t.text, t.nodes[id].name)
}

func (t *Tree) link(n *node) string { return textAt(t.text, n.link()) }

// Type of the node.
func (t *Tree) Type(id NodeID) Type { return t.nodes[id].typ }

// IsDir says whether the node can have children.
func (t *Tree) IsDir(id NodeID) bool { return t.nodes[id].typ.IsDir() }

// Change says what the last layer did to the node. In a layer's own tree it
// only tells whiteouts (Removed) from entries (Added) and from directories
// that the layer merely passes through (Unchanged).
func (t *Tree) Change(id NodeID) Change { return t.nodes[id].change }

// Layer is the index of the layer that wrote the node, counted from the first that
// was given to Stack; 0 in a layer's own tree.
func (t *Tree) Layer(id NodeID) int { return int(t.nodes[id].layer) }

// Size is the bytes of all files in the subtree; a hard link counts nothing,
// its file does. What a layer removed is not part of what remains: a removed
// node's Size is what went with it, and its parent does not count it.
func (t *Tree) Size(id NodeID) int64 { return t.nodes[id].total() }

// Files is the number of entries in the subtree that are not directories,
// counted like Size.
func (t *Tree) Files(id NodeID) int { return int(t.nodes[id].files()) }

// Parent is the directory that holds the node; None for the root.
func (t *Tree) Parent(id NodeID) NodeID { return NodeID(t.nodes[id].parent) }

// ChildCount is the number of entries in a directory.
func (t *Tree) ChildCount(id NodeID) int { return int(t.nodes[id].count()) }

// Path is the node's absolute path, sanitised.
func (t *Tree) Path(id NodeID) string { return t.path(id, t.Name) }

// RawPath is the path as the archive has it. It is for comparing and for
// opening files, never for a screen: it may hold control sequences.
func (t *Tree) RawPath(id NodeID) string { return t.path(id, t.raw) }

// RawLink is the target of a link as the archive has it, of a hard link a path
// like RawPath without its first slash. Like RawPath it is not for a screen.
func (t *Tree) RawLink(id NodeID) string { return t.link(&t.nodes[id]) }

func (t *Tree) path(id NodeID, name func(NodeID) string) string {
	if id == Root {
		return "/"
	}
	var parts []string
	for ; id > Root; id = t.Parent(id) {
		parts = append(parts, name(id))
	}
	slices.Reverse(parts)
	return "/" + strings.Join(parts, "/")
}
