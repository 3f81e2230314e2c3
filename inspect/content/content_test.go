package content_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/source/resolve"
)

// Each way to store layers gives the same files.
func TestRead(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 20_000)
	for _, how := range []string{"plain", "gzip", "whole"} {
		t.Run(how, func(t *testing.T) {
			_, r := made(t, how,
				layer(t, dir("etc"), text("etc/name", "first"), text("big", long), hard("etc/again", "etc/name"), link("lib", "usr/lib"), dir("usr/lib")),
				layer(t, text("etc/name", "second"), text("twice", "one!"), text("usr/x", "between"), text("twice", "two!"), text("lib/so", "below a link of the layer below")),
				layer(t, dir("real"), link("way", "real"), text("way/in", "through a link"), hard("to-lower", "etc/name")),
			)
			for _, c := range []struct {
				layer int
				path  string
				limit int64
				want  string
			}{
				{0, "/etc/name", 99, "first"},
				{0, "/etc/again", 99, "first"},
				{1, "/etc/name", 99, "second"},
				{1, "/etc/name", 3, "sec"},
				{1, "/twice", 99, "two!"},
				{1, "/usr/lib/so", 99, "below a link of the layer below"},
				{2, "/real/in", 99, "through a link"},
				{2, "/to-lower", 99, "second"},
				{0, "/big", 16, "0123456789abcdef"},
			} {
				got, size, err := r.Read(context.Background(), c.layer, c.path, c.limit)
				if err != nil || string(got) != c.want {
					t.Errorf("layer %d %s: %q, %v; want %q", c.layer, c.path, got, err, c.want)
				}
				if c.path == "/big" && size != int64(len(long)) {
					t.Errorf("size of the big file: %d", size)
				}
			}
		})
	}
}

// What is no file is told in a sentence.
func TestReadErrors(t *testing.T) {
	_, r := made(t, "plain", layer(t, dir("etc"), link("to", "etc"), text(".wh.gone", ""), text("sparse", "xx")), layer(t, text("x", "x")))
	for path, want := range map[string]string{
		"/etc":    "/etc is a directory",
		"/to":     "/to is a symbolic link to etc",
		"/gone":   "the layer removes /gone",
		"/no\x1b": "no such file in the image: /no␛ in layer 1",
	} {
		if _, _, err := r.Read(context.Background(), 0, path, 10); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", path, err, want)
		}
	}
	if _, _, err := r.Read(context.Background(), 7, "/etc", 10); !errors.Is(err, content.ErrNoFile) {
		t.Errorf("a layer that is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := r.Read(ctx, 1, "/x", 10); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// An image that has been replaced meanwhile is not shown as the one that was opened.
func TestReadChanged(t *testing.T) {
	im, r := made(t, "plain", layer(t, text("a", "before")))
	other := saved(t, layer(t, text("a", "after!")))
	raw, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(im.Ref, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _, err := r.Read(context.Background(), 0, "/a", 10); !errors.Is(err, content.ErrChanged) {
		t.Errorf("read %q, %v", got, err)
	}
	// The same digests, other bytes: what the manifest says is no proof.
	if err := os.WriteFile(im.Ref, bytes.Replace(raw, []byte("after!"), []byte("before"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	im2, r2 := open(t, im.Ref)
	if err := os.WriteFile(im2.Ref, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _, err := r2.Read(context.Background(), 0, "/a", 10); !errors.Is(err, content.ErrChanged) {
		t.Errorf("other bytes: read %q, %v", got, err)
	}
	if err := os.Remove(im.Ref); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Read(context.Background(), 0, "/a", 10); err == nil || !strings.Contains(err.Error(), "opening the image again") {
		t.Errorf("gone: %v", err)
	}
}

// TestReadOfOpen: an image whose source is still open is read through that, as often as
// wanted, and stays open.
func TestReadOfOpen(t *testing.T) {
	for _, how := range []string{"plain", "gzip", "whole"} {
		im, _ := made(t, how, layer(t, text("a", "below")), layer(t, text("a", "above")))
		src, err := resolve.Open(t.Context(), im.Ref, resolve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		res, err := inspect.Source(t.Context(), src, im.Ref, inspect.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(im.Ref); err != nil { // so that it cannot be found again
			t.Fatal(err)
		}
		r := content.Of(res.Image, src)
		for i, want := range []string{"below", "above", "below"} {
			if got, _, err := r.Read(t.Context(), i%2, "/a", 99); err != nil || string(got) != want {
				t.Errorf("%s: %q, %v; want %q", how, got, err, want)
			}
		}
	}
}
