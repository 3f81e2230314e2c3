package slim

import (
	"encoding/binary"
	"io"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/scan/notes"
	"github.com/stagedive/stagedive/model/saving"
)

// TestSink shows files to a layer's sink as the scan does.
func TestSink(t *testing.T) {
	program := made(binary.LittleEndian, true, false, []section{
		{name: 1, kind: 1, size: 1000}, {name: 13, kind: sectionSymbols, size: 48, link: 3}, {name: 21, kind: sectionStrings, size: 30}, {name: 1, kind: 1, size: 500, flags: flagAlloc},
	}, "\x00.debug_info\x00.symtab\x00.strtab\x00")
	s := Detector{}.Begin()
	for _, f := range []struct{ path, content string }{
		{"/usr/lib/libx.a", "!<arch>\n/               0"},
		{"/usr/lib/notes.a", "the letter a"},
		{"/app/x.js.map", "{\n  \"version\": 3, \"sources\": []}"},
		{"/app/y.js.map", `{"file":"y.js","version":3}`},
		{"/app/treasure.map", "X marks the spot"},
		{"/app/z.css.map", `)]}'{"version":2}`},
		{"/usr/bin/p", string(program)},
		{"/usr/bin/q", string(program[:len(program)-1])}, // its table is cut off
		{"/usr/bin/script", "#!/bin/sh\n"},
		{"/empty", ""},
	} {
		file := scan.File{Path: f.path, Size: int64(len(f.content)), Head: []byte(f.content[:min(len(f.content), scan.HeadSize)])}
		if want := s.Entry(file); want != 0 {
			t.Errorf("%s: asks for %d bytes", f.path, want)
		}
		if w := s.(scan.Follower).Follow(file); w != nil {
			io.Copy(w, strings.NewReader(f.content))
			w.Close()
		}
	}
	want := []saving.Proof{
		{Path: "/usr/lib/libx.a", Kind: saving.Static},
		{Path: "/app/x.js.map", Kind: saving.Maps},
		{Path: "/app/y.js.map", Kind: saving.Maps},
		{Path: "/usr/bin/p", Kind: saving.Debug, Debug: 1000, Symbols: 78},
	}
	if got := Read(s.Notes()); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestNotes: what is noted is read back, and damage does no harm.
func TestNotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w notes.Writer
		var want []saving.Proof
		for range rapid.IntRange(0, 9).Draw(t, "proofs") {
			p := saving.Proof{
				Path: rapid.SampledFrom([]string{"/", "/usr/", "/usr/lib"}).Draw(t, "dir") + rapid.String().Draw(t, "name"), Kind: saving.Debug,
				Debug: rapid.Int64Range(0, 1<<62).Draw(t, "debug"), Symbols: rapid.Int64Range(0, 1<<62).Draw(t, "symbols"),
			}
			note(&w, p)
			want = append(want, p)
		}
		if got := Read(w.Bytes()); !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		cut := Read(w.Bytes()[:rapid.IntRange(0, len(w.Bytes())).Draw(t, "cut")])
		if len(cut) > len(want) || len(cut) > 0 && !reflect.DeepEqual(cut, want[:len(cut)]) {
			t.Fatalf("cut off: %+v of %+v", cut, want)
		}
		Read(rapid.SliceOf(rapid.Byte()).Draw(t, "noise"))
	})
}
