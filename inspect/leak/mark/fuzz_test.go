package mark

import (
	"slices"
	"testing"
)

// FuzzNotes: whatever is read as notes, nothing panics, and what comes of it is written
// and read again as it is.
func FuzzNotes(f *testing.F) {
	var w writer
	w.mark(Mark{Kind: RuleHit, Path: "/usr/bin/go", Detail: "it says so", Name: "go", Size: 5, Line: 7, Weak: true})
	w.mark(Mark{Kind: Token, Path: "/usr/x"})
	f.Add(w.buf)
	f.Fuzz(func(t *testing.T, data []byte) {
		first := Read(data)
		var w writer
		for _, m := range first {
			w.mark(m)
		}
		again := Read(w.buf)
		if !slices.Equal(first, again) {
			t.Errorf("read %+v, again %+v", first, again)
		}
	})
}
