package content_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/hostile"
)

// Of every hostile image the layers that are in order can be extracted, nothing is
// written outside, and it ends. (Those that are hostile by their amounts are read
// here as elsewhere, where scan's tests hold what they cost.)
func TestHostileImages(t *testing.T) {
	for _, c := range hostile.Cases() {
		if c.Family == "amounts" || c.Family == "compression" {
			continue
		}
		t.Run(c.Family+"/"+c.Name, func(t *testing.T) {
			ref, err := c.Write(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			res, err := inspect.Inspect(context.Background(), ref, inspect.Options{})
			if err != nil {
				if !c.Refused {
					t.Fatal(err)
				}
				return
			}
			if len(res.Image.Layers) == 0 {
				return
			}
			top := t.TempDir()
			dest := filepath.Join(top, "a/b/dest")
			if err := os.MkdirAll(dest, 0o755); err != nil {
				t.Fatal(err)
			}
			r, opt := content.New(res.Image, ref), content.Options{Layer: len(res.Image.Layers) - 1}
			began := time.Now()
			did, err := r.Extract(context.Background(), "/good", filepath.Join(dest, "good"), opt)
			if err != nil {
				t.Logf("the good files: %v", err)
			}
			entries := 0
			for _, l := range res.Image.Layers {
				entries += l.Tree.Len()
			}
			if entries < 10_000 { // more are as many, and take the disk its time
				if _, err := r.Extract(context.Background(), "/", filepath.Join(dest, "all"), opt); err != nil {
					t.Logf("all: %v", err)
				}
			}
			t.Logf("%s, %+v", time.Since(began).Round(time.Millisecond), did)
			_, _ = r.Write(context.Background(), "/", io.Discard, opt)
			for name := range listing(t, top) {
				if name != "a" && name != "a/b" && !strings.HasPrefix(name, "a/b/dest") {
					t.Errorf("%q was written", name)
				}
			}
			for below, text := range hostile.Above {
				got, err := os.ReadFile(filepath.Join(dest, below))
				if err == nil && string(got) != text {
					t.Errorf("%s holds %q", below, got)
				}
				if err != nil && !c.Cut {
					t.Errorf("%s: %v", below, err)
				}
			}
		})
	}
}
