package leak

import (
	"slices"
	"testing"
)

// FuzzNotes: whatever is read as notes, nothing panics, and what comes of it is written
// and read again as it is.
func FuzzNotes(f *testing.F) {
	var w writer
	w.mark(mark{kind: ruleHit, path: "/usr/bin/go", detail: "it says so", name: "go", size: 5, line: 7, weak: true})
	w.mark(mark{kind: tokenMark, path: "/usr/x"})
	f.Add(w.buf)
	f.Fuzz(func(t *testing.T, data []byte) {
		first := readNotes(data)
		var w writer
		for _, m := range first.marks {
			w.mark(m)
		}
		again := readNotes(w.buf)
		if !slices.Equal(first.marks, again.marks) {
			t.Errorf("read %+v, again %+v", first.marks, again.marks)
		}
	})
}
