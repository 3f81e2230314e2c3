package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Images that are compared on a terminal open in the explorer, one beside the other, and
// each can be looked into.
func TestCompareImagesOnATerminal(t *testing.T) {
	h := newHouse(t)
	var paths []string
	for name, files := range map[string]map[string]string{
		"fat.tar":  {"app/main": "the program", "usr/bin/gcc": "a compiler"},
		"slim.tar": {"app/main": "the program"},
	} {
		archive, err := savedImage(files, false)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, filepath.Join(h.dir, name))
		if err := os.WriteFile(paths[len(paths)-1], archive, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := h.start(t, 120, 40, "compare", filepath.Join(h.dir, "fat.tar"), filepath.Join(h.dir, "slim.tar"))
	s.see("overview", "fat.tar", "slim.tar", "only in the first", "5 compare")
	s.press("o").see("main", "esc comparison").press("esc").see("measured against")
	s.press("q").ends(exitOK)
}

// What can't be opened is told in a line when the explorer is gone.
func TestCompareOfNothingOnATerminal(t *testing.T) {
	h := newHouse(t)
	s := h.start(t, 120, 40, "compare", filepath.Join(h.dir, "no.tar"), filepath.Join(h.dir, "other.tar"))
	s.ends(exitFailed)
}
