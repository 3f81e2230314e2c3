package crossing

import (
	"slices"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// walk is the way from the target back to all that it took something from.
type walk struct {
	g     *model.Graph
	in    Input
	plan  model.Plan
	looks []*look       // by stage; nil where none was given
	moves map[int]*move // of copies and mounts, by index of their edge
}

// look is a stage's image, and what of it is kept.
type look struct {
	*Look
	tree *image.Tree
	kept []bool // by node: it is in the target's image
	// shared are the files whose bytes are kept though not by this name: another name
	// of theirs is.
	shared []bool
}

func newWalk(in Input) *walk {
	w := &walk{g: in.Graph, in: in, plan: in.Graph.PlanFor(in.Target), looks: make([]*look, len(in.Graph.Stages)), moves: map[int]*move{}}
	for _, i := range w.plan.Runs() {
		l := in.Looks[i]
		if l == nil || l.Image == nil {
			continue
		}
		tree := l.Tree
		if tree == nil {
			tree = Stack(l.Image)
		}
		w.looks[i] = &look{Look: l, tree: tree, kept: make([]bool, tree.Len()), shared: make([]bool, tree.Len())}
	}
	return w
}

// Stack is what all layers of an image add up to.
func Stack(im *image.Image) *image.Tree {
	trees := make([]*image.Tree, len(im.Layers))
	for i := range trees {
		trees[i] = im.Layers[i].Tree
	}
	return image.Stack(trees...)
}

// trace marks what is kept: all of the target's image, what it was copied from, what that
// was copied from, and so on. Every edge comes from an earlier stage, so that a stage's
// marks are complete before they are followed.
func (w *walk) trace() {
	for i, e := range w.g.Edges {
		if m, ok := w.moved(e); ok {
			w.moves[i] = m
		}
	}
	if l := w.looks[w.in.Target]; l != nil {
		for id := range image.NodeID(l.tree.Len()) {
			l.kept[id] = l.file(id)
		}
	}
	for _, at := range slices.Backward(w.plan.Runs()) {
		to := w.looks[at]
		if to == nil {
			continue
		}
		for i, e := range w.g.Edges {
			if int(e.To) != at || !w.g.IsStage(e.From) || w.looks[e.From] == nil {
				continue
			}
			from := w.looks[e.From]
			if e.Kind == model.EdgeBase {
				from.below(to, at)
			} else if m := w.moves[i]; m != nil {
				m.follow(from, to)
			}
		}
	}
	for _, l := range w.looks {
		if l != nil {
			l.share()
		}
	}
}

// file says whether a node is something that counts: no directory, and there.
func (l *look) file(id image.NodeID) bool {
	return !l.tree.IsDir(id) && l.tree.Type(id) != image.Whiteout && l.tree.Change(id) != image.Removed
}

// below marks what a stage that is built upon this one keeps unchanged. What that stage
// stores again with the same content is unchanged, unless it was brought from elsewhere.
func (l *look) below(upper *look, stage int) {
	type both struct{ a, b image.NodeID }
	for todo := []both{{image.Root, image.Root}}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for a := range l.tree.Entries(at.a) {
			if l.tree.Change(a) == image.Removed {
				continue
			}
			b, ok := upper.tree.Child(at.b, l.tree.RawName(a))
			switch {
			case !ok || upper.tree.Change(b) == image.Removed:
			case l.tree.IsDir(a):
				if upper.tree.IsDir(b) {
					todo = append(todo, both{a, b})
				}
			case upper.kept[b] && same(l.tree, a, upper.tree, b) && !upper.brought(b, stage):
				l.kept[a] = true
			}
		}
	}
}

// brought says whether a COPY or ADD of the stage itself wrote a file, whatever stored it
// again afterwards.
func (l *look) brought(id image.NodeID, stage int) bool {
	by := l.tree.Layer(id)
	for k := by; k >= 0 && k < len(l.Image.Layers) && l.Image.Layers[k].Origin.Stage == stage; k-- {
		if l.writes(k, l.tree.RawPath(id)) {
			return true
		}
	}
	return false
}

// writes says whether a layer that brings files from elsewhere has one at a path.
func (l *look) writes(layer int, p string) bool {
	t := l.Image.Layers[layer].Tree
	if t == nil || !copies(l, layer) {
		return false
	}
	id, ok := t.Find(p)
	return ok && t.Type(id) != image.Whiteout
}

// share finds the files that are kept by another of their names.
func (l *look) share() {
	for id := range image.NodeID(l.tree.Len()) {
		if !l.kept[id] || l.tree.Type(id) != image.Hardlink {
			continue
		}
		at, ok := id, true
		for hops := 0; ok && hops < maxHops && l.tree.Type(at) == image.Hardlink; hops++ {
			at, ok = l.tree.LinkTarget(at)
		}
		if ok && l.tree.Layer(at) == l.tree.Layer(id) && same(l.tree, id, l.tree, at) {
			l.shared[at] = true
		}
	}
}

// maxHops is how many names of a file are followed to the one that holds it.
const maxHops = 40

// same says whether two entries have the same content: of a link the same target. Without
// checksums two files of one size and time are taken to be the same, as image.Stack does.
func same(a *image.Tree, x image.NodeID, b *image.Tree, y image.NodeID) bool {
	isFile := func(t image.Type) bool { return t == image.Regular || t == image.Hardlink }
	s, t := a.Type(x), b.Type(y)
	switch {
	case isFile(s) && isFile(t):
		i, j := a.Info(x), b.Info(y)
		if i.Sum == 0 || j.Sum == 0 {
			return i.Size == j.Size && i.ModTime == j.ModTime
		}
		return i.Size == j.Size && i.Sum == j.Sum
	case s == image.Symlink && t == image.Symlink:
		return a.RawLink(x) == b.RawLink(y)
	}
	return s == t && !s.IsDir()
}
