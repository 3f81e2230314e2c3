package image

import (
	"bytes"
	"slices"
	"strings"
)

// Tree returns the tree of what was added. The builder is spent after it.
func (b *Builder) Tree() *Tree {
	t := b.seal(alive)
	t.resolveHardlinks()
	t.sum()
	return t
}

// seal lays the living nodes, and those that the layer with the given number
// removed, out breadth first.
func (b *Builder) seal(removed int16) *Tree {
	t := &Tree{nodes: make([]node, 0, len(b.nodes)), links: string(b.links)}
	var names strings.Builder
	names.Grow(len(b.names))
	order := make([]int32, 1, len(b.nodes)) // order[new] = old
	t.nodes = append(t.nodes, b.nodes[0])
	for i := 0; i < len(order); i++ {
		first := len(order)
		for c := b.work[order[i]].last; c >= 0; c = b.work[c].next {
			if dead := b.work[c].dead; dead == alive || dead == removed {
				order = append(order, c)
			}
		}
		slices.SortFunc(order[first:], b.compare)
		for _, c := range order[first:] {
			n := b.nodes[c]
			n.parent = int32(i)
			n.name = uint32(names.Len())
			names.Write(b.name(c))
			if b.work[c].dead != alive {
				n.change = Removed
			}
			t.nodes = append(t.nodes, n)
		}
		t.nodes[i].first, t.nodes[i].count = int32(first), int32(len(order)-first)
	}
	t.nodes = slices.Clip(t.nodes)
	t.names = names.String()
	return t
}

func (b *Builder) compare(x, y int32) int {
	xDir, yDir := b.nodes[x].typ.IsDir(), b.nodes[y].typ.IsDir()
	if xDir != yDir {
		return compare(xDir, "", yDir, "")
	}
	return bytes.Compare(b.name(x), b.name(y))
}

// resolveHardlinks gives each hard link the size and sum of the file it names.
func (t *Tree) resolveHardlinks() {
	for i := range t.nodes {
		if n := &t.nodes[i]; n.typ == Hardlink {
			if to := &t.nodes[t.SharedFile(NodeID(i))]; to.typ == Regular {
				n.size, n.sum = to.size, to.sum
			}
		}
	}
}

// SharedFile is the file that a hard link is a name of, found through other links; in
// a layer's own tree. It is the node itself when that is no link or leads nowhere.
func (t *Tree) SharedFile(id NodeID) NodeID {
	at := id
	for hops := 0; hops < maxHops && t.nodes[at].typ == Hardlink; hops++ {
		to, ok := t.LinkTarget(at)
		if !ok {
			return id
		}
		at = to
	}
	return at
}

// sum works out each subtree's size, number of files and change, children first.
func (t *Tree) sum() {
	for i := len(t.nodes) - 1; i >= 0; i-- {
		n := &t.nodes[i]
		n.total += n.own()
		if !n.typ.IsDir() && n.typ != Whiteout {
			n.files++
		}
		if i == 0 {
			return
		}
		p := &t.nodes[n.parent]
		if n.change != Removed || p.change == Removed {
			p.total += n.total
			p.files += n.files
		}
		if n.change != Unchanged && (p.change == Unchanged || p.change == Metadata) {
			p.change = Modified
		}
	}
}

// putLink stores a link's target.
func (b *Builder) putLink(target string) uint32 {
	target = target[:min(len(target), maxLink)]
	b.room.Take(len(target))
	at := uint32(len(b.links)) + 1
	b.links = appendLink(b.links, target)
	return at
}

// appendLink writes a target as linkAt reads it.
func appendLink(links []byte, target string) []byte {
	links = append(links, byte(len(target)>>8), byte(len(target)))
	return append(links, target...)
}

// maxLink is the longest target kept: PATH_MAX.
const maxLink = 4096

func linkAt[S string | []byte](links S, at uint32) S {
	if at == 0 {
		return S("")
	}
	links = links[at-1:]
	return links[2 : 2+int(links[0])<<8+int(links[1])]
}
