package inspect_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/cache"
	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
)

// settle waits until the file system's clock has moved on: what was written just now
// is not kept.
func settle(t *testing.T, file string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for source.FileIdentity(f) == "" {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// told is all that an inspection says.
func told(t *testing.T, res *inspect.Result) string {
	t.Helper()
	raw, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.Write(raw)
	for _, l := range res.Image.Layers {
		for id := range l.Tree.Walk(image.Root) {
			fmt.Fprintf(&b, "\n%q %+v", l.Tree.RawPath(id), l.Tree.Info(id))
		}
	}
	return b.String()
}

// TestSecondLook: the second time, everything is as it was the first time and no layer
// is read; in each form, also one that can only be read from end to end. When the file
// is written anew, it is read anew.
func TestSecondLook(t *testing.T) {
	img := build(t, "amd64")
	for name, file := range map[string]string{
		"docker": dockerTar(t, img), "oci": tarDir(t, ociDir(t, img)), "gzip": compressed(t, dockerTar(t, img), "gz"), "zstd": compressed(t, tarDir(t, ociDir(t, img)), "zst"),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			look := func() string {
				res, err := inspect.Inspect(context.Background(), file, inspect.Options{
					Cache: cache.New(dir, cache.Size), Judges: []inspect.Judge{leak.New(leak.Options{})},
				})
				if err != nil {
					t.Fatal(err)
				}
				return told(t, res)
			}
			settle(t, file)
			first := look()
			kept, err := filepath.Glob(filepath.Join(dir, "*.layer"))
			if err != nil || len(kept) != 2 {
				t.Fatal(kept, err)
			}
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if second := look(); second != first {
				t.Errorf("first\n%s\nthen\n%s", first, second)
			}
			// Cut in half, with the time it had before, it is not what was kept.
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, raw[:len(raw)/2], 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
				t.Fatal(err)
			}
			res, err := inspect.Inspect(context.Background(), file, inspect.Options{Cache: cache.New(dir, cache.Size)})
			if err == nil && len(res.Image.Problems) == 0 {
				t.Error("what is cut off is shown as it was")
			}
		})
	}
}

// TestLyingArchive: an archive that calls its layer by the digest of another, which is
// kept, is told of, and shows its own files.
func TestLyingArchive(t *testing.T) {
	trusted, evil := files(t, "etc/trusted", "good"), files(t, "etc/evil", "evil")
	dir := t.TempDir()
	c := cache.New(filepath.Join(dir, "cache"), cache.Size)
	write := func(name string, content []byte) string {
		d := digest(trusted)
		cfg, err := json.Marshal(map[string]any{"os": "linux", "architecture": "amd64", "rootfs": map[string]any{"type": "layers", "diff_ids": []string{d.String()}}})
		if err != nil {
			t.Fatal(err)
		}
		blob := "blobs/sha256/" + d.Hex
		manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "Layers": []string{blob}}})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		w := tar.NewWriter(f)
		for _, e := range []struct {
			name string
			data []byte
		}{{blob, content}, {"config.json", cfg}, {"manifest.json", manifest}} {
			if err := w.WriteHeader(&tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.data))}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(e.data); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		settle(t, file)
		return file
	}
	honest, liar := write("honest.tar", trusted), write("liar.tar", evil)
	packed := compressed(t, liar, "gz")
	settle(t, packed)
	for range 2 {
		if im := open(t, honest, inspect.Options{Cache: c}); len(im.Layers[0].Problems) > 0 {
			t.Errorf("the honest one: %q", im.Layers[0].Problems)
		}
		for _, file := range []string{liar, packed} {
			im := open(t, file, inspect.Options{Cache: c})
			l := im.Layers[0]
			if _, shown := l.Tree.Find("/etc/trusted"); shown {
				t.Errorf("%s: another layer's file is shown", file)
			}
			if _, shown := l.Tree.Find("/etc/evil"); !shown || !strings.Contains(strings.Join(l.Problems, " "), "damaged or changed") {
				t.Errorf("%s: evil is shown: %v, problems %q", file, shown, l.Problems)
			}
		}
	}
}

// reading counts how often a source's layers are opened.
type reading struct {
	source.Source
	opened int
}

func (r *reading) Open(ctx context.Context, i int) (io.ReadCloser, error) {
	r.opened++
	return r.Source.Open(ctx, i)
}

// A layer that an image has twice is read once, and stands in both places.
func TestLayerTwice(t *testing.T) {
	raw := files(t, "a", "1")
	name := filepath.Join(t.TempDir(), "layer")
	if err := os.WriteFile(name, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	src := &reading{Source: &twice{name}}
	res, err := inspect.Source(context.Background(), src, "twice", inspect.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	one, two := res.Image.Layers[0], res.Image.Layers[1]
	if src.opened != 1 || one.Tree.Len() != 2 || two.Tree.Len() != 2 || len(one.Problems) > 0 || len(two.Problems) != 1 {
		t.Errorf("read %d times: %+v, %+v", src.opened, one, two)
	}
}

// twice is an image with a layer that it has twice, once under a false name.
type twice struct{ file string }

func (s *twice) Image() *source.Image {
	return &source.Image{Layers: []source.Layer{{}, {DiffID: digest(nil).String()}}}
}
func (s *twice) Identity(int) string { return source.BlobIdentity("sha256:the-same") }
func (s *twice) Close() error        { return nil }
func (s *twice) Open(context.Context, int) (io.ReadCloser, error) {
	f, err := os.Open(s.file)
	if err != nil {
		return nil, fs.ErrNotExist
	}
	return f, nil
}
