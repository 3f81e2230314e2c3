package mark

import (
	"slices"
	"testing"

	"github.com/stagedive/stagedive/inspect/scan/notes"
)

// FuzzNotes: whatever is read as notes, nothing panics, and what comes of it is written
// and read again as it is.
func FuzzNotes(f *testing.F) {
	var w notes.Writer
	Mark{Kind: RuleHit, Path: "/usr/bin/go", Detail: "it says so", Name: "go", Size: 5, Line: 7, Weak: true}.write(&w)
	Mark{Kind: Token, Path: "/usr/x"}.write(&w)
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		first := Read(data)
		var w notes.Writer
		for _, m := range first {
			m.write(&w)
		}
		again := Read(w.Bytes())
		if !slices.Equal(first, again) {
			t.Errorf("read %+v, again %+v", first, again)
		}
	})
}
