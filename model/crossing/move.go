package crossing

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// move is what one copy or mount brought into a layer.
type move struct {
	layer    int         // its index, in the image of the stage that the edge goes to
	tree     *image.Tree // of that layer
	arrivals []arrival
	shown    Amount // of a mount
}

// arrival is a file in a layer, and which file of the source it was; None where that was
// not found.
type arrival struct{ now, was image.NodeID }

// moved finds out what an edge brought. It cannot where the stage that the edge goes to
// was not looked at, and where none of its layers is known to be the instruction's.
func (w *walk) moved(e model.Edge) (*move, bool) {
	if e.Kind == model.EdgeBase || !w.plan.Needs(e.To) || w.looks[e.To] == nil {
		return nil, false
	}
	im := w.looks[e.To].Image
	at := layerOf(im, int(e.To), e.Step)
	if at < 0 || im.Layers[at].Tree == nil || im.Layers[at].Unread {
		return nil, false
	}
	m := &move{layer: at, tree: im.Layers[at].Tree}
	var from *look
	if w.g.IsStage(e.From) {
		from = w.looks[e.From]
	}
	if e.Kind == model.EdgeMount {
		if !w.spoken(e) {
			return nil, false
		}
		if from != nil {
			m.mounted(from, w.mounts(e))
		}
		return m, true
	}
	m.copied(from, w.looks[e.To], w.copyOf(e))
	return m, true
}

// layerOf is the layer that a step of a stage made in the stage's own image, or -1.
func layerOf(im *image.Image, stage, step int) int {
	for i, l := range im.Layers {
		if !l.Origin.Base && l.Origin.Stage == stage && l.Origin.Step == step {
			return i
		}
	}
	return -1
}

// follow marks in the source what of the arrivals is kept.
func (m *move) follow(from, to *look) {
	for _, a := range m.arrivals {
		if a.was != image.None && m.keeps(to, a.now) {
			from.kept[a.was] = true
		}
	}
}

// keeps says whether a file of the layer is what is kept at its path: as the layer has it,
// or as a later RUN stored it again with the same content, to change its mode for example.
func (m *move) keeps(to *look, now image.NodeID) bool {
	id, ok := to.tree.Find(m.tree.RawPath(now))
	if !ok || !to.kept[id] || !same(m.tree, now, to.tree, id) {
		return false
	}
	for k := m.layer + 1; k <= to.tree.Layer(id) && k < len(to.Image.Layers); k++ {
		if to.writes(k, m.tree.RawPath(now)) {
			return false // it was brought once more, from elsewhere
		}
	}
	return true
}

// copies says whether a layer was made by something that brings files from elsewhere.
func copies(l *look, layer int) bool {
	command, _, ok := cutCommand(l.Image.Layers[layer].CreatedBy)
	return ok && (command == "COPY" || command == "ADD")
}

// amount is what the arrivals are together, of those that pass.
func (m *move) amount(pass func(arrival) bool) Amount {
	var a Amount
	for _, x := range m.arrivals {
		if pass(x) {
			a = a.Add(Amount{1, m.tree.Size(x.now)})
		}
	}
	return a
}
