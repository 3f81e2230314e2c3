package content_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

// What is not what the tree says is told.
func TestFromStageChanged(t *testing.T) {
	im, files := aStage(t)
	if err := os.WriteFile(filepath.Join(files[0], "out", "first"), []byte("longer"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := content.From(im, files).Read(t.Context(), 0, "/out/first", 10); !errors.Is(err, content.ErrChanged) {
		t.Error(fmt.Errorf("a file of another size: %w", err))
	}
}
