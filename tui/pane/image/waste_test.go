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
