package image

import "sync/atomic"

// Room is the memory that the trees of one image share, so that an image with more
// entries than any program has use for can't take all there is. Any number of
// goroutines may use it. Which entries of a layer still find room may differ from
// one reading to the next when layers are read side by side.
type Room struct{ left atomic.Int64 }

// NewRoom returns room for so many bytes, approximately.
func NewRoom(bytes int64) *Room {
	r := &Room{}
	r.left.Store(bytes)
	return r
}

// Take takes bytes away and says whether there was room left before. A nil Room
// is without end.
func (r *Room) Take(bytes int) bool {
	return r == nil || r.left.Add(-int64(bytes))+int64(bytes) > 0
}

// Full says whether all of it is taken.
func (r *Room) Full() bool { return r != nil && r.left.Load() <= 0 }

// nodeRoom is what a node costs beside its name, in bytes: itself, and its share
// of what is needed while the tree is being made.
const nodeRoom = 112
