package content_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/content"
)

// Whatever a layer is made of, extracting it ends and writes nothing outside.
func FuzzExtract(f *testing.F) {
	f.Add(layer(f, dir("d"), text("d/f", "x"), link("l", "../../x"), hard("h", "d/f")), layer(f, text("l/out", "x"), text(".wh.d", "")))
	f.Add(layer(f, text("../../x", "x"), text("/y", "x")), []byte("no tar"))
	f.Add(layer(f, link("a", "b"), link("b", "a"), text("a/c", "x")), layer(f, dir("a"), text("a/c", "y"), text("a/c", "z")))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		if strings.HasPrefix(string(one), "\x1f\x8b") || strings.HasPrefix(string(two), "\x1f\x8b") {
			t.Skip("the kit would have to unpack it to tell its digest")
		}
		im, r := open(t, saved(t, one, two))
		top := t.TempDir()
		dest := filepath.Join(top, "a/b/dest")
		if err := os.MkdirAll(dest, 0o755); err != nil {
			t.Fatal(err)
		}
		opt := content.Options{Layer: len(im.Layers) - 1}
		_, err := r.Extract(context.Background(), "/", dest, opt)
		for name := range listing(t, top) {
			if name != "a" && name != "a/b" && !strings.HasPrefix(name, "a/b/dest") {
				t.Errorf("%q was written", name)
			}
		}
		// What went wrong has to do with the bytes, not with the program's own plan.
		if err != nil && !strings.Contains(err.Error(), "reading layer") {
			t.Errorf("%v", err)
		}
		_, _ = r.Write(context.Background(), "/", io.Discard, opt)
	})
}
