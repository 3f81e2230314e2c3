package files

// bits is a set of nodes, an eighth of a byte each. The nil bits hold none.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) has(i int) bool {
	return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0
}

func (b bits) add(i int) { b[i>>6] |= 1 << (i & 63) }

func (b bits) drop(i int) {
	if i>>6 < len(b) {
		b[i>>6] &^= 1 << (i & 63)
	}
}
