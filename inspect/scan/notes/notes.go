// Package notes writes and reads what detectors note of a layer: one after the other,
// each with its kind, the path of the file that it is of, and numbers and texts. Of a path
// only what differs from the one before is stored.
package notes

import (
	"encoding/binary"
	"strings"
)

// Writer makes notes. The zero value is ready.
type Writer struct {
	buf  []byte
	last string // path
}

// Begin begins a note. Its numbers and texts follow.
func (w *Writer) Begin(kind uint8, path string) {
	w.buf = append(w.buf, kind)
	same := 0
	for same < min(len(path), len(w.last)) && path[same] == w.last[same] {
		same++
	}
	w.Number(int64(same))
	w.Text(path[same:])
	w.last = path
}

// Number adds a number. One below 0 counts as 0.
func (w *Writer) Number(n int64) { w.buf = binary.AppendUvarint(w.buf, uint64(max(n, 0))) }

// Text adds a text.
func (w *Writer) Text(s string) {
	w.Number(int64(len(s)))
	w.buf = append(w.buf, s...)
}

// Bytes are the notes so far, valid until the next is added.
func (w *Writer) Bytes() []byte { return w.buf }

// Reader reads notes. At damage it stops: what it has read stands.
type Reader struct {
	data string
	last string // path
	bad  bool
}

// NewReader returns a reader of a layer's notes.
func NewReader(data []byte) *Reader { return &Reader{data: string(data)} }

// Next is the kind and the path of the next note; false at the end, or at damage. What the
// note says has to be read before the one after it is asked for.
func (r *Reader) Next() (kind uint8, path string, ok bool) {
	if r.bad || r.data == "" {
		return 0, "", false
	}
	kind = r.data[0]
	r.data = r.data[1:]
	same, rest := r.Number(), r.Text()
	if r.bad = r.bad || same > int64(len(r.last)); r.bad {
		return 0, "", false
	}
	r.last = r.last[:same] + rest
	r.bad = !strings.HasPrefix(r.last, "/")
	return kind, r.last, !r.bad
}

// Number reads a number, 0 after damage.
func (r *Reader) Number() int64 {
	var n uint64
	for i := 0; i < len(r.data) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(r.data[i]&0x7f) << (7 * i)
		if r.data[i] < 0x80 {
			r.data = r.data[i+1:]
			return int64(n &^ (1 << 63))
		}
	}
	r.bad = true
	return 0
}

// Count reads a number of things that take at least so many bytes each in the notes, so
// that no damage makes anybody set memory aside for more than there can be.
func (r *Reader) Count(each int) int {
	n := r.Number()
	if r.bad = r.bad || n > int64(len(r.data)/each); r.bad {
		return 0
	}
	return int(n)
}

// Text reads a text, "" after damage.
func (r *Reader) Text() string {
	n := r.Count(1)
	s := r.data[:n]
	r.data = r.data[n:]
	return s
}

// OK says whether all that was read is whole.
func (r *Reader) OK() bool { return !r.bad }
