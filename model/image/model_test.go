package image_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/image"
)

// object is what the naive model knows of a path.
type object struct {
	dir      bool
	implicit bool
	mode     uint32
	size     int64
	sum      uint64
	layer    int
}

type state map[string]object

// below lists the paths of s under dir.
func (s state) below(dir string) []string {
	var out []string
	for p := range s {
		if strings.HasPrefix(p, dir+"/") {
			out = append(out, p)
		}
	}
	return out
}

func (s state) remove(p string, self bool) {
	for _, q := range s.below(p) {
		delete(s, q)
	}
	if self {
		delete(s, p)
	}
}

func ancestors(p string) []string {
	var out []string
	for i, c := range p {
		if c == '/' {
			out = append(out, p[:i])
		}
	}
	return out
}

// own reads one layer's archive: what it adds and what it hides.
func own(k int, entries []image.Entry) (adds state, hides map[string]bool) {
	adds, hides = state{}, map[string]bool{}
	for _, e := range entries {
		under := func(a string) bool { o, ok := adds[a]; return ok && !o.dir }
		if (e.Type == image.Whiteout || e.Type == image.Opaque) && slices.ContainsFunc(ancestors(e.Path), under) {
			continue // the file has replaced all there was
		}
		for _, a := range ancestors(e.Path) {
			if o, ok := adds[a]; !ok || !o.dir {
				adds[a] = object{dir: true, implicit: true, mode: 0o755, layer: k}
			}
		}
		have, ok := adds[e.Path]
		switch e.Type {
		case image.Whiteout:
			hides[e.Path] = true
		case image.Opaque:
			hides[e.Path] = true
			if !ok || !have.dir {
				adds[e.Path] = object{dir: true, implicit: true, mode: 0o755, layer: k}
			}
		case image.Directory:
			adds[e.Path] = object{dir: true, mode: e.Mode, layer: k}
		default:
			for p := range hides { // they went with the directory
				if strings.HasPrefix(p, e.Path+"/") {
					delete(hides, p)
				}
			}
			adds.remove(e.Path, true)
			adds[e.Path] = object{mode: e.Mode, size: e.Size, sum: e.Sum, layer: k}
		}
	}
	return adds, hides
}

// apply lays a layer over s (OCI image-spec, layer.md).
func apply(s state, adds state, hides map[string]bool) state {
	out := maps.Clone(s)
	for p := range hides {
		o, added := adds[p]
		out.remove(p, !added || !o.dir)
	}
	for _, p := range slices.Sorted(maps.Keys(adds)) { // parents first
		o := adds[p]
		was, ok := out[p]
		if ok && was.dir != o.dir {
			out.remove(p, true)
			ok = false
		}
		if ok && o.implicit {
			continue
		}
		out[p] = o
	}
	return out
}

// view is what is compared: present paths and removed ones, each with its change.
func expected(before, after state, first bool) map[string]string {
	out := map[string]string{}
	changed := map[string]bool{}
	mark := func(p string) {
		for _, a := range ancestors(p) {
			changed[a] = true
		}
	}
	changes := map[string]image.Change{}
	for p, o := range after {
		was, ok := before[p]
		c := image.Unchanged
		switch {
		case first || !ok || was.dir != o.dir:
			c = image.Added
		case !o.dir && (was.size != o.size || was.sum != o.sum):
			c = image.Modified
		case was.mode != o.mode:
			c = image.Metadata
		}
		changes[p] = c
		if c != image.Unchanged {
			mark(p)
		}
	}
	for p, o := range before {
		if now, ok := after[p]; !ok || now.dir != o.dir {
			mark(p)
			out["-"+p] = fmt.Sprintf("dir=%v size=%d layer=%d", o.dir, o.size, o.layer)
		}
	}
	for p, o := range after {
		c := changes[p]
		if o.dir && changed[p] && c != image.Added {
			c = image.Modified
		}
		out["+"+p] = fmt.Sprintf("dir=%v size=%d layer=%d mode=%o %v", o.dir, o.size, o.layer, o.mode, c)
	}
	return out
}

func found(t *image.Tree) map[string]string {
	out := map[string]string{}
	for id := range t.Walk(image.Root) {
		if id == image.Root {
			continue
		}
		i, p := t.Info(id), strings.TrimPrefix(t.Path(id), "/")
		if i.Change == image.Removed {
			out["-"+p] = fmt.Sprintf("dir=%v size=%d layer=%d", t.IsDir(id), i.Size, i.Layer)
		} else {
			out["+"+p] = fmt.Sprintf("dir=%v size=%d layer=%d mode=%o %v", t.IsDir(id), i.Size, i.Layer, i.Mode, i.Change)
		}
	}
	return out
}

// TestStackModel holds Stack against the naive model on random layers.
func TestStackModel(t *testing.T) {
	entry := rapid.Custom(func(t *rapid.T) image.Entry {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 4).Draw(t, "path")
		e := image.Entry{
			Path: strings.Join(parts, "/"),
			Type: rapid.SampledFrom([]image.Type{image.Regular, image.Regular, image.Directory, image.Whiteout, image.Opaque}).Draw(t, "type"),
		}
		switch e.Type {
		case image.Regular:
			e.Size = int64(rapid.IntRange(1, 2).Draw(t, "size"))
			e.Sum = uint64(rapid.IntRange(1, 2).Draw(t, "sum"))
			e.Mode = rapid.SampledFrom([]uint32{0o644, 0o600}).Draw(t, "mode")
		case image.Directory:
			e.Mode = rapid.SampledFrom([]uint32{0o755, 0o700}).Draw(t, "mode")
		}
		return e
	})
	rapid.Check(t, func(t *rapid.T) {
		archives := rapid.SliceOfN(rapid.SliceOfN(entry, 0, 8), 1, 4).Draw(t, "layers")
		var trees []*image.Tree
		before, after := state{}, state{}
		for k, entries := range archives {
			b := image.NewBuilder()
			for _, e := range entries {
				b.Add(e)
			}
			trees = append(trees, b.Tree())
			adds, hides := own(k, entries)
			before, after = after, apply(after, adds, hides)
		}
		tree := image.Stack(trees...)
		want, got := expected(before, after, len(trees) == 1), found(tree)
		if !maps.Equal(want, got) {
			t.Fatalf("want %s\ngot  %s", dump(want), dump(got))
		}
		var size int64
		for _, o := range after {
			size += o.size
		}
		if tree.Size(image.Root) != size {
			t.Fatalf("size %d, want %d", tree.Size(image.Root), size)
		}
		for id := range tree.Walk(image.Root) {
			if at, ok := tree.Find(tree.RawPath(id)); !ok || at != id && tree.Change(id) != image.Removed {
				t.Fatalf("Find(%s) = %d, want %d", tree.RawPath(id), at, id)
			}
		}
		only := found(tree.Changes())
		for p, v := range got {
			if _, ok := only[p]; ok == strings.HasSuffix(v, "unchanged") {
				t.Fatalf("Changes has %s: %v (%s)", p, ok, v)
			}
		}
	})
}

func dump(m map[string]string) string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "\n  %s %s", k, m[k])
	}
	return b.String()
}
