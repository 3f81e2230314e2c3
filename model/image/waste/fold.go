package waste

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// cause is what the items that become one have in common.
type cause struct {
	layer, by int
	why       image.Cause
	below     string // raw path of the directory that they are not folded beyond
}

// fold makes one item of those that one layer stores, and one other makes useless in
// one way, below one directory: a chmod of a large directory is one cause, also when
// it left a few files in it alone.
func (r *Report) fold(trees []*image.Tree) {
	groups := map[cause][]Item{}
	var order []cause
	for _, it := range r.Items {
		k := cause{it.Layer, it.By, it.Cause, division(trees[it.Layer], it)}
		if _, ok := groups[k]; !ok {
			order = append(order, k)
		}
		groups[k] = append(groups[k], it)
	}
	r.Items = r.Items[:0]
	for _, k := range order {
		if g := groups[k]; len(g) == 1 {
			r.Items = append(r.Items, g[0])
		} else {
			r.Items = append(r.Items, folded(trees[k.layer], g))
		}
	}
}

// folded is one item of several.
func folded(t *image.Tree, items []Item) Item {
	out := items[0]
	out.Files, out.Bytes, out.Meta = 0, 0, 0
	for _, it := range items {
		out.Files, out.Bytes, out.Meta = out.Files+it.Files, out.Bytes+it.Bytes, out.Meta|it.Meta
		out.Parts = append(out.Parts, Part{Path: it.Path, Dir: it.Dir, Files: it.Files, Bytes: it.Bytes})
		out.Node = common(t, out.Node, it.Node)
	}
	out.Path, out.Dir = t.Path(out.Node), t.IsDir(out.Node)
	slices.SortStableFunc(out.Parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), strings.Compare(a.Path, b.Path))
	})
	return out
}

// common is the lowest directory that two nodes lie in; a node's parent has a smaller
// number than the node.
func common(t *image.Tree, a, b image.NodeID) image.NodeID {
	for a != b {
		if a > b {
			a = t.Parent(a)
		} else {
			b = t.Parent(b)
		}
	}
	return a
}

// division is the directory below which an item is folded with others: the first on
// its path, or the second where the first holds everything (usr/lib, var/cache). What
// lies in none of these, and what was moved, stays by itself.
func division(t *image.Tree, it Item) string {
	p := t.RawPath(it.Node)
	parts := strings.SplitN(strings.Trim(p, "/"), "/", 4)
	n := 1
	switch parts[0] {
	case "usr", "var", "opt", "home", "mnt", "run":
		n = 2
	}
	if len(parts) <= n || it.Moved != "" {
		return "=" + p
	}
	return strings.Join(parts[:n], "/")
}
