package image

import (
	"slices"
	"strings"
)

// Diff returns all paths of two file systems, each made by Stack, and says of every
// path what b did to a: what only b has is Added, what only a has stays as Removed,
// and what both have is Modified, Metadata or Unchanged, whichever layer wrote it.
// A file that comes back with the bytes it had is no change of content. Present paths
// carry what b knows of them, removed ones what a knew, the layer too. Where a
// directory and something else replace one another, both stand side by side, as in
// Stack. What is Removed in a or b itself is not there any more and is left out.
//
// Either may be nil, which is an empty file system. It takes time linear in the
// number of nodes.
func Diff(a, b *Tree) *Tree {
	d := differ{a: orEmpty(a), b: orEmpty(b)}
	room := max(len(d.a.nodes), len(d.b.nodes))
	d.nodes, d.from = make([]node, 0, room), make([]pair, 0, room)
	d.add(pair{0, 0}, 0)
	for i := 0; i < len(d.nodes); i++ { // breadth first, as every tree lies
		first := len(d.nodes)
		d.merge(int32(i))
		if n := &d.nodes[i]; n.typ.IsDir() {
			n.setChildren(int32(first), int32(len(d.nodes)-first))
		}
	}
	t := &Tree{nodes: slices.Clip(d.nodes), text: d.b.text}
	if d.text.Len() > 0 { // without removed paths the text is b's, shared
		t.text += d.text.String()
	}
	t.sum()
	return t
}

// Range returns what the layers from up to and including to did together to what lies
// below them: Diff of the file system below from with the one after to. What one of
// them added and another removed again is not in it. A layer without a tree counts as
// empty; from 0 compares with nothing.
func (im *Image) Range(from, to int) *Tree {
	trees := make([]*Tree, to+1)
	for i := range trees {
		trees[i] = orEmpty(im.Layers[i].Tree)
	}
	var below *Tree
	if from > 0 {
		below = Stack(trees[:from]...)
	}
	return Diff(below, Stack(trees...))
}

func orEmpty(t *Tree) *Tree {
	if t == nil {
		return NewBuilder().Tree()
	}
	return t
}

// differ makes the tree of a Diff.
type differ struct {
	a, b  *Tree
	nodes []node
	from  []pair          // of each node, which it is in a and in b
	text  strings.Builder // of removed nodes; it follows that of b
}

// pair is one path in both trees, None where it is not there.
type pair struct{ a, b int32 }

// merge appends the children of a node. Both lists are in the order of compare, and
// so is what comes of them.
func (d *differ) merge(parent int32) {
	at := d.from[parent]
	i, iEnd := d.a.span(at.a)
	j, jEnd := d.b.span(at.b)
	for {
		for i < iEnd && d.a.nodes[i].change == Removed {
			i++
		}
		for j < jEnd && d.b.nodes[j].change == Removed {
			j++
		}
		var c int
		switch {
		case i == iEnd && j == jEnd:
			return
		case i == iEnd:
			c = 1
		case j == jEnd:
			c = -1
		default:
			c = compare(d.a.nodes[i].typ.IsDir(), d.a.raw(NodeID(i)), d.b.nodes[j].typ.IsDir(), d.b.raw(NodeID(j)))
		}
		p := pair{int32(None), int32(None)}
		if c <= 0 {
			p.a = i
			i++
		}
		if c >= 0 {
			p.b = j
			j++
		}
		d.add(p, parent)
	}
}

// span is where a node's children lie; nowhere when there is no node.
func (t *Tree) span(id int32) (first, end int32) {
	if id < 0 {
		return 0, 0
	}
	n := &t.nodes[id]
	return n.first(), n.first() + n.count()
}

// add appends one path.
func (d *differ) add(p pair, parent int32) {
	var n node
	switch {
	case p.b < 0:
		n = d.a.nodes[p.a]
		n.change = Removed
		n.name = d.put(d.a.raw(NodeID(p.a)))
		if n.link() != 0 {
			n.setLink(d.put(d.a.link(&d.a.nodes[p.a])))
		}
	case p.a < 0:
		n = d.b.nodes[p.b]
		n.change = Added
	default:
		old := &d.a.nodes[p.a]
		n = d.b.nodes[p.b]
		n.change = change(old, d.a.link(old), &n, d.b.link(&n))
		n.flags |= old.flags & anyUnclean
	}
	if len(d.nodes) == 0 {
		parent = int32(None)
	}
	if n.typ == Opaque {
		n.typ = Directory
	}
	n.flags &^= hiding
	n.parent = parent
	n.bare()
	d.nodes, d.from = append(d.nodes, n), append(d.from, p)
}

// put stores the text of a removed node.
func (d *differ) put(text string) uint32 {
	at := appendText(&d.text, text)
	if at > 0 {
		at += uint32(len(d.b.text))
	}
	return at
}
