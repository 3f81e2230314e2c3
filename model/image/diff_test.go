package image_test

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/image"
)

// drawEntry draws an entry of any kind whose paths often meet those of others.
func drawEntry(t *rapid.T) image.Entry {
	path := func(label string) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "x\x1b"}), 1, 4).Draw(t, label), "/")
	}
	e := image.Entry{
		Path: path("path"),
		Type: rapid.SampledFrom([]image.Type{
			image.Regular, image.Regular, image.Regular, image.Directory, image.Symlink, image.Hardlink, image.Whiteout, image.Opaque,
		}).Draw(t, "type"),
		Mode:    rapid.SampledFrom([]uint32{0o755, 0o700}).Draw(t, "mode"),
		UID:     uint32(rapid.IntRange(0, 1).Draw(t, "uid")),
		ModTime: int64(rapid.IntRange(0, 1).Draw(t, "mtime")),
		Attrs:   uint32(rapid.IntRange(0, 1).Draw(t, "attrs")),
	}
	switch e.Type {
	case image.Regular:
		e.Size = int64(rapid.IntRange(0, 2).Draw(t, "size"))
		e.Sum = uint64(rapid.IntRange(0, 2).Draw(t, "sum"))
	case image.Symlink, image.Hardlink:
		e.Link = path("link")
	}
	return e
}

// drawLayers draws layers' trees.
func drawLayers(t *rapid.T, most int) []*image.Tree {
	var out []*image.Tree
	for _, entries := range rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(drawEntry), 0, 10), 0, most).Draw(t, "layers") {
		b := image.NewBuilder()
		for _, e := range entries {
			b.Add(e)
		}
		out = append(out, b.Tree())
	}
	return out
}

// paths lists what is present in a tree, by path.
func paths(t *image.Tree) map[string]image.Info {
	out := map[string]image.Info{}
	if t == nil {
		return out
	}
	for id := range t.Walk(image.Root) {
		if i := t.Info(id); id != image.Root && i.Change != image.Removed {
			out[t.RawPath(id)] = i
		}
	}
	return out
}

// isDir says whether paths has a directory there.
func isDir(i image.Info) bool { return i.Type == image.Directory }

// isFile says whether it is content.
func isFile(i image.Info) bool { return i.Type == image.Regular || i.Type == image.Hardlink }

// naive works a Diff out from two maps of paths: "+path" is there, "-path" is gone.
func naive(a, b map[string]image.Info) map[string]string {
	tell := func(i image.Info, c image.Change) string {
		i.Change = c
		return fmt.Sprintf("%+v", i)
	}
	out := map[string]string{}
	changes := map[string]image.Change{}
	for p, now := range b {
		was, ok := a[p]
		meta := was.Mode != now.Mode || was.UID != now.UID || was.GID != now.GID || was.Attrs != now.Attrs
		c := image.Unchanged
		switch {
		case !ok || isDir(was) != isDir(now):
			c = image.Added
		case isDir(now):
			if meta {
				c = image.Metadata
			}
		case isFile(was) && isFile(now):
			known := was.Sum != 0 && now.Sum != 0
			switch {
			case was.Size != now.Size, known && was.Sum != now.Sum, !known && was.ModTime != now.ModTime:
				c = image.Modified
			case meta || was.ModTime != now.ModTime:
				c = image.Metadata
			}
		case was.Type != now.Type || was.Link != now.Link:
			c = image.Modified
		case meta || was.ModTime != now.ModTime:
			c = image.Metadata
		}
		changes[p] = c
	}
	touched := map[string]bool{}
	touch := func(p string) {
		for _, up := range ancestors(p) {
			touched[up] = true
		}
	}
	for p, c := range changes {
		if c != image.Unchanged {
			touch(p)
		}
	}
	for p, was := range a {
		if now, ok := b[p]; !ok || isDir(was) != isDir(now) {
			out["-"+p] = tell(was, image.Removed)
			touch(p)
		}
	}
	for p, now := range b {
		c := changes[p]
		if isDir(now) && touched[p] && c != image.Added {
			c = image.Modified
		}
		out["+"+p] = tell(now, c)
	}
	return out
}

// both lists all of a tree, present and removed, as naive does.
func both(t *image.Tree) map[string]string {
	out := map[string]string{}
	for id := range t.Walk(image.Root) {
		if id == image.Root {
			continue
		}
		i, sign := t.Info(id), "+"
		if i.Change == image.Removed {
			sign = "-"
		}
		out[sign+t.RawPath(id)] = fmt.Sprintf("%+v", i)
	}
	return out
}

// stackOf stacks layers; none at all are no tree.
func stackOf(layers []*image.Tree) *image.Tree {
	if len(layers) == 0 {
		return nil
	}
	return image.Stack(layers...)
}

