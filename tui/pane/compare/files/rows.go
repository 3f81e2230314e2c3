package files

import (
	"slices"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/pane/bits"
)

// row is a visible row of the tree.
type row struct {
	id    compare.ID
	depth int16
	open  bool
}

// rows are the visible part of a look as a tree. Opening and closing cost the rows that
// come and go, not the tree.
type rows struct {
	look *look
	by   order
	list []row
	open bits.Set // also directories that are out of sight
}

// expand appends what is visible below a directory.
func (r *rows) expand(to []row, dir compare.ID, depth int16) []row {
	for _, id := range r.look.children(dir, r.by) {
		open := r.open.Has(int(id)) && !r.look.leaf(id)
		to = append(to, row{id, depth, open})
		if open {
			to = r.expand(to, id, depth+1)
		}
	}
	return to
}

// cost is how many rows have to be gone through to open a directory, at most limit.
func (r *rows) cost(dir compare.ID, limit int) int {
	first, end := r.look.files.Entries(dir)
	n := int(end - first)
	for c := first; c < end && n < limit; c++ {
		if r.open.Has(int(c)) {
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

// uncover opens what lies above a row.
func (r *rows) uncover(id compare.ID) {
	for up := r.look.files.Parent(id); up > compare.Root; up = r.look.files.Parent(up) {
		r.open.Add(int(up))
	}
}

// openAll opens every directory that is shown, from the top, as long as no more than
// limit rows are visible then; 0 for no limit.
func (r *rows) openAll(limit int) {
	l, f, visible := r.look, r.look.files, 0
	for dir := range compare.ID(f.Len()) {
		if l.leaf(dir) || dir > compare.Root && !r.reached(dir) {
			continue
		}
		more := 0
		for c, end := f.Entries(dir); c < end; c++ {
			if l.has(c) {
				more++
			}
		}
		if limit > 0 && dir > compare.Root && visible+more > limit {
			continue
		}
		if visible += more; dir > compare.Root {
			r.open.Add(int(dir))
		}
	}
}

// reached says whether the directory that a row lies in is open.
func (r *rows) reached(id compare.ID) bool {
	up := r.look.files.Parent(id)
	return up == compare.Root || r.open.Has(int(up))
}
