package image_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/stagedive/stagedive/model/image"
)

func TestForeignTreeIsTheSame(t *testing.T) {
	tree := layer(t, 0, "d etc", "f etc/x 5", "l a /etc", "h b a", "w gone", "o etc", "f deep/er/y 7")
	data := bytesOf(t, tree)
	got, err := image.ReadForeignTree(data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, bytesOf(t, got)) {
		t.Error("it is written otherwise than it was read")
	}
}

// A tree can't vouch for its own names: what it leaves out of the flags that say which
// of them must not reach a terminal is found out again.
func TestForeignNamesAreSafe(t *testing.T) {
	b := image.NewBuilder()
	b.Add(image.Entry{Path: "d/\x1b[2J", Size: 1})
	b.Add(image.Entry{Path: "fine"})
	want := bytesOf(t, b.Tree())
	lying := bytes.Clone(want)
	// The flags are each node's second byte; of these trees' nodes only the first three
	// bytes before the name's end differ, so that clearing the bits finds them all.
	for i := range lying {
		if i > 0 && lying[i-1]>>4 <= byte(image.Opaque) {
			lying[i] &^= 6
			if tree, err := image.ReadForeignTree(lying); err == nil {
				for id := range tree.Walk(image.Root) {
					if bytes.ContainsRune([]byte(tree.Path(id)), '\x1b') {
						t.Fatalf("%q would reach a terminal", tree.Path(id))
					}
				}
			}
			lying[i] = want[i]
		}
	}
}

func TestForeignTreesAreRefused(t *testing.T) {
	for name, add := range map[string]image.Entry{
		"size": {Path: "a", Size: math.MaxInt64},
	} {
		b := image.NewBuilder()
		b.Add(add)
		if _, err := image.ReadForeignTree(bytesOf(t, b.Tree())); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	// What Stack makes is no layer's own tree.
	a, b := layer(t, 0, "f a 1"), layer(t, 0, "f b 1")
	if _, err := image.ReadForeignTree(bytesOf(t, image.Stack(a, b))); err == nil {
		t.Error("a stack is taken for a layer")
	}
	for _, name := range []string{"..", ".", "b/c", "a\x00"} {
		data := bytesOf(t, layer(t, 0, "f xxx 1"))
		at := bytes.Index(data, []byte("xxx"))
		forged := append(append(bytes.Clone(data[:at-1]), byte(len(name))), name...)
		if _, err := image.ReadForeignTree(forged); err == nil {
			t.Errorf("%q is taken for a name", name)
		}
		if _, err := image.ReadTree(forged); err != nil {
			t.Errorf("the test forges nothing: %v", err)
		}
	}
}

func TestWithoutSums(t *testing.T) {
	b := image.NewBuilder()
	for _, path := range []string{"a", "d/b", "d/e/c", "z"} {
		b.Add(image.Entry{Path: path, Size: 1, Sum: 7})
	}
	tree := b.Tree()
	got := tree.WithoutSums([]string{"/d", "/a", "/nowhere"})
	for path, want := range map[string]uint64{"a": 0, "d/b": 0, "d/e/c": 0, "z": 7} {
		id, ok := got.Find(path)
		if !ok || got.Info(id).Sum != want {
			t.Errorf("%s has %d", path, got.Info(id).Sum)
		}
		if id, _ := tree.Find(path); tree.Info(id).Sum != 7 {
			t.Errorf("%s has lost it in the tree itself", path)
		}
	}
	if got.Size(image.Root) != 4 || got.Files(image.Root) != 4 {
		t.Error("it holds something else")
	}
}

func FuzzReadForeignTree(f *testing.F) {
	f.Add(bytesOf(f, layer(f, 0, "d etc", "f etc/x 5", "l a /etc", "h b a", "w gone", "o etc")))
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := image.ReadForeignTree(data)
		if err != nil {
			return
		}
		sound(t, data)
		stack := image.Stack(tree, tree)
		if stack.Size(image.Root) < 0 {
			t.Fatal("the sizes overflow")
		}
		all(image.Diff(tree, stack))
	})
}
