// Package twins finds what an image's file system holds more than once: files of the
// same content under different paths, and whole directories that hold the same.
//
// Two files have the same content when their sizes and checksums agree. The checksum
// is image.Entry's, xxHash64: enough to tell files apart that nobody made to collide,
// no proof against one who did. Names of one file (hard links) are no twins, and of a
// file whose checksum is not known, such as a sparse one, nothing is said.
package twins

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// Report is what there is more than once.
type Report struct {
	Saves  int64   // bytes that one copy of each would save, all groups together, exactly
	Groups []Group // those that save most first; what packages own comes last
}

// Group is content that is there more than once.
type Group struct {
	Members []Member // in the order of the tree: the shallowest first, then by path
	Dir     bool     // they are directories, which hold the same files under the same names
	Files   int      // entries of one member that are no directories
	Size    int64    // bytes of one member
	Saves   int64    // bytes that one copy would save
	Owned   bool     // all are files of Debian packages, to be left as they are
}

// Member is one place of a group's content.
type Member struct {
	Path   string       // absolute, sanitised
	Node   image.NodeID // in the tree that was given to Of
	Layers []int        // indices of the layers that wrote its files, rising
}

// Of finds what the file system t, made by image.Stack, holds more than once. What
// lies in all but the first of several same directories is told with those alone.
func Of(t *image.Tree) *Report {
	f := finder{t: t, prints: prints(t), twin: make([]image.NodeID, t.Len())}
	f.find()
	return f.report()
}

// finder looks for twins in one tree.
type finder struct {
	t      *image.Tree
	prints []uint64
	twin   []image.NodeID // of each node the first that holds the same; itself; image.None for what goes with its directory
}

// find goes from the root down, so that of two same directories the inside of the
// second is never looked at.
func (f *finder) find() {
	n := image.NodeID(f.t.Len())
	type printed struct {
		print uint64
		id    image.NodeID
	}
	order := make([]printed, 0, n)
	for id := range n {
		f.twin[id] = id
		if p := f.prints[id]; id > image.Root && p != 0 && f.t.Size(id) > 0 {
			order = append(order, printed{p, id})
		}
	}
	slices.SortFunc(order, func(a, b printed) int {
		switch {
		case a.print < b.print:
			return -1
		case a.print > b.print:
			return 1
		}
		return int(a.id - b.id)
	})
	like := make([]image.NodeID, n) // the first node with the same print; Root when there is no other
	for i, p := range order {
		switch {
		case i > 0 && order[i-1].print == p.print:
			like[p.id] = like[order[i-1].id]
		case i+1 < len(order) && order[i+1].print == p.print:
			like[p.id] = p.id
		}
	}
	first := map[image.NodeID]image.NodeID{} // of those that are like each other, the first that stays
	for id := image.NodeID(1); id < n; id++ {
		if p := f.t.Parent(id); f.twin[p] != p {
			f.twin[id] = image.None
			continue
		}
		l := like[id]
		if l == image.Root {
			continue
		}
		to, ok := first[l]
		if !ok {
			first[l] = id
			continue
		}
		if f.same(to, id) {
			f.twin[id] = to
		}
	}
}

// same compares two subtrees in full: a print may agree by chance.
func (f *finder) same(a, b image.NodeID) bool {
	t := f.t
	if t.IsDir(a) != t.IsDir(b) || t.Change(a) == image.Removed || t.Change(b) == image.Removed {
		return false
	}
	if !t.IsDir(a) {
		i, j := t.Info(a), t.Info(b)
		if i.Type != j.Type || i.Link != j.Link || i.Size != j.Size || i.Sum != j.Sum {
			return false
		}
		return i.Type != image.Regular || i.Size == 0 || i.Sum != 0
	}
	x, y := present(t, a), present(t, b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if t.RawName(x[i]) != t.RawName(y[i]) || !f.same(x[i], y[i]) {
			return false
		}
	}
	return true
}

// present are the entries of a directory without removed ones.
func present(t *image.Tree, dir image.NodeID) []image.NodeID {
	return slices.DeleteFunc(t.Children(dir, image.ByName), func(c image.NodeID) bool { return t.Change(c) == image.Removed })
}

// prints gives each node a number that says what it holds, children before parents:
// 0 for what can have no twin.
func prints(t *image.Tree) []uint64 {
	out := make([]uint64, t.Len())
	seed := maphash.MakeSeed()
	for id := image.NodeID(t.Len()) - 1; id > image.Root; id-- {
		if t.Change(id) == image.Removed {
			continue
		}
		p := out[id] // of a directory, what its entries added up to
		switch i := t.Info(id); {
		case i.Type == image.Regular && i.Sum == 0 && i.Size > 0:
			p = 0
		case i.Type == image.Regular:
			p = mix(i.Sum, uint64(i.Size))
		case i.Type == image.Directory:
			p = mix(p, uint64(i.Type)+1)
		default:
			p = mix(maphash.String(seed, i.Link), uint64(i.Type)+1)
		}
		out[id] = p
		if up := t.Parent(id); p != 0 {
			out[up] += mix(p, maphash.String(seed, t.RawName(id))) // whatever the order
		} else {
			out[up] += mix(uint64(id), maphash.String(seed, t.RawName(id))) // like no other
		}
	}
	return out
}

// mix makes one number of two; it is never 0.
func mix(a, b uint64) uint64 {
	h := (a ^ b*0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>31) * 0x94d049bb133111eb
	return max(h^h>>29, 1)
}

// report lists the groups.
func (f *finder) report() *Report {
	groups := map[image.NodeID][]image.NodeID{}
	for id, to := range f.twin {
		if to != image.None && to != image.NodeID(id) {
			groups[to] = append(groups[to], image.NodeID(id))
		}
	}
	r := &Report{}
	for first, others := range groups {
		g := Group{Size: f.t.Size(first), Files: f.t.Files(first)}
		g.Saves = g.Size * int64(len(others))
		for _, id := range append([]image.NodeID{first}, others...) {
			at := f.narrow(id)
			g.Dir = f.t.IsDir(at)
			g.Members = append(g.Members, Member{Path: f.t.Path(at), Node: at, Layers: f.layers(at)})
		}
		g.Owned = owned(f.t, g)
		r.Saves += g.Saves
		r.Groups = append(r.Groups, g)
	}
	slices.SortFunc(r.Groups, func(a, b Group) int {
		if a.Owned != b.Owned {
			if b.Owned {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Saves, a.Saves), strings.Compare(a.Members[0].Path, b.Members[0].Path), cmp.Compare(a.Members[0].Node, b.Members[0].Node))
	})
	return r
}

// narrow goes down from a directory as long as it has one entry only.
func (f *finder) narrow(id image.NodeID) image.NodeID {
	for f.t.IsDir(id) {
		c := present(f.t, id)
		if len(c) != 1 {
			break
		}
		id = c[0]
	}
	return id
}

// layers are those that wrote the files below a node.
func (f *finder) layers(id image.NodeID) []int {
	var out []int
	for id := range f.t.Walk(id) {
		if f.t.Type(id) != image.Regular || f.t.Change(id) == image.Removed {
			continue
		}
		if l := f.t.Layer(id); !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	slices.Sort(out)
	return out
}
