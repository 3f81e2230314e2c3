package inspect_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/scan"
)

func squeeze(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// compressed writes an archive again, gzipped or with zstd.
func compressed(t testing.TB, file, form string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	packed := squeeze(t, raw)
	if form == "zst" {
		w, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		packed = w.EncodeAll(raw, nil)
	}
	out := filepath.Join(t.TempDir(), "image.tar."+form)
	if err := os.WriteFile(out, packed, 0o644); err != nil {
		t.Fatal(err)
	}
	return out
}

// cacheDir gives the test a cache directory of its own and returns stagedive's.
func cacheDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	t.Setenv("HOME", dir)
	return filepath.Join(dir, "stagedive")
}

// TestCompressedArchive: what docker save | gzip writes opens like the rest, and
// leaves nothing behind.
func TestCompressedArchive(t *testing.T) {
	dir := cacheDir(t)
	img := build(t, "amd64")
	for name, file := range map[string]string{"docker": dockerTar(t, img), "oci": tarDir(t, ociDir(t, img))} {
		for _, form := range []string{"gz", "zst"} {
			t.Run(name+" "+form, func(t *testing.T) {
				var last scan.Progress
				im := open(t, compressed(t, file, form), inspect.Options{Progress: func(p scan.Progress) { last = p }})
				if im.Size() != 13 || len(im.Problems) > 0 || last.Bytes == 0 || last.LayersDone != 2 {
					t.Errorf("%d bytes, problems %q, told %+v", im.Size(), im.Problems, last)
				}
				for _, l := range im.Layers {
					if l.Tree.Len() < 3 || len(l.Problems) > 0 || l.CreatedBy == "" {
						t.Errorf("layer %+v", l)
					}
				}
				if left, err := os.ReadDir(dir); !errors.Is(err, fs.ErrNotExist) || len(left) > 0 {
					t.Errorf("left behind: %v, %v", left, err)
				}
			})
		}
	}
}

// A compressed archive that is cut off shows what came before.
func TestCompressedArchiveCutOff(t *testing.T) {
	cacheDir(t)
	for _, form := range []string{"gz", "zst"} {
		file := compressed(t, tarDir(t, ociDir(t, build(t, "amd64"))), form)
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, raw[:len(raw)-6], 0o644); err != nil {
			t.Fatal(err)
		}
		res, err := inspect.Inspect(context.Background(), file, inspect.Options{})
		switch {
		case err != nil && !strings.Contains(err.Error(), "cut off"):
			t.Errorf("%s: %v", form, err)
		case err == nil && len(res.Image.Problems) == 0:
			t.Errorf("%s: no problem told", form)
		}
	}
}

func TestCompressedArchiveCancelled(t *testing.T) {
	dir := cacheDir(t)
	file := compressed(t, dockerTar(t, build(t, "amd64")), "gz")
	ctx, cancel := context.WithCancel(context.Background())
	_, err := inspect.Inspect(ctx, file, inspect.Options{Progress: func(scan.Progress) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// An archive of some megabytes that unpacks to many times as much is left early.
func TestCompressedArchiveBomb(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	const size = 1 << 30
	if err := w.WriteHeader(&tar.Header{Name: "zeros", Size: size}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zeros{}, size); err != nil {
		t.Fatal(err)
	}
	w.Close()
	z.Close()
	file := filepath.Join(t.TempDir(), "bomb.tar.gz")
	if err := os.WriteFile(file, packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	var most int64
	_, err := inspect.Inspect(context.Background(), file, inspect.Options{Progress: func(p scan.Progress) { most = p.Bytes }})
	if err == nil || !strings.Contains(err.Error(), "times its size") || most > size*3/4 {
		t.Errorf("after %d bytes: %v", most, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
