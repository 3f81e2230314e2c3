package files

import (
	"cmp"
	"slices"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/pane/bits"
)

// row is a visible node of the tree.
type row struct {
	id    image.NodeID
	depth int16
	open  bool
}

// rows are the visible part of a look as a tree. Opening and closing cost the rows
// that come and go, not the tree.
type rows struct {
	look *look
	by   order
	list []row
	open bits.Set // also directories that are out of sight
}

// expand appends what is visible below a directory.
func (r *rows) expand(to []row, dir image.NodeID, depth int16) []row {
	for _, id := range r.children(dir) {
		open := r.open.Has(int(id)) && !r.look.leaf(id)
		to = append(to, row{id, depth, open})
		if open {
			to = r.expand(to, id, depth+1)
		}
	}
	return to
}

// children are a directory's entries that are shown, in order.
func (r *rows) children(dir image.NodeID) []image.NodeID {
	all := r.look.tree.Children(dir, image.ByName)
	out := all[:0]
	for _, id := range all {
		if r.look.has(id) {
			out = append(out, id)
		}
	}
	if r.by != byName {
		slices.SortFunc(out, func(a, b image.NodeID) int {
			return cmp.Or(cmp.Compare(r.look.size(b), r.look.size(a)), cmp.Compare(a, b))
		})
	}
	return out
}

// cost is how many entries have to be gone through to open a directory, at most
// limit.
func (r *rows) cost(dir image.NodeID, limit int) int {
	t := r.look.tree
	n := t.ChildCount(dir)
	if n >= limit {
		return limit
	}
	for _, c := range t.Children(dir, image.ByName) {
		if r.open.Has(int(c)) && n < limit {
			n += r.cost(c, limit-n)
		}
	}
	return min(n, limit)
}

// toggle opens or closes the directory at row i.
func (r *rows) toggle(i int) {
	at := &r.list[i]
	if at.open {
		r.open.Drop(int(at.id))
		at.open = false
		end := i + 1
		for end < len(r.list) && r.list[end].depth > at.depth {
			end++
		}
		r.list = slices.Delete(r.list, i+1, end)
		return
	}
	if r.look.leaf(at.id) {
		return
	}
	r.open.Add(int(at.id))
	at.open = true
	r.list = slices.Insert(r.list, i+1, r.expand(nil, at.id, at.depth+1)...)
}

// uncover opens what lies above a node.
func (r *rows) uncover(id image.NodeID) {
	for up := r.look.tree.Parent(id); up > image.Root; up = r.look.tree.Parent(up) {
		r.open.Add(int(up))
	}
}

// openAll opens every directory that is shown, from the top, as long as no more
// than limit rows are visible; 0 for no limit.
func (r *rows) openAll(limit int) {
	l, t, visible := r.look, r.look.tree, 0
	for first := 1; first < t.Len(); {
		dir := t.Parent(image.NodeID(first)) // siblings lie side by side, breadth first
		end, some := first, 0
		for ; end < t.Len() && t.Parent(image.NodeID(end)) == dir; end++ {
			if l.has(image.NodeID(end)) {
				some++
			}
		}
		first = end
		if dir == image.Root {
			visible = some
			continue
		}
		if up := t.Parent(dir); some == 0 || up != image.Root && !r.open.Has(int(up)) {
			continue
		}
		if visible += some; limit > 0 && visible > limit {
			return
		}
		r.open.Add(int(dir))
	}
}

// openLonely opens the directories from the top that are alone where they are: a
// layer's files often lie far down one path.
func (r *rows) openLonely() {
	for dir := image.Root; ; {
		kids := r.children(dir)
		if len(kids) != 1 || r.look.leaf(kids[0]) {
			return
		}
		dir = kids[0]
		r.open.Add(int(dir))
	}
}

// opened are the paths of directories that are open, at most limit.
func (r *rows) opened(limit int) []string {
	var out []string
	for _, x := range r.list {
		if len(out) == limit {
			break
		}
		if x.open {
			out = append(out, r.look.tree.RawPath(x.id))
		}
	}
	return out
}
