package image

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/waste"
	"github.com/stagedive/stagedive/tui/theme"
)

// TestBaseWasteIsToldApart: the base image's waste comes last, marked by a word and
// dimmed, and is told apart in the sum; one cause in two places is one row.
func TestBaseWasteIsToldApart(t *testing.T) {
	layer := func(k int, base bool, by string, size int64, paths ...string) image.Layer {
		b := image.NewBuilder()
		for _, p := range paths {
			b.Add(image.Entry{Path: p, Type: image.Regular, Size: size, Sum: uint64(size)})
		}
		l := image.Layer{Index: k, CreatedBy: by, Origin: image.Unknown, Tree: b.Tree()}
		l.Origin.Base = base
		return l
	}
	im := &image.Image{Layers: []image.Layer{
		layer(0, true, "ADD rootfs.tar /", 9000, "etc/passwd"),
		layer(1, false, "RUN make", 1000, "app/a/x", "app/b/y", "app/same"),
		layer(2, false, "RUN strip", 500, "app/a/x", "app/b/y", "etc/passwd"),
	}}
	p := &Pane{theme: theme.New(theme.Options{}), image: im, redact: func(s string) string { return s }}
	b := wasteBook{p, waste.Of(im, nil)}
	if b.Len() != 2 {
		t.Fatalf("%d rows", b.Len())
	}
	own, base := b.Row(0), b.Row(1)
	if own.Name != "/app/" || own.Dim || !strings.HasPrefix(own.Info, "in 2 files") || own.Word != "rewritten" {
		t.Errorf("own: %+v", own)
	}
	if base.Name != "/etc/passwd" || !base.Dim || base.Word != "base image's" {
		t.Errorf("base: %+v", base)
	}
	if got := ansi.Strip(p.wasteSummary(b.report)); !strings.HasPrefix(got, "11.0 kB, 2.0 kB of it yours, of the 13.5 kB") {
		t.Errorf("%q", got)
	}
	var labels []string
	for _, f := range b.Detail(0, -1) {
		labels = append(labels, f.Label+": "+f.Text)
	}
	if got := strings.Join(labels, "\n"); !strings.Contains(got, "most of it: /app/a/x 1.0 kB, /app/b/y 1.0 kB") {
		t.Error(got)
	}
}

// What cannot be filtered says so, rather than let a filter's letters act unseen.
func TestOnlyFilesAreFiltered(t *testing.T) {
	for _, keys := range [][]string{{"]", "/"}, {"]", "tab", "/"}, {"[", "tab", "/"}} {
		p := open(t, 120, 30)
		press(p, keys...)
		if p.Typing() || !strings.Contains(screen(p), "only files can be filtered") {
			t.Errorf("after %q:\n%s", keys, screen(p))
		}
	}
}

// Who wrote a file comes before what was found in it: where there is no room for
// both, the files' sign still says that there is something.
func TestWritersComeBeforeFindings(t *testing.T) {
	p := open(t, 120, 30)
	press(p, "a", "/")
	for _, r := range "main.c" {
		press(p, string(r))
	}
	press(p, "enter")
	text := screen(p)
	by, found := strings.Index(text, "written by"), strings.Index(text, "medium     C")
	if by < 0 || found < by {
		t.Errorf("written by at %d, the finding at %d:\n%s", by, found, text)
	}
}
