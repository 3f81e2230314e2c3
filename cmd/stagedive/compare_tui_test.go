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

// A Dockerfile alone is taken apart: its ladder, what crossed, and bytes on its edges; and
// from there stages are marked and put side by side.
func TestTakenApartOnATerminal(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	h.write(t, "project/Dockerfile", `FROM shell AS builder
RUN head -c 5000000 /dev/zero > /scratch.bin && head -c 70000 /dev/zero > /app
FROM scratch AS slim
COPY --from=builder /app /app
`)
	s := h.start(t, 120, 40, "compare", "--build-context", "shell="+shellContext(t), filepath.Join(h.dir, "project"))
	s.see("ladder", "% less", "all in one stage", "ships  slim")
	s.press("]").see("left behind", "COPY, line 4: /app").press("1").see("70.0 kB")
	s.press("5", "1", "k", " ").see("marked").press("c").see("overview", "measured against", "slim")
	s.press("q").ends(exitOK)
}
