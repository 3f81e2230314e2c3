package content_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/model/image"
)

// states opens files out of one directory for each layer.
type states []string

func (s states) Open(_ context.Context, layer int, path string) (io.Reader, int64, error) {
	data, err := os.ReadFile(filepath.Join(s[layer], filepath.FromSlash(path)))
	return strings.NewReader(string(data)), int64(len(data)), err
}

// aStage is a stage of two steps: its files lie in directories, as each step left
// them.
func aStage(t *testing.T) (*image.Image, states) {
	t.Helper()
	one, two := image.NewBuilder(), image.NewBuilder()
	one.Add(image.Entry{Path: "out", Type: image.Directory, Mode: 0o755})
	one.Add(image.Entry{Path: "out/first", Size: 3, Mode: 0o644})
	one.Add(image.Entry{Path: "out/other", Type: image.Hardlink, Link: "out/first", Mode: 0o644})
	one.Add(image.Entry{Path: "out/away", Type: image.Symlink, Link: "../../../etc"})
	two.Add(image.Entry{Path: "out/first", Size: 5, Mode: 0o600})
	var s states
	for _, text := range []string{"one", "other"} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "out"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "out", "first"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		s = append(s, dir)
	}
	return &image.Image{Ref: "stage x", Stage: "stage x", Layers: []image.Layer{{Tree: one.Tree()}, {Index: 1, Tree: two.Tree()}}}, s
}

// Files of a stage are read and extracted as those of an image are, from the state
// after the step that wrote them.
func TestFromStage(t *testing.T) {
	im, files := aStage(t)
	r := content.From(im, files)
	for layer, want := range []string{"one", "oth"} {
		if data, size, err := r.Read(t.Context(), layer, "/out/first", 3); string(data) != want || size != int64(3+2*layer) || err != nil {
			t.Errorf("after layer %d: %q of %d bytes, %v", layer, data, size, err)
		}
	}
	if data, _, err := r.Read(t.Context(), 0, "/out/other", 10); string(data) != "one" || err != nil {
		t.Errorf("a hard link is %q, %v", data, err)
	}
	dest := filepath.Join(t.TempDir(), "there")
	did, err := r.Extract(t.Context(), "/out", dest, content.Options{Layer: 1})
	if err != nil || did.Files != 2 || did.Links != 1 {
		t.Fatalf("%+v, %v", did, err)
	}
	for name, want := range map[string]string{"first": "other", "other": "one"} {
		if data, err := os.ReadFile(filepath.Join(dest, name)); string(data) != want || err != nil {
			t.Errorf("%s is %q, %v", name, data, err)
		}
	}
	if to, err := os.Readlink(filepath.Join(dest, "away")); to != "../../../etc" || err != nil {
		t.Errorf("the link leads to %s, %v", to, err)
	}
}

// Many files come in order, large ones among them, and one that is gone keeps the
// others from nothing.
func TestFromStageMany(t *testing.T) {
	dir := t.TempDir()
	b := image.NewBuilder()
	const count = 300
	for i := range count {
		name, size := strconv.Itoa(i), i
		if i%50 == 7 {
			size = 300 << 10
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Repeat(string(rune('a'+i%26)), size)), 0o644); err != nil {
			t.Fatal(err)
		}
		b.Add(image.Entry{Path: name, Size: int64(size), Mode: 0o644})
	}
	im := &image.Image{Stage: "stage x", Layers: []image.Layer{{Tree: b.Tree()}}}
	same := func(dest string, gone int) {
		t.Helper()
		for i := range count {
			want, _ := os.ReadFile(filepath.Join(dir, strconv.Itoa(i)))
			got, err := os.ReadFile(filepath.Join(dest, strconv.Itoa(i)))
			if i == gone && err == nil || i != gone && string(got) != string(want) {
				t.Errorf("%d: %d bytes, %v", i, len(got), err)
			}
		}
	}
	one, two := t.TempDir(), t.TempDir()
	if did, err := content.From(im, states{dir}).Extract(t.Context(), "/", one, content.Options{}); err != nil || did.Files != count {
		t.Errorf("%+v, %v", did, err)
	}
	same(one, -1)
	if err := os.Remove(filepath.Join(dir, "123")); err != nil {
		t.Fatal(err)
	}
	did, err := content.From(im, states{dir}).Extract(t.Context(), "/", two, content.Options{})
	if err == nil || did.Files != count-1 || did.Missing != 1 || !strings.Contains(fmt.Sprint(err), "1 file is missing, the others were written") {
		t.Errorf("%+v, %v", did, err)
	}
	same(two, 123)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := content.From(im, states{dir}).Extract(ctx, "/", t.TempDir(), content.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// What is not what the tree says is told.
func TestFromStageChanged(t *testing.T) {
	im, files := aStage(t)
	if err := os.WriteFile(filepath.Join(files[0], "out", "first"), []byte("longer"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := content.From(im, files).Read(t.Context(), 0, "/out/first", 10); !errors.Is(err, content.ErrChanged) {
		t.Errorf("a file of another size: %v", err)
	}
}
