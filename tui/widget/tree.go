package widget

import "slices"

// TreeSource is a tree of nodes named by numbers of the source's choice. Only
// what is open is ever asked for, and only visible rows are drawn.
type TreeSource interface {
	// Children lists a node's children in the order to show them; Root's are the
	// top rows. Called once each time a node is opened.
	Children(id int) []int
	// Leaf says that a node can have no children.
	Leaf(id int) bool
	// TreeRow draws a node's row in at most width cells.
	TreeRow(row TreeRow, width int, selected, focus bool) string
}

// Root is the node that holds the top rows of a tree.
const Root = -1

// TreeRow is a visible node.
type TreeRow struct {
	ID    int
	Depth int // 0 for the top rows
	Open  bool
	Leaf  bool
}

// Tree is a List over the open part of a TreeSource. Opening and closing cost
// the rows that come and go, not the tree.
type Tree struct {
	List
	rows []TreeRow
	open map[int]bool // also of nodes that are out of sight now
}

// Reset shows a source anew: what was open by id stays open if keep is set, and
// the cursor stays on its node if that is still visible.
func (t *Tree) Reset(src TreeSource, keep bool) {
	if t.open == nil || !keep {
		t.open = map[int]bool{}
	}
	at, had := t.Selected()
	t.rows = t.expand(src, nil, Root, 0)
	if !keep {
		t.Cursor, t.Offset = 0, 0
	} else if i := t.index(at.ID); had && i >= 0 {
		t.Cursor = i
	}
	t.Select(t.Cursor, len(t.rows))
}

func (t *Tree) expand(src TreeSource, rows []TreeRow, id, depth int) []TreeRow {
	for _, c := range src.Children(id) {
		leaf := src.Leaf(c)
		r := TreeRow{ID: c, Depth: depth, Leaf: leaf, Open: !leaf && t.open[c]}
		rows = append(rows, r)
		if r.Open {
			rows = t.expand(src, rows, c, depth+1)
		}
	}
	return rows
}

// Len is the number of visible rows.
func (t *Tree) Len() int { return len(t.rows) }

// Selected is the row under the cursor.
func (t *Tree) Selected() (TreeRow, bool) {
	if t.Cursor < 0 || t.Cursor >= len(t.rows) {
		return TreeRow{ID: Root}, false
	}
	return t.rows[t.Cursor], true
}

// RowAt is the i-th visible row.
func (t *Tree) RowAt(i int) (TreeRow, bool) {
	if i < 0 || i >= len(t.rows) {
		return TreeRow{ID: Root}, false
	}
	return t.rows[i], true
}

// Open opens the node under the cursor, or moves into it when it is open.
func (t *Tree) Open(src TreeSource) {
	r, ok := t.Selected()
	switch {
	case !ok || r.Leaf:
	case r.Open:
		if t.Cursor+1 < len(t.rows) && t.rows[t.Cursor+1].Depth > r.Depth {
			t.Move(1, len(t.rows))
		}
	default:
		t.set(src, t.Cursor, true)
	}
}

// Close closes the node under the cursor, or moves to its parent when it is
// closed already.
func (t *Tree) Close(src TreeSource) {
	r, ok := t.Selected()
	if !ok {
		return
	}
	if r.Open {
		t.set(src, t.Cursor, false)
		return
	}
	for i := t.Cursor - 1; i >= 0; i-- {
		if t.rows[i].Depth < r.Depth {
			t.Select(i, len(t.rows))
			return
		}
	}
}

// Toggle opens the node under the cursor or closes it.
func (t *Tree) Toggle(src TreeSource) {
	if r, ok := t.Selected(); ok && !r.Leaf {
		t.set(src, t.Cursor, !r.Open)
	}
}

// Reveal opens the nodes of path, from the top down, and puts the cursor on its
// last one. It stops where a node is not found.
func (t *Tree) Reveal(src TreeSource, path []int) {
	for i, id := range path {
		at := t.index(id)
		if at < 0 {
			return
		}
		if last := i == len(path)-1; !last && !t.rows[at].Open {
			t.set(src, at, true)
		}
		t.Select(at, len(t.rows))
	}
}

func (t *Tree) set(src TreeSource, i int, open bool) {
	r := &t.rows[i]
	if r.Leaf || r.Open == open {
		return
	}
	r.Open = open
	t.open[r.ID] = open
	if open {
		t.rows = slices.Insert(t.rows, i+1, t.expand(src, nil, r.ID, r.Depth+1)...)
	} else {
		end := i + 1
		for end < len(t.rows) && t.rows[end].Depth > r.Depth {
			end++
		}
		t.rows = slices.Delete(t.rows, i+1, end)
	}
	t.Select(t.Cursor, len(t.rows))
}

func (t *Tree) index(id int) int {
	return slices.IndexFunc(t.rows, func(r TreeRow) bool { return r.ID == id })
}

// Render draws the visible rows: at most Height lines.
func (t *Tree) Render(src TreeSource, width int, focus bool) []string {
	return t.List.Render(treeRows{t, src}, width, focus)
}

// treeRows shows a Tree's rows as a Source.
type treeRows struct {
	t   *Tree
	src TreeSource
}

func (r treeRows) Len() int { return len(r.t.rows) }

func (r treeRows) Row(i, width int, selected, focus bool) string {
	return r.src.TreeRow(r.t.rows[i], width, selected, focus)
}
