package spool_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/archive"
	"github.com/stagedive/stagedive/inspect/source/spool"
)

// packed is a tar of files.
func packed(t *testing.T, files ...[2]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f[0], Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(f[1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func zipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, err := w.Write(data)
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// saved is what docker save writes of an image with two layers, of which the second is
// compressed although its name does not say so.
func saved(t *testing.T) (file []byte, stored, plain [][]byte) {
	t.Helper()
	plain = [][]byte{packed(t, [2]string{"a", "one"}), packed(t, [2]string{"b", "two"})}
	stored = [][]byte{plain[0], zipped(t, plain[1])}
	config, err := json.Marshal(map[string]any{
		"os": "linux", "architecture": "amd64",
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{digest(plain[0]), digest(plain[1])}},
	})
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "Layers": []string{"one/layer.tar", "two/layer.tar"}}})
	if err != nil {
		t.Fatal(err)
	}
	return packed(t, [2]string{"config.json", string(config)}, [2]string{"one/layer.tar", string(stored[0])},
		[2]string{"two/layer.tar", string(stored[1])}, [2]string{"manifest.json", string(manifest)}), stored, plain
}

// TestOpen: all is known of every layer, and it can be read as often as one likes, from
// an archive, from a compressed one, and when nothing can be opened twice. What was
// copied is gone in the end.
func TestOpen(t *testing.T) {
	file, stored, plain := saved(t)
	for name, c := range map[string]struct {
		data   []byte
		copies int // files that are kept
	}{
		"archive":    {file, 0},
		"compressed": {zipped(t, file), 2},
	} {
		t.Run(name, func(t *testing.T) {
			at := filepath.Join(t.TempDir(), "image.tar")
			if err := os.WriteFile(at, c.data, 0o644); err != nil {
				t.Fatal(err)
			}
			src, err := archive.Open(t.Context(), at, source.Pick{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			dir := filepath.Join(t.TempDir(), "spool")
			l, err := spool.Open(t.Context(), src, dir)
			if err != nil {
				t.Fatal(err)
			}
			for i, layer := range l.List {
				if layer.Digest != digest(stored[i]) || layer.DiffID != digest(plain[i]) || layer.Size != int64(len(stored[i])) {
					t.Errorf("layer %d: %+v", i, layer)
				}
				if want := "application/vnd.oci.image.layer.v1.tar" + []string{"", "+gzip"}[i]; layer.MediaType != want {
					t.Errorf("layer %d is %s", i, layer.MediaType)
				}
				for range 2 {
					if got := content(t, l, i); !bytes.Equal(got, stored[i]) {
						t.Errorf("layer %d has %d bytes of %d", i, len(got), len(stored[i]))
					}
				}
			}
			if found, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(found) != c.copies {
				t.Errorf("copies: %q", found)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
				t.Errorf("left: %q", left)
			}
		})
	}
}

func content(t *testing.T, l *spool.Layers, i int) []byte {
	t.Helper()
	in, err := l.Open(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// whole is an image whose layers have all that a registry's have.
type whole struct {
	layers []source.Layer
	opened int
	fails  error
}

func (w *whole) Image() *source.Image { return &source.Image{Layers: w.layers} }
func (*whole) Identity(int) string    { return "" }
func (*whole) Close() error           { return nil }

func (w *whole) Open(context.Context, int) (io.ReadCloser, error) {
	if w.opened++; w.fails != nil {
		return nil, w.fails
	}
	return io.NopCloser(bytes.NewReader(nil)), nil
}

// Of what a registry has, nothing is read beforehand and nothing copied.
func TestNothingIsCopied(t *testing.T) {
	src := &whole{layers: []source.Layer{{Digest: "sha256:a", DiffID: "sha256:b", Size: 7, MediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip"}}}
	dir := filepath.Join(t.TempDir(), "spool")
	l, err := spool.Open(t.Context(), src, dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := l.List[0]; src.opened != 0 || got.Digest != "sha256:a" || got.DiffID != "sha256:b" || got.Size != 7 {
		t.Errorf("%+v, opened %d times", got, src.opened)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("there is a place for copies: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// Copies that nobody will come back for are removed, those of others who run are not.
func TestForgotten(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{"layers-old": 25 * time.Hour, "layers-new": time.Hour, "archive-old": 30 * time.Hour} {
		at := filepath.Join(dir, name)
		then := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(at, nil, 0o600), os.Chtimes(at, then, then)); err != nil {
			t.Fatal(err)
		}
	}
	l, err := spool.Open(t.Context(), &whole{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 || filepath.Base(left[0]) != "layers-new" {
		t.Errorf("left: %q", left)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// A layer that can't be read is named, and nothing stays behind.
func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	for want, src := range map[string]*whole{
		"reading layer 1: the manifest's entry is nonsense": {layers: []source.Layer{{Unreadable: "the manifest's entry is nonsense"}}},
		"reading layer 2: the disk is on fire": {fails: errors.New("the disk is on fire"), layers: []source.Layer{
			{Digest: "sha256:a", DiffID: "sha256:b", Size: 7, MediaType: "application/vnd.oci.image.layer.v1.tar+zstd"}, {Size: -1},
		}},
	} {
		if _, err := spool.Open(t.Context(), src, dir); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}
