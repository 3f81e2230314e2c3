package image

import "sync/atomic"

// Room is the memory that the trees of one image share, so that an image with more
// entries than any program has use for can't take all there is. Any number of
// goroutines may use it. Which entries of a layer still find room may differ from
// one reading to the next when layers are read side by side.
type Room struct {
	left atomic.Int64
	kept atomic.Int64 // for those who have their share yet to come
	of   *Room        // where what is beyond a share comes from; nil for none
}

// NewRoom returns room for so many bytes, approximately.
func NewRoom(bytes int64) *Room {
	r := &Room{}
	r.left.Store(bytes)
	return r
}

// Keep sets bytes aside for shares.
func (r *Room) Keep(bytes int64) {
	r.left.Add(-bytes)
	r.kept.Add(bytes)
}

// Share is room for one layer: so many bytes of what is kept that no other layer can
// take, and beyond them what is left for all.
func (r *Room) Share(bytes int64) *Room {
	s := &Room{of: r}
	if now := r.kept.Add(-bytes); now < 0 {
		back := min(-now, bytes)
		r.kept.Add(back)
		bytes -= back
	}
	s.left.Store(bytes)
	return s
}

// Close gives back what of a share was not taken.
func (r *Room) Close() {
	if left := r.left.Swap(0); left > 0 && r.of != nil {
		r.of.left.Add(left)
	}
}

// Take takes bytes away and says whether there was room left before. A nil Room
// is without end.
func (r *Room) Take(bytes int) bool {
	if r == nil {
		return true
	}
	if r.of != nil && r.left.Load() <= 0 {
		return r.of.Take(bytes)
	}
	return r.left.Add(-int64(bytes))+int64(bytes) > 0
}

// Full says whether all of it is taken.
func (r *Room) Full() bool { return r != nil && r.left.Load() <= 0 && (r.of == nil || r.of.Full()) }

// nodeRoom is what a node costs beside its name, in bytes: itself, and its share
// of what is needed while the tree is being made.
const nodeRoom = 112

// Bytes is about what a tree takes out of a Room.
func (t *Tree) Bytes() int { return len(t.nodes)*nodeRoom + len(t.text) }
