package image

import (
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
// removed, out breadth first. It moves them where they are, as a second set of them
// would be most of what a large image costs.
func (b *Builder) seal(removed int16) *Tree {
	b.index = index{}
	order := make([]int32, 1, len(b.nodes)) // order[new] = old
	for i := 0; i < len(order); i++ {
		first := len(order)
		for c := b.work[order[i]].last; c >= 0; c = b.work[c].next {
			if dead := b.work[c].dead; dead == alive || dead == removed {
				order = append(order, c)
			}
		}
		slices.SortFunc(order[first:], b.compare)
		for _, c := range order[first:] {
			n := &b.nodes[c]
			n.parent = int32(i)
			if b.work[c].dead != alive {
				n.change = Removed
			}
		}
		if n := &b.nodes[order[i]]; n.typ.IsDir() {
			n.setChildren(int32(first), int32(len(order)-first))
		}
	}
	b.work = nil
	t := &Tree{nodes: permute(b.nodes, order), text: b.text.String()}
	b.nodes = nil
	return t
}

// permute puts nodes[order[i]] at i, for all i of order, without a second set of them,
// and drops the others. It spends order.
func permute(nodes []node, order []int32) []node {
	kept := len(order)
	taken := make([]uint64, (len(nodes)+63)/64)
	for _, old := range order {
		taken[old/64] |= 1 << (old % 64)
	}
	for old := range nodes { // those to drop come last: then it is a permutation
		if taken[old/64]&(1<<(old%64)) == 0 {
			order = append(order, int32(old))
		}
	}
	for start := range order {
		if order[start] == int32(start) {
			continue
		}
		moved, at := nodes[start], int32(start)
		for order[at] != int32(start) { // round the cycle
			from := order[at]
			nodes[at], order[at] = nodes[from], at
			at = from
		}
		nodes[at], order[at] = moved, at
	}
	return nodes[:kept:kept]
}

func (b *Builder) compare(x, y int32) int {
	xDir, yDir := b.nodes[x].typ.IsDir(), b.nodes[y].typ.IsDir()
	if xDir != yDir {
		return compare(xDir, "", yDir, "")
	}
	return strings.Compare(b.name(x), b.name(y))
}

// resolveHardlinks gives each hard link the size and sum of the file it names.
func (t *Tree) resolveHardlinks() {
	for i := range t.nodes {
		if n := &t.nodes[i]; n.typ == Hardlink {
			if to := &t.nodes[t.SharedFile(NodeID(i))]; to.typ == Regular {
				n.size = to.size
				n.setSum(to.sum())
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
// Directories are bare before, but for where their entries lie.
func (t *Tree) sum() {
	for i := len(t.nodes) - 1; i > 0; i-- {
		n, p := &t.nodes[i], &t.nodes[t.nodes[i].parent]
		if n.change != Removed || p.change == Removed {
			p.size += n.total()
			p.x[2] += uint32(n.files())
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
	return appendText(&b.text, target)
}

// maxLink is the longest target kept: PATH_MAX.
const maxLink = 4096
