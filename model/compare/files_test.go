package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/image"
)

// drawEntry draws an entry of any kind whose paths often meet those of others.
func drawEntry(t *rapid.T) image.Entry {
	path := func(label string) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "b\x1b", "c"}), 1, 4).Draw(t, label), "/")
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
		e.Sum = uint64(rapid.IntRange(1, 2).Draw(t, "sum"))
	case image.Symlink, image.Hardlink:
		e.Link = path("link")
	}
	return e
}

// drawImages draws two to four images that have some of their layers in common.
func drawImages(t *rapid.T) []*image.Image {
	var pool []*image.Tree
	for _, entries := range rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(drawEntry), 0, 10), 1, 5).Draw(t, "layers") {
		b := image.NewBuilder()
		for _, e := range entries {
			b.Add(e)
		}
		pool = append(pool, b.Tree())
	}
	var out []*image.Image
	for _, picked := range rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, len(pool)-1), 0, 4), 2, Most).Draw(t, "images") {
		im := &image.Image{}
		for _, k := range picked {
			im.Layers = append(im.Layers, image.Layer{Tree: pool[k]})
		}
		out = append(out, im)
	}
	return out
}

// place is a path, and whether a directory lies there.
type place struct {
	path string
	dir  bool
}

// present lists what is there in a tree.
func present(t *image.Tree) map[place]image.Info {
	out := map[place]image.Info{}
	for id := range t.Walk(image.Root) {
		if i := t.Info(id); i.Change != image.Removed {
			out[place{t.RawPath(id), t.IsDir(id)}] = i
		}
	}
	return out
}

// became is what a path has become, worked out from what is known of both.
func became(was, is image.Info, had, has bool) (image.Change, image.Meta) {
	var m image.Meta
	content := is.Type == image.Regular || is.Type == image.Hardlink
	switch {
	case !had && !has:
		return image.Unchanged, 0
	case !had:
		return image.Added, 0
	case !has:
		return image.Removed, 0
	}
	for meta, differs := range map[image.Meta]bool{
		image.MetaMode: was.Mode != is.Mode, image.MetaOwner: was.UID != is.UID || was.GID != is.GID,
		image.MetaTime: was.ModTime != is.ModTime && is.Type != image.Directory, image.MetaAttrs: was.Attrs != is.Attrs,
	} {
		if differs {
			m |= meta
		}
	}
	known := was.Sum != 0 && is.Sum != 0
	switch {
	case is.Type == image.Directory:
	case content != (was.Type == image.Regular || was.Type == image.Hardlink),
		content && (was.Size != is.Size || known && was.Sum != is.Sum || !known && was.ModTime != is.ModTime),
		!content && (was.Type != is.Type || was.Link != is.Link):
		return image.Modified, m
	}
	if m != 0 {
		return image.Metadata, m
	}
	return image.Unchanged, 0
}

// TestFilesModel holds the rows of all sides against maps of their paths.
func TestFilesModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sides []Side
		for _, im := range drawImages(t) {
			sides = append(sides, Side{Image: im})
		}
		c := New(sides...)
		f := c.Files()
		want := make([]map[place]image.Info, len(sides))
		all := map[place]bool{}
		for s := range sides {
			want[s] = present(c.Tree(s))
			maps.Insert(all, func(yield func(place, bool) bool) {
				for p := range want[s] {
					yield(p, true)
				}
			})
		}
		seen := map[place]bool{}
		for id := range ID(f.Len()) {
			p := place{f.RawPath(id), f.IsDir(id)}
			if seen[p] || !all[p] {
				t.Fatalf("%v is a row twice, or in no side", p)
			}
			seen[p] = true
			for s := range sides {
				info, ok := f.Info(id, s)
				if is, has := want[s][p]; ok != has || ok && info != is {
					t.Fatalf("side %d: %v is %+v, want %+v", s, p, info, is)
				}
				if s == 0 {
					continue
				}
				was, had := want[0][p]
				is, has := want[s][p]
				change, meta := became(was, is, had, has)
				if own := f.Own(id, s); own != change || had && has && f.Meta(id, s) != meta {
					t.Fatalf("side %d: %v is %v %v, want %v %v", s, p, own, f.Meta(id, s), change, meta)
				}
			}
		}
		if len(seen) != len(all) {
			t.Fatalf("%d rows, want %d", len(seen), len(all))
		}
		sound(t, f)
		against(t, c)
	})
}