// wellFormed holds what all code over trees relies on.
func wellFormed(t interface{ Fatalf(string, ...any) }, tree *image.Tree) {
	for id := range tree.Walk(image.Root) {
		var size int64
		files := 0
		for n, c := range tree.Children(id, image.ByName) {
			if tree.Parent(c) != id || c <= id {
				t.Fatalf("child %d of %d has the parent %d", c, id, tree.Parent(c))
			}
			if n > 0 && tree.IsDir(c) && !tree.IsDir(c-1) {
				t.Fatalf("the children of %s are out of order", tree.RawPath(id))
			}
			if tree.Change(c) != image.Removed || tree.Change(id) == image.Removed {
				size += tree.Size(c)
				files += tree.Files(c)
			}
		}
		if tree.IsDir(id) && (tree.Size(id) != size || tree.Files(id) != files) {
			t.Fatalf("%s: %d bytes in %d files, its children %d in %d", tree.RawPath(id), tree.Size(id), tree.Files(id), size, files)
		}
		if at, ok := tree.Find(tree.RawPath(id)); !ok || at != id && tree.Change(id) != image.Removed {
			t.Fatalf("Find(%q) = %d, want %d", tree.RawPath(id), at, id)
		}
	}
}

// TestDiffModel holds Diff against a naive one over maps of paths.
func TestDiffModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := stackOf(drawLayers(t, 3)), stackOf(drawLayers(t, 3))
		got := image.Diff(a, b)
		if want := naive(paths(a), paths(b)); !maps.Equal(want, both(got)) {
			t.Fatalf("want %s\ngot  %s", dump(want), dump(both(got)))
		}
		wellFormed(t, got)
	})
}

// TestRangeModel: a range is the Diff of what lies below it with what it leaves,
// and one layer's range is what Stack says of it.
func TestRangeModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trees := drawLayers(t, 5)
		if len(trees) == 0 {
			return
		}
		im := &image.Image{Layers: make([]image.Layer, len(trees))}
		for i, tree := range trees {
			im.Layers[i].Tree = tree
		}
		to := rapid.IntRange(0, len(trees)-1).Draw(t, "to")
		from := rapid.IntRange(0, to).Draw(t, "from")
		got := im.Range(from, to)
		want := naive(paths(stackOf(trees[:from])), paths(image.Stack(trees[:to+1]...)))
		if !maps.Equal(want, both(got)) {
			t.Fatalf("range %d to %d: want %s\ngot  %s", from, to, dump(want), dump(both(got)))
		}
		if now := image.Stack(trees[:to+1]...); got.Size(image.Root) != now.Size(image.Root) || got.Files(image.Root) != now.Files(image.Root) {
			t.Fatalf("range %d to %d: %d bytes, stacked %d", from, to, got.Size(image.Root), now.Size(image.Root))
		}
	})
}

func TestRange(t *testing.T) {
	im := &image.Image{Layers: []image.Layer{
		{Tree: layer(t, 0, "f bin/sh 10", "f etc/conf 5", "f lib/old 7")},
		{Tree: layer(t, 1, "f tmp/work 100", "f etc/conf 6", "f app/run 20", "h app/again app/run")},
		{}, // a layer that could not be read
		{Tree: layer(t, 3, "w tmp", "f etc/conf 5", "w lib/old", "f app/run 21")},
	}}
	for _, tt := range []struct {
		from, to int
		want     string
	}{
		{0, 0, "ad /bin/ 10|ad /bin/sh 10|ad /etc/ 5|ad /etc/conf 5|ad /lib/ 7|ad /lib/old 7"},
		{1, 1, "ad /app/ 20|ad /app/again 0|ad /app/run 20|mo /etc/ 6|mo /etc/conf 6|ad /tmp/ 100|ad /tmp/work 100|un /bin/ 10|un /bin/sh 10|un /lib/ 7|un /lib/old 7"},
		// The second name of app/run keeps the bytes that the first had.
		{1, 3, "ad /app/ 41|ad /app/again 20|ad /app/run 21|un /etc/ 5|un /etc/conf 5|un /bin/ 10|un /bin/sh 10|mo /lib/ 0|re /lib/old 7"},
		{2, 2, "un /app/ 20|un /app/again 0|un /app/run 20|un /etc/ 6|un /etc/conf 6|un /tmp/ 100|un /tmp/work 100|un /bin/ 10|un /bin/sh 10|un /lib/ 7|un /lib/old 7"},
	} {
		want := map[string]bool{}
		for s := range strings.SplitSeq(tt.want, "|") {
			want[s] = true
		}
		got := map[string]bool{}
		for s := range strings.SplitSeq(show(im.Range(tt.from, tt.to)), "\n") {
			got[s] = true
		}
		if !maps.Equal(want, got) {
			t.Errorf("%d to %d:\n%s", tt.from, tt.to, show(im.Range(tt.from, tt.to)))
		}
	}
}

// BenchmarkDiff compares two large trees that differ in one file of a hundred.
func BenchmarkDiff(b *testing.B) {
	for _, files := range []int{100_000, 1_000_000} {
		one, two := image.NewBuilder(), image.NewBuilder()
		for i := range files {
			e := image.Entry{Path: fmt.Sprintf("d%d/e%d/f%d", i/10_000, i/100, i), Size: 1, Sum: 1}
			one.Add(e)
			if i%100 == 0 {
				e.Sum = 2
				two.Add(e)
			}
		}
		first, second := one.Tree(), two.Tree()
		im := &image.Image{Layers: []image.Layer{{Tree: first}, {Tree: second}}}
		x, y := image.Stack(first), image.Stack(first, second)
		b.Run("diff/"+strconv.Itoa(files), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				image.Diff(x, y)
			}
		})
		b.Run("range/"+strconv.Itoa(files), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				im.Range(1, 1)
			}
		})
	}
}
