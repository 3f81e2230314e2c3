//go:build linux

package lister_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/solve/hold/lister"
)

// tree makes a directory: "d NAME", "f NAME TEXT", "l NAME TARGET", "h NAME FILE".
func tree(t *testing.T, lines ...string) string {
	t.Helper()
	dir := t.TempDir()
	when := time.Unix(1_700_000_000, 5)
	for _, line := range lines {
		f := strings.SplitN(line, " ", 3)
		name := filepath.Join(dir, f[1])
		var err error
		switch f[0] {
		case "d":
			err = os.Mkdir(name, 0o755)
		case "f":
			if err = os.WriteFile(name, []byte(f[2]), 0o644); err == nil {
				err = os.Chtimes(name, when, when)
			}
		case "l":
			err = os.Symlink(f[2], name)
		case "h":
			err = os.Link(filepath.Join(dir, f[2]), name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// told are the entries of some directories, a line each.
func told(t *testing.T, roots ...string) string {
	t.Helper()
	var b bytes.Buffer
	if err := lister.Write(&b, roots); err != nil {
		t.Fatal(err)
	}
	var out []string
	if err := lister.Read(&b, func(e lister.Entry) error {
		sign := "+"
		if e.Gone {
			sign = "-"
		}
		line := fmt.Sprintf("%d %s %s", e.State, sign, e.Path)
		if e.Link != "" {
			line += " -> " + e.Link
		}
		out = append(out, line)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "|")
}

// Of the first directory all is told, of the others what differs from the one
// before.
func TestList(t *testing.T) {
	one := tree(t, "d a", "f a/same x", "f a/longer x", "f a/gone x", "d b", "f b/in x", "f c x", "l d c", "f e\xff x", "h z c")
	two := tree(t, "d a", "f a/same x", "f a/longer xx", "f b x", "d c", "f c/in x", "l d e", "f e\xff x", "f z x")
	want := "0 + |0 + a|0 + a/gone|0 + a/longer|0 + a/same|0 + b|0 + b/in|0 + c|0 + d -> c|0 + e\xff|0 + z -> c|" +
		"1 - a/gone|1 + a/longer|1 + b|1 + c|1 + c/in|1 + d -> e"
	if got := told(t, one, two); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := told(t, one, one); strings.Contains(got, "|1 ") {
		t.Errorf("a directory differs from itself: %q", got)
	}
	if err := lister.Write(io.Discard, []string{one, filepath.Join(one, "nowhere")}); err == nil {
		t.Error("a directory that is not there is listed")
	}
}

// What was cut off is no list.
func TestReadCutOff(t *testing.T) {
	var b bytes.Buffer
	if err := lister.Write(&b, []string{tree(t, "f a x", "f b x")}); err != nil {
		t.Fatal(err)
	}
	for n := range b.Len() {
		if err := lister.Read(bytes.NewReader(b.Bytes()[:n]), func(lister.Entry) error { return nil }); err == nil {
			t.Fatalf("%d of %d bytes are a list", n, b.Len())
		}
	}
}