// sound holds what all code over rows relies on.
func sound(t *rapid.T, f *Files) {
	for id := range ID(f.Len()) {
		first, end := f.Entries(id)
		if first < end && !f.IsDir(id) {
			t.Fatalf("%s has entries, and is no directory", f.Path(id))
		}
		var weight int64
		differ := make([]int, f.Sides())
		touched := make([]bool, f.Sides())
		for row := first; row < end; row++ {
			if f.Parent(row) != id {
				t.Fatalf("%s lies in %s, not in %s", f.Path(row), f.Path(f.Parent(row)), f.Path(id))
			}
			if row > first && image.CompareNames(f.IsDir(row-1), f.rawName(row-1), f.IsDir(row), f.rawName(row)) >= 0 {
				t.Fatalf("%s comes before %s", f.Path(row-1), f.Path(row))
			}
			weight += f.Weight(row)
			for s := range differ {
				differ[s] += f.Differing(row, s)
				touched[s] = touched[s] || f.Change(row, s) != image.Unchanged
			}
			if to, ok := f.Counterpart(row); ok && (f.RawPath(to) != f.RawPath(row) || f.IsDir(to) == f.IsDir(row)) {
				t.Fatalf("%s stands in for %s", f.Path(to), f.Path(row))
			}
		}
		if at, ok := f.Find(f.RawPath(id)); !ok || at != id && f.IsDir(id) {
			t.Fatalf("%q is found at %d, not at %d", f.RawPath(id), at, id)
		}
		if !f.IsDir(id) {
			continue
		}
		if f.Weight(id) != weight {
			t.Fatalf("%s differs by %d bytes, its rows by %d", f.Path(id), f.Weight(id), weight)
		}
		for s := range differ {
			if f.Differing(id, s) != differ[s] {
				t.Fatalf("side %d: %d differ in %s, %d in its rows", s, f.Differing(id, s), f.Path(id), differ[s])
			}
			if own := f.Own(id, s); touched[s] && own != image.Added && own != image.Removed && f.Change(id, s) != image.Modified {
				t.Fatalf("side %d: something in %s is not the same, and it is %v", s, f.Path(id), f.Change(id, s))
			}
		}
	}
	for _, by := range []Order{ByDifference, BySize, ByName} {
		rows := f.Children(Root, by)
		number := map[Order]func(ID) int64{ByDifference: f.Weight, BySize: f.Largest, ByName: func(ID) int64 { return 0 }}[by]
		if !slices.IsSortedFunc(rows, func(a, b ID) int { return cmp.Or(cmp.Compare(number(b), number(a)), cmp.Compare(a, b)) }) {
			t.Fatalf("order %d: %v", by, rows)
		}
	}
}

// against holds the rows against the tree that image.Diff makes of two sides.
func against(t *rapid.T, c *Comparison) {
	f := c.Files()
	for s := 1; s < f.Sides(); s++ {
		d := c.Against(s)
		got, want := map[string]image.Change{}, map[string]image.Change{}
		for id := range d.Walk(image.Root) {
			want[fmt.Sprint(d.RawPath(id), d.IsDir(id))] = d.Change(id)
		}
		for id := range ID(f.Len()) {
			_, had := f.Node(id, 0)
			if _, has := f.Node(id, s); had || has {
				got[fmt.Sprint(f.RawPath(id), f.IsDir(id))] = f.Change(id, s)
			}
		}
		if !maps.Equal(got, want) {
			t.Fatalf("side %d: %v, want %v", s, got, want)
		}
		if n := d.Counts(image.Root); n != f.Counts(s) {
			t.Fatalf("side %d: %+v, want %+v", s, f.Counts(s), n)
		}
	}
}

// TestDifferences: what people look for comes first, and nothing that is the same.
func TestDifferences(t *testing.T) {
	f := New(sides()...).Files()
	var got []string
	for _, id := range f.Differences() {
		got = append(got, fmt.Sprintf("%s %v %+d", f.Path(id), f.Own(id, 1), f.Delta(id, 1)))
	}
	want := []string{
		"/usr/bin/gcc removed -1000", "/app/main modified +1", "/app/data added +7", "/app/main.c removed -5",
		"/usr removed -1000", "/usr/bin removed -1000",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if f.Known(2) || f.Change(Root, 2) != image.Unchanged {
		t.Error("a side without an image says something of files")
	}
}

// TestWithoutAFirstImage: nothing is said to differ from what is not known.
func TestWithoutAFirstImage(t *testing.T) {
	s := sides()
	f := New(s[2], s[0]).Files()
	id, ok := f.Find("/app/main")
	if !ok || !f.Same(id) || len(f.Differences()) > 0 || f.Size(id, 1) != 50 {
		t.Errorf("found %v, the same %v, %d differences", ok, f.Same(id), len(f.Differences()))
	}
	if f := New(s[2], s[2]).Files(); f.Len() != 1 || f.Path(Root) != "/" || !f.IsDir(Root) {
		t.Error("no image at all")
	}
}
