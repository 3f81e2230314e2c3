package waste_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/waste"
)

// imageOf makes an image of layers of entries.
func imageOf(layers [][]image.Entry) *image.Image {
	im := &image.Image{Layers: make([]image.Layer, len(layers))}
	for k, entries := range layers {
		b := image.NewBuilder()
		for _, e := range entries {
			b.Add(e)
		}
		im.Layers[k] = image.Layer{Index: k, Tree: b.Tree(), Origin: image.Unknown}
	}
	return im
}

// draw draws layers whose paths often meet; with links also symbolic links, through
// which paths may go.
func draw(t *rapid.T, symlinks bool) [][]image.Entry {
	types := []image.Type{image.Regular, image.Regular, image.Regular, image.Directory, image.Hardlink, image.Hardlink, image.Whiteout, image.Opaque}
	if symlinks {
		types = append(types, image.Symlink)
	}
	entry := rapid.Custom(func(t *rapid.T) image.Entry {
		path := func(label string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 3).Draw(t, label), "/")
		}
		e := image.Entry{Path: path("path"), Type: rapid.SampledFrom(types).Draw(t, "type"), Mode: rapid.SampledFrom([]uint32{0o644, 0o600}).Draw(t, "mode")}
		switch e.Type {
		case image.Regular:
			e.Size = int64(rapid.IntRange(0, 1000).Draw(t, "size"))
			e.Sum = uint64(e.Size) % 7
		case image.Hardlink, image.Symlink:
			e.Link = path("link")
		}
		return e
	})
	return rapid.SliceOfN(rapid.SliceOfN(entry, 0, 10), 1, 5).Draw(t, "layers")
}

// inode is a file's content, which has any number of names.
type inode struct {
	layer int
	size  int64
	dir   bool
}

// unpack applies layers one after the other to a map of paths, as naively as can be,
// and returns how many bytes of each layer are there in the end.
func unpack(layers [][]image.Entry) (visible []int64) {
	fs := map[string]*inode{}
	remove := func(p string) {
		maps.DeleteFunc(fs, func(q string, _ *inode) bool { return q == p || strings.HasPrefix(q, p+"/") })
	}
	for k, entries := range layers {
		// What the layer's archive holds, the last of each path.
		own := map[string]image.Entry{}
		var order []string
		hides := map[string]bool{}
		parents := func(p string) {
			for i, c := range p {
				if up := p[:i]; c == '/' && own[up].Type != image.Directory {
					own[up] = image.Entry{Path: up, Type: image.Directory} // made on the way
				}
			}
		}
		for _, e := range entries {
			if _, ok := own[""]; !ok {
				own[""] = image.Entry{Type: image.Directory}
			}
			if e.Type == image.Whiteout || e.Type == image.Opaque {
				under := false
				for i, c := range e.Path {
					up, ok := own[e.Path[:i]]
					under = under || c == '/' && ok && up.Type != image.Directory
				}
				if under {
					continue // the file has replaced all there was
				}
			}
			parents(e.Path)
			have, has := own[e.Path]
			switch e.Type {
			case image.Whiteout:
				hides[e.Path] = true
				continue
			case image.Opaque:
				hides[e.Path] = true
				if has && have.Type == image.Directory {
					continue
				}
				e.Type = image.Directory
			case image.Directory:
			default:
				for q := range hides {
					if strings.HasPrefix(q, e.Path+"/") {
						delete(hides, q)
					}
				}
				for q := range own {
					if strings.HasPrefix(q, e.Path+"/") {
						delete(own, q)
					}
				}
			}
			if e.Type == image.Directory && has && have.Type == image.Directory {
				continue
			}
			own[e.Path] = e
		}
		for q := range hides {
			if e, ok := own[q]; ok && e.Type == image.Directory {
				maps.DeleteFunc(fs, func(p string, _ *inode) bool { return strings.HasPrefix(p, q+"/") })
			} else {
				remove(q)
			}
		}
		order = slices.Sorted(maps.Keys(own))
		put := func(p string, n *inode) {
			if was, ok := fs[p]; ok && was.dir && n.dir {
				return
			}
			remove(p)
			fs[p] = n
		}
		for _, p := range order {
			switch e := own[p]; e.Type {
			case image.Directory:
				if p != "" {
					put(p, &inode{dir: true})
				}
			case image.Regular:
				put(p, &inode{layer: k, size: e.Size})
			}
		}
		files := map[string]*inode{} // of this layer, by its own names
		for _, p := range order {
			if own[p].Type == image.Regular {
				files[p] = fs[p]
			}
		}
		for _, p := range order {
			if own[p].Type != image.Hardlink {
				continue
			}
			to := p
			for range len(order) + 1 {
				if e, ok := own[to]; ok && e.Type == image.Hardlink {
					to = e.Link
				}
			}
			n := files[to]
			if n == nil {
				n = &inode{layer: k} // it leads nowhere
			}
			put(p, n)
		}
	}
	visible = make([]int64, len(layers))
	seen := map[*inode]bool{}
	for _, n := range fs {
		if !seen[n] && !n.dir {
			seen[n] = true
			visible[n.layer] += n.size
		}
	}
	return visible
}

