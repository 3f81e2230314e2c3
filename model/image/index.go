package image

import "hash/maphash"

// index finds a node by parent and name: an open-addressed hash table of node
// numbers, a fifth of what a map costs.
type index struct {
	seed  maphash.Seed
	slots []int32 // node number + 1; 0 is free
	used  int
}

func (x *index) init() {
	x.seed = maphash.MakeSeed()
	x.slots = make([]int32, 64)
}

func (x *index) slot(parent int32, hash uint64) int {
	hash ^= uint64(parent) * 0x9e3779b97f4a7c15
	hash ^= hash >> 29
	return int(hash & uint64(len(x.slots)-1))
}

// look returns the slot that holds the node, or the free one where it belongs.
func (x *index) look(b *Builder, parent int32, name string) int {
	i := x.slot(parent, maphash.String(x.seed, name))
	for ; x.slots[i] != 0; i = (i + 1) & (len(x.slots) - 1) {
		id := x.slots[i] - 1
		if b.nodes[id].parent == parent && b.name(id) == name {
			break
		}
	}
	return i
}

func (x *index) find(b *Builder, parent int32, name string) int32 {
	return x.slots[x.look(b, parent, name)] - 1
}

// grow makes place for n more nodes.
func (x *index) grow(b *Builder, n int) {
	size := len(x.slots)
	for 4*(x.used+n) > 3*size {
		size *= 2
	}
	if size == len(x.slots) {
		return
	}
	old := x.slots
	x.slots = make([]int32, size)
	for _, s := range old {
		if s == 0 {
			continue
		}
		i := x.slot(b.nodes[s-1].parent, maphash.String(x.seed, b.name(s-1)))
		for ; x.slots[i] != 0; i = (i + 1) & (len(x.slots) - 1) {
		}
		x.slots[i] = s
	}
}

// add enters a node; one of the same parent and name loses its place to it.
func (x *index) add(b *Builder, id int32, name string) {
	x.grow(b, 1)
	i := x.look(b, b.nodes[id].parent, name)
	if x.slots[i] == 0 {
		x.used++
	}
	x.slots[i] = id + 1
}
