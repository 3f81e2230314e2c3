package scan

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
)

// blob is an image of one layer.
type blob []byte

func (b blob) Image() *source.Image {
	return &source.Image{Layers: make([]source.Layer, 1)}
}
func (b blob) Close() error        { return nil }
func (b blob) Identity(int) string { return "" }
func (b blob) Open(context.Context, int) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(b)), nil
}

// walk scans data as a layer, lays it over itself, and checks that every node
// can be found again.
func walk(t *testing.T, data []byte) {
	layers, err := Scan(context.Background(), blob(data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := layers[0]
	for _, tree := range []*image.Tree{l.Tree, image.Stack(l.Tree, l.Tree)} {
		found(t, tree)
	}
}

// found checks that every node of a tree is in reach and can be found by its path.
func found(t *testing.T, tree *image.Tree) {
	t.Helper()
	if tree.Size(image.Root) < 0 {
		t.Fatalf("size %d", tree.Size(image.Root))
	}
	n := 0
	for id := range tree.Walk(image.Root) {
		n++
		if at, ok := tree.Find(tree.RawPath(id)); !ok || at != id && tree.Change(id) != image.Removed {
			t.Fatalf("Find(%q) = %d, want %d", tree.RawPath(id), at, id)
		}
	}
	if n != tree.Len() {
		t.Fatalf("%d of %d nodes are in reach", n, tree.Len())
	}
}
