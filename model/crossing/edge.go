package crossing

import (
	"cmp"
	"slices"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// most is how many files or places are named of a kind of thing.
const most = 5

// edge tells of one edge of the graph; ok is false when the target does not need it.
func (w *walk) edge(index int) (Edge, bool) {
	e := w.g.Edges[index]
	if !w.plan.Needs(e.To) {
		return Edge{}, false
	}
	s := w.g.Stages[e.To]
	out := Edge{
		Index: index, Kind: e.Kind, From: w.g.Label(e.From), To: s.Label(), Stage: -1, Line: e.Line,
		Text: w.g.Short(s.Steps[e.Step]), Paths: e.Paths,
	}
	if w.g.IsStage(e.From) {
		out.Stage = int(e.From)
		if from := w.looks[e.From]; from != nil {
			out.Source = total(from.tree)
		}
	}
	to := w.looks[e.To]
	if to == nil {
		return out, true
	}
	if e.Kind == model.EdgeBase {
		out.Known = true
		for id := range image.NodeID(to.tree.Len()) {
			if to.file(id) && to.inherited(id, int(e.To)) {
				files, bytes := to.of(id)
				out.Carried = out.Carried.Add(files).Add(bytes)
				if to.base(id) {
					out.FromBase = out.FromBase.Add(files).Add(bytes)
				}
				if to.kept[id] {
					out.Kept = out.Kept.Add(files)
				}
				if to.kept[id] || to.shared[id] {
					out.Kept = out.Kept.Add(bytes)
				}
			}
		}
		return out, true
	}
	m := w.moves[index]
	if m == nil {
		return out, true
	}
	out.Known, out.Shown = true, m.shown
	out.Carried = m.amount(func(arrival) bool { return true })
	out.Kept = m.amount(func(a arrival) bool { return m.keeps(to, a.now) })
	out.Untraced = m.amount(func(a arrival) bool { return a.was == image.None })
	out.FromBase = m.amount(func(a arrival) bool { return a.was != image.None && w.looks[e.From].base(a.was) })
	slices.SortStableFunc(m.arrivals, func(a, b arrival) int { return cmp.Compare(m.tree.Size(b.now), m.tree.Size(a.now)) })
	for _, a := range m.arrivals[:min(most, len(m.arrivals))] {
		f := File{Path: m.tree.Path(a.now), Bytes: m.tree.Size(a.now)}
		if a.was != image.None {
			f.From = w.looks[e.From].tree.Path(a.was)
		}
		out.Largest = append(out.Largest, f)
	}
	return out, true
}
