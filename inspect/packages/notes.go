package packages

import (
	"encoding/binary"
	"strings"
)

// noteKind names the form and the meaning of the notes; it is to be counted up with
// whatever changes what is noted of some layer.
const noteKind = "packages/3"

// maxNotes bounds what is noted of a layer, in bytes. Twenty thousand packages of npm
// take 4 MB; more than the bound is only in what is made to fill memory.
const maxNotes = 32 << 20

// writer makes notes: stores one after the other, each with its kind, how much of the
// path is that of the one before, the rest of it, and its items.
type writer struct {
	buf  []byte
	last string
}

func (w *writer) number(n int64) { w.buf = binary.AppendUvarint(w.buf, uint64(max(n, 0))) }

func (w *writer) text(s string) {
	w.number(int64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *writer) store(st store) {
	if len(w.buf) > maxNotes {
		return
	}
	w.buf = append(w.buf, byte(st.kind))
	same := 0
	for same < min(len(st.path), len(w.last)) && st.path[same] == w.last[same] {
		same++
	}
	w.number(int64(same))
	w.text(st.path[same:])
	w.last = st.path
	w.number(int64(len(st.items)))
	for _, it := range st.items {
		w.text(it.name)
		w.text(it.version)
		dev := int64(0)
		if it.dev {
			dev = 1
		}
		w.number(it.size<<1 | dev)
		w.number(int64(len(it.needs)))
		for _, n := range it.needs {
			w.text(n)
		}
	}
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

// count is a number of things that take at least so many bytes each.
func (r *reader) count(each int) int {
	n := r.number()
	if r.bad = r.bad || n > int64(len(r.data)/each); r.bad {
		return 0
	}
	return int(n)
}

func (r *reader) text() string {
	n := r.count(1)
	s := r.data[:n]
	r.data = r.data[n:]
	return s
}

func (r *reader) item() item {
	it := item{name: r.text(), version: r.text()}
	size := r.number()
	it.size, it.dev = size>>1, size&1 != 0
	if n := r.count(1); n > 0 {
		it.needs = make([]string, n)
		for i := range it.needs {
			it.needs[i] = r.text()
		}
	}
	return it
}

// read returns the stores that a layer's notes tell of.
func read(data []byte) []store {
	r, last := &reader{data: string(data)}, ""
	var out []store
	for r.data != "" {
		st := store{kind: kind(r.data[0])}
		r.data = r.data[1:]
		same, rest := r.number(), r.text()
		if r.bad || same > int64(len(last)) || st.kind == 0 || !st.kind.known() {
			return out
		}
		if last = last[:same] + rest; !strings.HasPrefix(last, "/") {
			return out
		}
		st.path = last
		n := r.count(4)
		st.items = make([]item, 0, n)
		for range n {
			it := r.item()
			if r.bad {
				return out
			}
			st.items = append(st.items, it)
		}
		if r.bad {
			return out
		}
		out = append(out, st)
	}
	return out
}
