package packages

import "github.com/stagedive/stagedive/inspect/scan/notes"

// noteKind names the form and the meaning of the notes; it is to be counted up with
// whatever changes what is noted of some layer.
const noteKind = "packages/3"

// maxNotes bounds what is noted of a layer, in bytes. Twenty thousand packages of npm
// take 4 MB; more than the bound is only in what is made to fill memory.
const maxNotes = 32 << 20

// write adds a store to the notes: how many items it has, and the items.
func (st store) write(w *notes.Writer) {
	if len(w.Bytes()) > maxNotes {
		return
	}
	w.Begin(uint8(st.kind), st.path)
	w.Number(int64(len(st.items)))
	for _, it := range st.items {
		w.Text(it.name)
		w.Text(it.version)
		dev := int64(0)
		if it.dev {
			dev = 1
		}
		w.Number(it.size<<1 | dev)
		w.Number(int64(len(it.needs)))
		for _, n := range it.needs {
			w.Text(n)
		}
	}
}

func readItem(r *notes.Reader) item {
	it := item{name: r.Text(), version: r.Text()}
	size := r.Number()
	it.size, it.dev = size>>1, size&1 != 0
	if n := r.Count(1); n > 0 {
		it.needs = make([]string, n)
		for i := range it.needs {
			it.needs[i] = r.Text()
		}
	}
	return it
}

// read returns the stores that a layer's notes tell of.
func read(data []byte) []store {
	r := notes.NewReader(data)
	var out []store
	for {
		k, path, ok := r.Next()
		st := store{kind: kind(k), path: path}
		if !ok || st.kind == 0 || !st.kind.known() {
			return out
		}
		n := r.Count(4)
		st.items = make([]item, 0, n)
		for range n {
			it := readItem(r)
			if !r.OK() {
				return out
			}
			st.items = append(st.items, it)
		}
		if !r.OK() {
			return out
		}
		out = append(out, st)
	}
}
