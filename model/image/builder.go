package image

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/sanitize"
)

// Entry is one entry of a layer's archive.
type Entry struct {
	// Path is relative to the root, with single slashes and no "." or "..";
	// of a whiteout, the path that it removes. It need not be sanitised.
	Path     string
	Type     Type
	Mode     uint32
	UID, GID uint32
	ModTime  int64  // seconds since 1970
	Size     int64  // bytes, of regular files
	Link     string // target; of a hard link a path like Path
	// Sum is a checksum of the content, 0 when unknown. It tells a change of
	// content from one of metadata; it is not proof against forgery.
	Sum uint64
	// Attrs is a checksum of the extended attributes, 0 when there are none.
	Attrs uint32
}

// Note is what was odd about an entry.
type Note uint8

// The notes.
const (
	Fine         Note = iota
	Duplicate         // the layer had the path already; the last one counts
	ThroughLink       // its parent is a symbolic link, which was followed within the image
	UnderNonDir       // its parent was no directory, and has been made one
	TooMany           // the tree holds MaxNodes already, or there is no Room; the entry was left out
	CircularLink      // its parent is a symbolic link that leads in a circle; it has been made a directory
)

// MaxNodes is how many nodes a tree holds at most (about 800 MB).
const MaxNodes = 8 << 20

// maxText bounds the text of a tree in bytes; places in it are 32 bits wide.
const maxText = 1 << 30

// maxHops is how many symbolic links are followed on one path, as in Linux.
const maxHops = 40

// Builder makes the tree of one layer out of its archive's entries. The tree depends
// on those alone, not on where in an image the layer lies: Stack knows that. It is
// for one goroutine.
type Builder struct {
	nodes []node
	work  []work
	text  strings.Builder
	index index
	room  *Room   // nil: without end
	now   int16   // index of the layer being laid over others; 0 in a Builder of one layer
	ends  [][]End // what became of the layers' nodes; nil when nobody asks

	lastDir string // the parent of the entry before, which is most often the next one's
	lastID  int32
	note    Note
	landed  int32 // the node that the last entry is
}

// work is what a node needs only while the tree is being made.
type work struct {
	next int32  // sibling; -1 ends the list
	last int32  // child added last; -1 when there is none
	node NodeID // in its layer's tree
	dead int16  // the layer number that removed it; alive when it lives
}

// What stands in work.dead instead of a layer's number.
const (
	alive = -1
	never = -2 // the layer that put it there left no way to it
)

// NewBuilder returns a builder that is bounded by MaxNodes only.
func NewBuilder() *Builder { return NewBuilderIn(nil) }

// NewBuilderIn returns a builder that takes what it needs out of a room.
func NewBuilderIn(room *Room) *Builder {
	b := &Builder{room: room}
	b.nodes = append(b.nodes, node{typ: Directory, mode: 0o755, parent: -1, flags: implicit})
	b.work = append(b.work, work{next: -1, last: -1, dead: alive})
	b.index.init()
	return b
}

// Add puts an entry into the tree, after those that came before it in the
// archive, and says if there was anything odd about it. Directories that no
// entry names are made on the way.
func (b *Builder) Add(e Entry) Note {
	b.note = Fine
	dir, name := "", e.Path
	if i := strings.LastIndexByte(e.Path, '/'); i >= 0 {
		dir, name = e.Path[:i], e.Path[i+1:]
	}
	if name == "" {
		b.root(e)
		return b.note
	}
	if (e.Type == Whiteout || e.Type == Opaque) && b.replaced(dir) {
		return Fine
	}
	if b.room.Full() || len(b.nodes) > MaxNodes-maxDepth || b.text.Len() > maxText {
		return TooMany
	}
	parent := b.dir(dir)
	id := b.find(parent, name)
	if id < 0 {
		id = b.append(parent, name)
		b.landed = id
		b.set(id, e)
		return b.note
	}
	b.again(parent, id, name, e)
	return b.note
}

// replaced says whether the layer has something in the place of a directory on the
// path that holds no others: then nothing is left that a whiteout below it could
// remove. (umoci writes such whiteouts for a directory that a file replaces.)
func (b *Builder) replaced(path string) bool {
	id := int32(0)
	for part := range strings.SplitSeq(path, "/") {
		if id = b.find(id, part); id < 0 {
			return false
		}
		switch n := &b.nodes[id]; {
		case n.typ.IsDir():
		case n.typ == Symlink, n.typ == Whiteout:
			return false
		default:
			return true
		}
	}
	return false
}