// TestSumModel: of each layer, what is stored is what is visible, as a naive unpacker
// has it, and what is wasted; and the items add up to the waste.
func TestSumModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		layers := draw(t, false)
		im := imageOf(layers)
		r := waste.Of(im, nil)
		visible := unpack(layers)
		wasted, caused := make([]int64, len(layers)), make([]int64, len(layers))
		for _, it := range r.Items {
			wasted[it.Layer] += it.Bytes
			caused[it.By] += it.Bytes
			if it.By < it.Layer {
				t.Fatalf("%+v is caused by a layer below", it)
			}
			if at, ok := im.Layers[it.Layer].Tree.Find(it.Path); !ok || at != it.Node {
				t.Fatalf("%+v: its layer has no such node", it)
			}
		}
		var all int64
		for k, l := range r.Layers {
			if l.Stored != visible[k]+l.Wasted || l.Wasted != wasted[k] || l.Caused != caused[k] {
				t.Fatalf("layer %d: stored %d, visible %d; wasted %d, items %d; caused %d, items %d", k, l.Stored, visible[k], l.Wasted, wasted[k], l.Caused, caused[k])
			}
			all += visible[k]
		}
		if r.Visible != all || r.Stored != r.Visible+r.Wasted {
			t.Fatalf("stored %d, visible %d (%d), wasted %d", r.Stored, r.Visible, all, r.Wasted)
		}
	})
}

// TestSumAgreesWithStack: whatever links lead where, the visible bytes are those of
// the tree that is shown.
func TestSumAgreesWithStack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		im := imageOf(draw(t, true))
		trees := make([]*image.Tree, len(im.Layers))
		for k := range im.Layers {
			trees[k] = im.Layers[k].Tree
		}
		r := waste.Of(im, nil)
		if shown := image.Stack(trees...).Size(image.Root); r.Visible != shown {
			t.Fatalf("visible %d, shown %d", r.Visible, shown)
		}
		for _, it := range r.Items {
			if r.Says(it) == "" || r.Advice(it) == "" && it.Layer != it.By {
				t.Fatalf("nothing is said of %+v", it)
			}
		}
	})
}

// BenchmarkWaste works out the waste of an image of 1,000,000 files in 8 layers.
func BenchmarkWaste(b *testing.B) {
	layers := make([][]image.Entry, 8)
	for k := range layers {
		for i := range 125_000 {
			j := i + k*115_000 // some of each layer's are rewritten by the next
			layers[k] = append(layers[k], image.Entry{Path: fmt.Sprintf("d%d/e%d/f%d", j/10_000, j/100, j), Size: 1000, Sum: uint64(j%3 + k)})
		}
	}
	im := imageOf(layers)
	b.ReportAllocs()
	for b.Loop() {
		waste.Of(im, nil)
	}
}
