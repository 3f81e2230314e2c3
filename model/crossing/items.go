package crossing

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// gather adds up files, to tell where most of them lie.
type gather struct{ sums []Amount } // by node; nil until there is something

func (g *gather) add(t *image.Tree, id image.NodeID, n Amount) {
	if n == (Amount{}) {
		return
	}
	if g.sums == nil {
		g.sums = make([]Amount, t.Len())
	}
	g.sums[id] = g.sums[id].Add(n)
}

// items are the places in which most of it lies: what is right below the root, or deeper
// as long as nearly all of that lies in one place.
func (g *gather) items(t *image.Tree) []Item {
	if g.sums == nil {
		return []Item{}
	}
	for id := image.NodeID(t.Len() - 1); id > image.Root; id-- { // children come after their parents
		up := t.Parent(id)
		g.sums[up] = g.sums[up].Add(g.sums[id])
	}
	var out []Item
	for id := range t.Entries(image.Root) {
		if g.sums[id] == (Amount{}) {
			continue
		}
		for at := image.None; at != id; {
			at = id
			for c := range t.Entries(at) {
				if g.sums[c].Of(g.sums[at]) >= nearly {
					id = c
				}
			}
		}
		out = append(out, Item{Path: t.Path(id), Amount: g.sums[id]})
	}
	return largest(out)
}

// largest are the first few items, the largest first, without those that hold nothing
// where others do.
func largest(items []Item) []Item {
	slices.SortStableFunc(items, larger)
	if len(items) > 0 && items[0].Amount.Bytes > 0 {
		items = slices.DeleteFunc(items, func(i Item) bool { return i.Amount.Bytes == 0 })
	}
	return items[:min(most, len(items))]
}

// nearly is the part of a directory that must lie in one place of it for that to be told
// of instead.
const nearly = 0.9

func larger(a, b Item) int {
	return cmp.Or(cmp.Compare(b.Amount.Bytes, a.Amount.Bytes), cmp.Compare(b.Amount.Files, a.Amount.Files), strings.Compare(a.Path, b.Path), strings.Compare(a.Title, b.Title))
}
