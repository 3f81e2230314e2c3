package scan

import (
	"archive/tar"
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/image"
)

// layersOf makes layers of lines: "f NAME" is a file, "d NAME" a directory, "l NAME
// TARGET" a symbolic and "h NAME TARGET" a hard link; an empty line begins the next layer.
func layersOf(t *testing.T, text string) []*image.Tree {
	var out []*image.Tree
	for part := range strings.SplitSeq(text, "\n\n") {
		var buf bytes.Buffer
		w := tar.NewWriter(&buf)
		for line := range strings.Lines(part) {
			kind, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			name, target, _ := strings.Cut(rest, " ")
			h := &tar.Header{Name: name, Mode: 0o644}
			switch kind {
			case "d":
				h.Typeflag = tar.TypeDir
			case "l":
				h.Typeflag, h.Linkname = tar.TypeSymlink, target
			case "h":
				h.Typeflag, h.Linkname = tar.TypeLink, target
			}
			if w.WriteHeader(h) != nil { // a name that no archive can hold
				w = tar.NewWriter(&buf)
			}
		}
		_ = w.Close()
		layers, err := Scan(context.Background(), blob(buf.Bytes()), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if out = append(out, layers[0].Tree); len(out) == 6 {
			break
		}
	}
	return out
}

// FuzzWhiteouts: whatever layers add and remove, laying them over one another ends, and
// each file of the result can be found and belongs to a layer that there is.
func FuzzWhiteouts(f *testing.F) {
	for _, seed := range []string{
		"f a/b\nf a/c\n\nf a/.wh.b\n\nf a/b",
		"d a\nf a/b\n\nf a/.wh..wh..opq\nf a/c\n\nf .wh.a\nf a/d",
		"l a /b\nf b/x\n\nf a/y\nf a/.wh.x\n\nf .wh.b",
		"f .wh.\nf .wh..\nf .wh..wh.x\nf .wh.x/y\n\nf .wh.x\nf x\nf .wh.x",
		"f a\nh b a\n\nf .wh.a\n\nf a\nh c b",
		"d a\nf a/x\n\nf a\n\nd a\nf a/.wh..wh..opq",
		"l a b\nl b a\n\nf a/x\nf .wh.a/y\n\nf a/.wh.x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		layers := layersOf(t, text)
		var below *image.Tree
		for n := 1; n <= len(layers); n++ {
			tree := image.Stack(layers[:n]...)
			found(t, tree)
			for id := range tree.Walk(image.Root) {
				if at := tree.Info(id).Layer; at < 0 || at >= n {
					t.Fatalf("%q is of layer %d of %d", tree.RawPath(id), at, n)
				}
			}
			found(t, tree.Changes())
			found(t, image.Diff(below, tree))
			below = tree
		}
	})
}
