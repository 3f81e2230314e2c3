package mark

import (
	"encoding/binary"
	"strings"
)

// Form names the form and the meaning of the notes. It is to be counted up with
// whatever changes what a sink notes of some layer: notes are kept between runs.
const Form = "leak/9"

// writer makes notes: each begins with its kind and the path, of which it holds only
// what differs from the path before.
type writer struct {
	buf  []byte
	last string
}

func (w *writer) number(n int64) { w.buf = binary.AppendUvarint(w.buf, uint64(max(n, 0))) }

func (w *writer) text(s string) {
	w.number(int64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *writer) begin(k Kind, p string) {
	w.buf = append(w.buf, byte(k))
	same := 0
	for same < min(len(p), len(w.last)) && p[same] == w.last[same] {
		same++
	}
	w.number(int64(same))
	w.text(p[same:])
	w.last = p
}

func (w *writer) mark(m Mark) {
	w.begin(m.Kind, m.Path)
	w.text(m.Detail)
	w.text(m.Name)
	w.number(m.Size)
	weak := 0
	if m.Weak {
		weak = 1
	}
	w.number(int64(m.Line)<<1 | int64(weak))
}

// reader reads notes. At damage it stops: what it has read stands.
type reader struct {
	data string
	bad  bool
}

func (r *reader) number() int64 {
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

func (r *reader) text() string {
	n := r.number()
	if n > int64(len(r.data)) {
		r.bad = true
	}
	if r.bad {
		return ""
	}
	s := r.data[:n]
	r.data = r.data[n:]
	return s
}

// Read returns the marks of a layer, in archive order.
func Read(data []byte) []Mark {
	var marks []Mark
	r, last := &reader{data: string(data)}, ""
	for r.data != "" {
		k := Kind(r.data[0])
		r.data = r.data[1:]
		same, rest := r.number(), r.text()
		if r.bad || same > int64(len(last)) {
			break
		}
		if last = last[:same] + rest; !strings.HasPrefix(last, "/") {
			break
		}
		m := Mark{Kind: k, Path: last, Detail: r.text(), Name: r.text(), Size: r.number()}
		line := r.number()
		if m.Line, m.Weak = int(line>>1), line&1 != 0; r.bad {
			return marks
		}
		marks = append(marks, m)
	}
	return marks
}
