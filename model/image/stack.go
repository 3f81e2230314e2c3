package image

import (
	"slices"
	"strings"
)

// Stack lays layers over each other, the lowest first, by the rules of the OCI
// image-spec (layer.md, "Applying Changesets"), and returns all paths that the
// result holds. Each carries the layer that wrote it and what the last of the
// layers did to it; what the last layer removed is there too, as Removed, with
// all that went with a directory. Where a directory and something else replace
// one another, both stand side by side under one name, one of them Removed. A nil
// tree is a layer that nothing is known of; it counts as one.
func Stack(layers ...*Tree) *Tree {
	b := NewBuilder()
	b.stack(layers)
	removed := int16(alive)
	if len(layers) > 1 {
		removed = b.now
	}
	b.adoptHardlinks(layers, removed)
	t := b.seal(removed)
	t.sum()
	return t
}

// stack lays the layers over each other.
func (b *Builder) stack(layers []*Tree) {
	b.reserveAll(layers)
	for k, t := range layers {
		b.now = int16(k)
		if k == len(layers)-1 {
			for i := range b.nodes {
				b.nodes[i].change = Unchanged
			}
		}
		if t != nil {
			b.overlay(t)
		}
	}
}

// overlay lays one layer over what there is. A layer's nodes come parents
// first, so each finds its parent in place and emptied if it is opaque.
func (b *Builder) overlay(t *Tree) {
	b.reserve(len(t.nodes), len(t.text))
	at := make([]int32, len(t.nodes))
	b.replace(0, t, &t.nodes[0], false)
	for i := 1; i < len(t.nodes); i++ {
		n := &t.nodes[i]
		parent := at[n.parent]
		if n.typ == Whiteout {
			if id := b.find(parent, t.raw(NodeID(i))); id >= 0 {
				b.kill(id, true)
			}
			continue
		}
		at[i] = b.put(parent, t, NodeID(i))
	}
}

// reserve makes place for more nodes and bytes of text: growing by and by would have the
// old place and the new one at a time, several times.
func (b *Builder) reserve(nodes, text int) {
	b.nodes, b.work = slices.Grow(b.nodes, nodes), slices.Grow(b.work, nodes)
	b.text.Grow(text)
	b.index.grow(b, nodes)
}

// reserveAll makes place for all layers, as if none had what another has, unless that
// would be very much: what is not used of it is never touched.
func (b *Builder) reserveAll(layers []*Tree) {
	nodes, text := 0, 0
	for _, t := range layers {
		if t != nil {
			nodes, text = nodes+len(t.nodes), text+len(t.text)
		}
	}
	if nodes <= maxReserve {
		b.reserve(nodes, text)
	}
}

// maxReserve is for how many nodes place is made at once.
const maxReserve = 1 << 20

// put lays one node over what its parent has under that name, and returns
// where its children go.
func (b *Builder) put(parent int32, t *Tree, from NodeID) int32 {
	n, name := &t.nodes[from], t.raw(from)
	if !b.raise(parent) {
		id := b.append(parent, name)
		b.copy(id, t, n)
		b.work[id].dead, b.work[id].node = never, from
		b.end(id, Shadowed, 0)
		return id
	}
	id := b.find(parent, name)
	if id >= 0 && b.work[id].dead != alive && (b.work[id].dead != b.now || b.nodes[id].typ.IsDir() != n.typ.IsDir()) {
		id = -1 // it went with an earlier layer, or stays beside this one as removed
	}
	if id >= 0 && b.nodes[id].typ.IsDir() != n.typ.IsDir() {
		if n.flags&implicit != 0 && b.nodes[id].typ == Symlink {
			if dir := b.follow(parent, textAt(b.text.String(), b.nodes[id].link())); dir >= 0 {
				return dir
			}
		}
		b.kill(id, false)
		id = -1
	}
	if id < 0 {
		id = b.append(parent, name)
		b.copy(id, t, n)
		b.nodes[id].change = Added
		b.work[id].node = from
		return id
	}
	back := b.work[id].dead != alive // this layer removed it and has it again
	b.work[id].dead = alive
	if !n.typ.IsDir() {
		cause, meta := stored(&b.nodes[id], n)
		b.end(id, cause, meta)
	}
	b.replace(id, t, n, back)
	b.work[id].node = from
	return id
}

// raise makes a directory live again that holds something of the layer at hand, which
// came there through a lower layer's link while its own path was removed. It does not
// when something else stands in its place by now: then there is no way to it.
func (b *Builder) raise(dir int32) bool {
	for d := dir; d > 0 && b.work[d].dead != alive; d = b.nodes[d].parent {
		if b.work[d].dead != b.now || b.find(b.nodes[d].parent, string(b.name(d))) != d {
			return false
		}
	}
	for d := dir; d > 0 && b.work[d].dead != alive; d = b.nodes[d].parent {
		b.work[d].dead = alive
	}
	return true
}

// replace lays a node over one of its kind.
func (b *Builder) replace(id int32, t *Tree, n *node, back bool) {
	if n.typ == Opaque {
		for c := b.work[id].last; c >= 0; c = b.work[c].next {
			b.kill(c, true)
		}
	}
	if n.flags&implicit != 0 && !back {
		return // the directory is only passed through
	}
	old := b.nodes[id]
	link := textAt(b.text.String(), old.link())
	b.copy(id, t, n)
	b.nodes[id].change = change(&old, link, n, t.link(n))
}

