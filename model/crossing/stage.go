package crossing

import (
	"slices"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// stage tells of one stage.
func (w *walk) stage(index int) Stage {
	s := w.g.Stages[index]
	out := Stage{Kinds: []Portion{}, Includes: []Item{}, Index: index, Name: s.Label(), Line: s.Line, From: s.Base, Ships: slices.Contains(w.g.Lineage(w.in.Target), index)}
	for _, e := range w.g.Into(model.NodeID(index)) {
		if e.Kind == model.EdgeBase {
			out.From = w.g.Label(e.From)
		}
	}
	l := w.looks[index]
	if l == nil {
		return out
	}
	out.Known = true
	c := l.claims()
	var kinds [6]Portion
	var kept, base, rest gather
	found := make([]Amount, len(l.Findings)) // what was discarded of each
	for id := range image.NodeID(l.tree.Len()) {
		if !l.file(id) {
			continue
		}
		files, bytes := l.of(id)
		all := files.Add(bytes)
		out.Total = out.Total.Add(all)
		if l.inherited(id, index) {
			out.Inherited = out.Inherited.Add(all)
		}
		var gone Amount
		if l.kept[id] {
			out.Kept = out.Kept.Add(files)
		} else {
			gone = gone.Add(files)
		}
		if l.kept[id] || l.shared[id] {
			out.Kept = out.Kept.Add(bytes)
		} else {
			gone = gone.Add(bytes)
		}
		kept.add(l.tree, id, all.Sub(gone))
		if gone == (Amount{}) {
			continue
		}
		out.Discarded = out.Discarded.Add(gone)
		kind := intermediate
		switch f := c[id]; {
		case f > 0:
			kind, _ = kindOf(l.Findings[f-1].Category)
			found[f-1] = found[f-1].Add(gone)
		case l.base(id):
			kind = baseSystem
			base.add(l.tree, id, gone)
		default:
			rest.add(l.tree, id, gone)
		}
		kinds[kind].Amount = kinds[kind].Amount.Add(gone)
	}
	for i, n := range found {
		if n == (Amount{}) {
			continue
		}
		f := l.Findings[i]
		k, _ := kindOf(f.Category)
		kinds[k].Items = append(kinds[k].Items, Item{Path: f.Path, Title: f.Title, Amount: n})
	}
	kinds[baseSystem].Items, kinds[intermediate].Items = base.items(l.tree), rest.items(l.tree)
	for i, p := range kinds {
		if p.Amount == (Amount{}) {
			continue
		}
		p.Kind = Kinds()[i]
		p.Items = largest(p.Items)
		out.Kinds = append(out.Kinds, p)
	}
	out.Includes = kept.items(l.tree)
	return out
}

// of is what a file counts: itself, and its bytes.
func (l *look) of(id image.NodeID) (files, bytes Amount) {
	return Amount{Files: 1}, Amount{Bytes: l.tree.Size(id)}
}

func total(t *image.Tree) Amount { return Amount{t.Files(image.Root), t.Size(image.Root)} }

// origin is where the layer came from that wrote a file.
func (l *look) origin(id image.NodeID) image.Origin {
	if k := l.tree.Layer(id); k < len(l.Image.Layers) {
		return l.Image.Layers[k].Origin
	}
	return image.Unknown
}

func (l *look) base(id image.NodeID) bool { return l.origin(id).Base }

// inherited says whether something below the stage itself brought a file.
func (l *look) inherited(id image.NodeID, stage int) bool {
	o := l.origin(id)
	return o.Base || o.Stage >= 0 && o.Stage != stage
}

// claims says of every node which finding it belongs to: its place in Findings from 1, 0
// for none. What two of them claim belongs to the one that claims the smaller directory;
// of what both name, to the first kind.
func (l *look) claims() []int32 {
	claim := make([]int32, l.tree.Len())
	for i, f := range l.Findings {
		kind, ok := kindOf(f.Category)
		if !ok {
			continue
		}
		for _, p := range f.Holds {
			id, ok := l.tree.Find(p)
			if !ok || id == image.Root || l.tree.Change(id) == image.Removed {
				continue
			}
			if was := claim[id]; was > 0 {
				if k, _ := kindOf(l.Findings[was-1].Category); k <= kind {
					continue
				}
			}
			claim[id] = int32(i + 1)
		}
	}
	for id := image.Root + 1; int(id) < len(claim); id++ { // parents come before what they hold
		if claim[id] == 0 {
			claim[id] = claim[l.tree.Parent(id)]
		}
	}
	return claim
}