// Landed is the path of the node that the last entry became, like Entry.Path: an
// entry below a symbolic link lies where the link leads.
func (b *Builder) Landed() string {
	var parts []string
	for id := b.landed; id > 0; id = b.nodes[id].parent {
		parts = append(parts, string(b.name(id)))
	}
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}

// root takes what an entry says about the root itself.
func (b *Builder) root(e Entry) {
	b.landed = 0
	switch e.Type {
	case Opaque:
		b.nodes[0].typ = Opaque
		b.nodes[0].flags |= hiding
	case Directory:
		b.set(0, e)
	}
}

// maxDepth bounds how many nodes one entry can add: half of PATH_MAX.
const maxDepth = 2048

// again adds an entry where the layer has one already.
func (b *Builder) again(parent, id int32, name string, e Entry) {
	n := &b.nodes[id]
	b.landed = id
	switch was := n.typ; {
	case e.Type == Whiteout || e.Type == Opaque && was.IsDir():
		// It removes what lies below, not what this layer adds, and says nothing else.
		n.flags |= hiding
		if was == Directory {
			n.typ = Opaque
		}
		return
	case was == Whiteout:
	case was.IsDir() && e.Type.IsDir():
		if n.flags&implicit == 0 {
			b.odd(Duplicate)
		}
	case was.IsDir():
		b.odd(Duplicate)
		hides := n.flags & hiding
		b.kill(id, false)
		id = b.append(parent, name)
		b.nodes[id].flags |= hides
	default:
		b.odd(Duplicate)
	}
	b.set(id, e)
}

func (b *Builder) odd(n Note) {
	if b.note == Fine {
		b.note = n
	}
}

// set fills a node in from an entry.
func (b *Builder) set(id int32, e Entry) {
	n := &b.nodes[id]
	n.typ, n.mode, n.uid, n.gid, n.mtime = e.Type, uint16(e.Mode&0o7777), e.UID, e.GID, e.ModTime
	n.size, n.x, n.attrs, n.layer = 0, [3]uint32{}, e.Attrs, b.now
	n.flags &= unclean | anyUnclean | hiding
	n.change = Added
	switch e.Type {
	case Regular:
		n.size = max(e.Size, 0)
		n.setSum(e.Sum)
	case Symlink, Hardlink:
		n.setLink(b.putLink(e.Link))
	case Whiteout:
		n.change = Removed
		n.flags |= hiding
	case Opaque: // .wh..wh..opq before or without its directory
		n.mode = 0o755
		n.change = Unchanged
		n.flags |= implicit | hiding
	case Directory:
		if n.flags&hiding != 0 {
			n.typ = Opaque
		}
	}
}

// maxName is the longest name kept: PATH_MAX, far over any file system's 255.
const maxName = 4096

// append makes a node at the end of its parent's list.
func (b *Builder) append(parent int32, name string) int32 {
	name = name[:min(len(name), maxName)]
	b.room.Take(nodeRoom + len(name)) // one entry too many does no harm: Add looks first
	id := int32(len(b.nodes))
	n := node{name: appendText(&b.text, name), parent: parent, layer: b.now}
	if sanitize.Text(name) != name {
		n.flags |= unclean
		b.nodes[parent].flags |= anyUnclean
	}
	b.nodes = append(b.nodes, n)
	b.work = append(b.work, work{next: b.work[parent].last, last: -1, dead: alive})
	b.work[parent].last = id
	b.index.add(b, id, name)
	return id
}

// kill marks the subtree at id as removed by the layer at hand. A whiteout hides
// nothing of its own layer: what that put there stays, on whatever way it came.
func (b *Builder) kill(id int32, whiteout bool) {
	var stay []int32
	cause := Shadowed
	if whiteout {
		cause = Deleted
	}
	todo := []int32{id}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		w := &b.work[id]
		switch {
		case w.dead != alive:
			continue
		case b.nodes[id].layer != b.now:
			w.dead = b.now
			b.end(id, cause, 0)
		case whiteout:
			stay = append(stay, id)
		default:
			w.dead = never
			b.end(id, Shadowed, 0)
		}
		for c := w.last; c >= 0; c = b.work[c].next {
			todo = append(todo, c)
		}
	}
	for _, id := range stay {
		b.raise(b.nodes[id].parent)
	}
}

func (b *Builder) name(id int32) string { return textAt(b.text.String(), b.nodes[id].name) }

// find returns the entry of a directory, dead or alive, or -1.
func (b *Builder) find(parent int32, name string) int32 { return b.index.find(b, parent, name) }