// copy takes over what a node says, but not its place.
func (b *Builder) copy(id int32, t *Tree, n *node) {
	to := &b.nodes[id]
	c := *n
	c.name, c.parent, c.layer = to.name, to.parent, b.now
	c.bare()
	c.flags = to.flags&(unclean|anyUnclean) | n.flags&implicit
	if c.typ == Opaque {
		c.typ = Directory
	}
	if n.link() != 0 {
		c.setLink(b.putLink(t.link(n)))
	}
	*to = c
}

// change says how a node differs from the one it replaces. Without checksums
// two files of one size and time are taken to be the same, as rsync does.
func change(old *node, oldLink string, n *node, link string) Change {
	isFile := func(t Type) bool { return t == Regular || t == Hardlink }
	switch {
	case n.typ.IsDir():
		// Its times change whenever something in it does: that is said there.
		if old.mode != n.mode || old.uid != n.uid || old.gid != n.gid || old.attrs != n.attrs {
			return Metadata
		}
		return Unchanged
	case isFile(old.typ) && isFile(n.typ):
		same := old.sum() == n.sum()
		if old.sum() == 0 || n.sum() == 0 {
			same = old.mtime == n.mtime
		}
		if old.size != n.size || !same {
			return Modified
		}
	case old.typ != n.typ || oldLink != link:
		return Modified
	}
	if old.mode != n.mode || old.uid != n.uid || old.gid != n.gid || old.attrs != n.attrs || old.mtime != n.mtime {
		return Metadata
	}
	return Unchanged
}

// follow resolves a symbolic link that lies in a directory to a directory, or
// to -1, without leaving the root.
func (b *Builder) follow(dir int32, target string) int32 {
	todo := []string{target}
	for hops, steps := 0, 0; len(todo) > 0; {
		path := todo[len(todo)-1]
		if strings.HasPrefix(path, "/") {
			dir = 0
		}
		part, rest, more := strings.Cut(strings.TrimLeft(path, "/"), "/")
		if todo = todo[:len(todo)-1]; more {
			todo = append(todo, strings.TrimLeft(rest, "/"))
		}
		if steps++; steps > maxSteps {
			return -1
		}
		switch part {
		case "", ".":
			continue
		case "..":
			dir = max(b.nodes[dir].parent, 0)
			continue
		}
		id := b.find(dir, part)
		if id < 0 || b.work[id].dead != alive {
			return -1
		}
		switch b.nodes[id].typ {
		case Directory:
			dir = id
		case Symlink:
			if hops++; hops > maxHops {
				return -1
			}
			todo = append(todo, textAt(b.text.String(), b.nodes[id].link()))
		default:
			return -1
		}
	}
	return dir
}

// adoptHardlinks keeps the bytes of a file in sight whose own name is gone or
// rewritten while a hard link to it remains: the first such link becomes the file.
// What the last layer removed is treated so too, after what remains.
func (b *Builder) adoptHardlinks(layers []*Tree, removed int16) {
	type file struct {
		layer int16
		node  NodeID
	}
	var links []int32
	named := map[file]int16{} // files with hard links: never, or alive or removed as their own name is
	target := func(id int32) file {
		layer := b.nodes[id].layer
		return file{layer, layers[layer].SharedFile(b.work[id].node)}
	}
	for i := range b.nodes {
		if n := &b.nodes[i]; n.typ == Hardlink && n.size > 0 && (b.work[i].dead == alive || b.work[i].dead == removed) {
			links = append(links, int32(i))
			named[target(int32(i))] = never
		}
	}
	if len(links) == 0 {
		return
	}
	for i, w := range b.work {
		f := file{b.nodes[i].layer, w.node}
		if _, ok := named[f]; ok && b.nodes[i].typ == Regular && (w.dead == alive || w.dead == removed) {
			named[f] = w.dead
		}
	}
	for _, state := range [...]int16{alive, removed} {
		for _, id := range links {
			f := target(id)
			if at := named[f]; b.work[id].dead != state || at == alive || at == state {
				continue
			}
			named[f] = state
			b.nodes[id].typ = Regular
			b.nodes[id].setLink(0)
		}
	}
}

// Changes is the tree of what the last layer did alone: without what it left
// as it was.
func (t *Tree) Changes() *Tree {
	return t.Filter(func(id NodeID) bool { return t.nodes[id].change != Unchanged })
}

// Filter returns the tree of the nodes that keep wants and the directories on
// the way to them. Its IDs are its own.
func (t *Tree) Filter(keep func(NodeID) bool) *Tree {
	wanted := make([]bool, len(t.nodes))
	wanted[Root] = true
	for i := len(t.nodes) - 1; i > 0; i-- {
		if wanted[i] || keep(NodeID(i)) {
			wanted[i] = true
			wanted[t.nodes[i].parent] = true
		}
	}
	out := &Tree{text: t.text}
	at := make([]int32, len(t.nodes))
	for i, n := range t.nodes {
		if !wanted[i] {
			continue
		}
		at[i] = int32(len(out.nodes))
		n.bare()
		if i > 0 {
			n.parent = at[n.parent]
			p := &out.nodes[n.parent]
			if p.count() == 0 {
				p.setChildren(at[i], 0)
			}
			p.setChildren(p.first(), p.count()+1)
		}
		out.nodes = append(out.nodes, n)
	}
	out.sum()
	return out
}
