package notes_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/inspect/scan/notes"
)

type note struct {
	kind   uint8
	path   string
	number int64
	texts  []string
}

func write(all []note) []byte {
	var w notes.Writer
	for _, n := range all {
		w.Begin(n.kind, n.path)
		w.Number(n.number)
		w.Number(int64(len(n.texts)))
		for _, s := range n.texts {
			w.Text(s)
		}
	}
	return w.Bytes()
}

func read(data []byte) (all []note) {
	r := notes.NewReader(data)
	for {
		kind, path, ok := r.Next()
		if !ok {
			return all
		}
		n := note{kind: kind, path: path, number: r.Number()}
		for range r.Count(1) {
			n.texts = append(n.texts, r.Text())
		}
		if !r.OK() {
			return all
		}
		all = append(all, n)
	}
}

func same(a, b note) bool {
	if a.kind != b.kind || a.path != b.path || a.number != b.number || len(a.texts) != len(b.texts) {
		return false
	}
	for i := range a.texts {
		if a.texts[i] != b.texts[i] {
			return false
		}
	}
	return true
}

// TestRoundTrip: what is written is read again; of what is cut off, all that was whole.
func TestRoundTrip(t *testing.T) {
	text := rapid.StringN(0, 20, -1)
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(rapid.Custom(func(t *rapid.T) note {
			return note{
				kind: rapid.Uint8().Draw(t, "kind"), path: "/" + text.Draw(t, "path"),
				number: rapid.Int64Min(0).Draw(t, "number"), texts: rapid.SliceOfN(text, 0, 4).Draw(t, "texts"),
			}
		})).Draw(t, "notes")
		data := write(all)
		got := read(data)
		if len(got) != len(all) {
			t.Fatalf("read %d of %d notes", len(got), len(all))
		}
		for i := range all {
			if !same(got[i], all[i]) {
				t.Fatalf("note %d: %+v, want %+v", i, got[i], all[i])
			}
		}
		for i, n := range read(data[:rapid.IntRange(0, len(data)).Draw(t, "cut")]) {
			if !same(n, all[i]) {
				t.Fatalf("of what is cut off, note %d: %+v, want %+v", i, n, all[i])
			}
		}
	})
}

func TestNegative(t *testing.T) {
	if got := read(write([]note{{kind: 1, path: "/a", number: -5}})); len(got) != 1 || got[0].number != 0 {
		t.Errorf("read %+v, want one note with 0", got)
	}
}

// FuzzRead: whatever is read as notes, nothing panics, and nothing is made of nothing.
func FuzzRead(f *testing.F) {
	f.Add(write([]note{{1, "/usr/bin/go", 5, []string{"go", ""}}, {2, "/usr/lib", 0, nil}}))
	f.Add([]byte("\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f/"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, n := range read(data) {
			if n.path == "" || n.path[0] != '/' || n.number < 0 || len(n.texts) > len(data) {
				t.Errorf("%+v of %d bytes", n, len(data))
			}
		}
	})
}
