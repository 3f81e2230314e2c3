// Package bits keeps sets of rows of trees that are too large for maps.
package bits

// Set is a set of numbers from 0 on, an eighth of a byte each. The nil Set holds none.
type Set []uint64

// New returns a set that numbers below n can be put into.
func New(n int) Set { return make(Set, (n+63)/64) }

// Has says whether a number is in it.
func (s Set) Has(i int) bool { return i>>6 < len(s) && s[i>>6]&(1<<(i&63)) != 0 }

// Add puts a number in.
func (s Set) Add(i int) { s[i>>6] |= 1 << (i & 63) }

// Drop takes a number out.
func (s Set) Drop(i int) {
	if i>>6 < len(s) {
		s[i>>6] &^= 1 << (i & 63)
	}
}

// Clone is a copy of its own.
func (s Set) Clone() Set { return append(Set(nil), s...) }
