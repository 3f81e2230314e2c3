package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A file of an image opens in the explorer, is shown, and comes out of it.
func TestFileOnATerminal(t *testing.T) {
	h := newHouse(t)
	archive, err := savedImage(map[string]string{"srv/hello.sh": "#!/bin/sh\necho hello # to all\n", "srv/bye.txt": "bye\n"}, false)
	if err != nil {
		t.Fatal(err)
	}
	image := h.write(t, "app.tar", string(archive))
	s := h.start(t, 120, 40, "inspect", image)
	s.see("hello.sh").press("tab").press("j").see("path       /srv/hello.sh").press("enter")
	s.see("shell script", "2 lines, ASCII, LF", "echo hello # to all")
	s.press("t").see("65 63 68 6f").press("E").see("to ./hello.sh")
	s.press("ctrl+u").typed("out/").press("enter").see("1 file, 30 B written to out/hello.sh")
	if got, err := os.ReadFile(filepath.Join(h.dir, "out/hello.sh")); err != nil || string(got) != "#!/bin/sh\necho hello # to all\n" {
		t.Errorf("extracted %q, %v", got, err)
	}
	s.press("D").see("there is no version before")
	if err := os.Truncate(image, 100); err != nil {
		t.Fatal(err)
	}
	s.press("esc").see("layers").press("enter").see("reading layer 1: ")
	s.press("esc").see("layers").press("q").ends(exitOK)
}
