package crossing

import (
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// copyOf is what the COPY of an edge takes and where it puts it; nil when its words can't
// be read. A destination that hangs on the base image's working directory is made whole.
func (w *walk) copyOf(e model.Edge) *model.Copy {
	s := w.g.Stages[e.To].Steps[e.Step]
	if s.Copy == nil {
		return nil
	}
	c := *s.Copy
	if c.Dest == "" && c.Below != "" {
		c.Dest = path.Join("/", w.workdir(int(e.To)), c.Below)
	}
	return &c
}

// workdir is the working directory that a stage's base image gives it. The image tells
// it as long as no stage on that base has a WORKDIR; else it is the root, and what is
// copied below something else is not traced.
func (w *walk) workdir(stage int) string {
	for _, at := range w.g.Lineage(stage) {
		for _, s := range w.g.Stages[at].Steps {
			if s.Command == "WORKDIR" {
				return "/"
			}
		}
	}
	return w.looks[stage].Image.Config.WorkingDir
}

// copied finds out what a COPY's files were. All files of the layer have arrived; what
// each was follows from the instruction, the last of its sources first, as a later one
// overwrites what an earlier one brought. from is nil where the source was not looked at.
//
// The rules are BuildKit's (0.33.1, dockerfile2llb.dispatchCopy; fsutil/copy): links in
// a source are followed, of a directory the content is copied, a file goes into a
// destination that is a directory, --parents keeps the way from the root, or from "/./".
// What --exclude leaves out is not in the layer, so that it needs no looking at.
func (m *move) copied(from, to *look, c *model.Copy) {
	was := make([]image.NodeID, m.tree.Len())
	for i := range was {
		was[i] = image.None
	}
	if from != nil && c != nil {
		p := pairing{from.tree, m.tree, was}
		for _, source := range slices.Backward(c.Sources) {
			p.source(source, c, m.real(to, c.Dest))
		}
	}
	for id := range image.NodeID(m.tree.Len()) {
		if !m.tree.IsDir(id) && m.tree.Type(id) != image.Whiteout {
			m.arrivals = append(m.arrivals, arrival{id, was[id]})
		}
	}
}

// real is a destination with the links followed that lead there: a layer holds what was
// written where it came to lie.
func (m *move) real(to *look, dest string) string {
	dest = path.Clean("/" + dest)
	rest := ""
	for at := dest; ; at = path.Dir(at) {
		if id, ok := to.tree.Follow(at); ok {
			return path.Join(to.tree.RawPath(id), rest)
		}
		if at == "/" {
			return dest
		}
		rest = path.Join(path.Base(at), rest)
	}
}

// pairing matches files of a source with those of a layer.
type pairing struct {
	from, to *image.Tree
	was      []image.NodeID // by node of to
}

// source pairs what one word of a COPY means.
func (p pairing) source(word string, c *model.Copy, dest string) {
	if c.Parents {
		root := "/"
		if pivot, _, ok := strings.Cut(word, "/./"); ok {
			root = pivot
		}
		a, ok := p.from.Follow(path.Clean("/" + root))
		b, there := p.to.Find(dest)
		if ok && there {
			p.pair(a, b)
		}
		return
	}
	b, there := p.to.Find(dest)
	for _, at := range slices.Backward(matches(p.from, word)) {
		a, ok := p.from.Follow(at)
		if !ok || !there {
			continue
		}
		if !p.from.IsDir(a) && p.to.IsDir(b) { // it goes into a directory
			if into, ok := p.to.Child(b, path.Base(at)); ok {
				p.pair(a, into)
			}
			continue
		}
		p.pair(a, b)
	}
}

// pair matches two entries, and of directories all that both have.
func (p pairing) pair(a, b image.NodeID) {
	type both struct{ a, b image.NodeID }
	for todo := []both{{a, b}}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		switch {
		case p.from.Change(at.a) == image.Removed:
		case !p.from.IsDir(at.a):
			if p.was[at.b] == image.None && same(p.from, at.a, p.to, at.b) {
				p.was[at.b] = at.a
			}
		case p.to.IsDir(at.b):
			for b := range p.to.Entries(at.b) {
				if a, ok := p.from.Child(at.a, p.to.RawName(b)); ok {
					todo = append(todo, both{a, b})
				}
			}
		}
	}
}

// matches are the paths that a word of a COPY means in a file system: the word itself, or
// what its wildcards match, in the order in which BuildKit copies it.
func matches(t *image.Tree, word string) []string {
	clean := path.Clean("/" + word)
	parts := strings.Split(strings.TrimPrefix(clean, "/"), "/")
	first := slices.IndexFunc(parts, func(s string) bool { return strings.ContainsAny(s, `*?[\`) })
	if first < 0 {
		return []string{clean}
	}
	root, ok := t.Follow("/" + strings.Join(parts[:first], "/"))
	if !ok {
		return nil
	}
	at := []image.NodeID{root}
	for _, part := range parts[first:] {
		var next []image.NodeID
		for _, dir := range at {
			if !t.IsDir(dir) {
				continue
			}
			for id := range t.Entries(dir) {
				if ok, err := path.Match(part, t.RawName(id)); err == nil && ok && t.Change(id) != image.Removed {
					next = append(next, id)
				}
			}
		}
		at = next
	}
	out := make([]string, len(at))
	for i, id := range at {
		out[i] = t.RawPath(id)
	}
	slices.SortFunc(out, func(a, b string) int { // as a walk comes by
		return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
	})
	return out
}

// cutCommand takes the first word off what made a layer.
func cutCommand(createdBy string) (command, rest string, ok bool) {
	return strings.Cut(strings.TrimSpace(createdBy), " ")
}
