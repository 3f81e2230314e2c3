package image_test

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/image"
)

// bytesOf is a tree as it is kept.
func bytesOf(t interface{ Fatal(...any) }, tree *image.Tree) []byte {
	var b bytes.Buffer
	n, err := tree.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatal(n, b.Len(), err)
	}
	return b.Bytes()
}

// all says everything about a tree.
func all(t *image.Tree) string {
	var b bytes.Buffer
	for id := range t.Walk(image.Root) {
		fmt.Fprintf(&b, "%d %q %+v %d %d %d %d %v\n", id, t.RawPath(id), t.Info(id), t.Parent(id), t.Size(id), t.Files(id), t.ChildCount(id), t.Hides(id))
	}
	return b.String()
}

// TestReadTree: what was written is read again, of layers and of stacks of them; with
// any byte changed or the end cut off it is an error or a sound tree.
func TestReadTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trees := drawLayers(t, 3)
		tree := image.Stack(trees...)
		if len(trees) > 0 && rapid.Bool().Draw(t, "layer") {
			tree = trees[0]
		}
		data := bytesOf(t, tree)
		got, err := image.ReadTree(data)
		if err != nil {
			t.Fatal(err)
		}
		if want := all(tree); all(got) != want {
			t.Fatalf("wrote\n%s\nread\n%s", want, all(got))
		}
		if again := bytesOf(t, got); !bytes.Equal(again, data) {
			t.Fatal("written again it differs")
		}
		at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
		data[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		sound(t, data)
		sound(t, data[:at])
	})
}

// sound reads data that may be no tree, and everything in it if it is.
func sound(t interface{ Fatalf(string, ...any) }, data []byte) {
	tree, err := image.ReadTree(data)
	if err != nil {
		return
	}
	n := 0
	for id := range tree.Walk(image.Root) {
		tree.Info(id)
		tree.Find(tree.RawPath(id))
		n++
	}
	if n != tree.Len() {
		t.Fatalf("%d of %d nodes are in reach", n, tree.Len())
	}
	all(image.Stack(tree, tree))
}

func FuzzReadTree(f *testing.F) {
	f.Add(bytesOf(f, layer(f, 0, "d etc", "f etc/x 5", "l a /etc", "h b a", "w gone", "o etc")))
	f.Fuzz(func(t *testing.T, data []byte) { sound(t, data) })
}

// BenchmarkReadTree reads and writes the tree of a million files.
func BenchmarkReadTree(b *testing.B) {
	build := image.NewBuilder()
	for i := range 1_000_000 {
		build.Add(image.Entry{Path: fmt.Sprintf("usr/lib/d%d/e%d/file-%d", i/10_000, i/100, i), Size: int64(i), Sum: uint64(i) << 20, ModTime: 1700000000})
	}
	tree := build.Tree()
	data := bytesOf(b, tree)
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := image.ReadTree(data); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(data))/1e6, "B/file")
	})
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			bytesOf(b, tree)
		}
	})
}
