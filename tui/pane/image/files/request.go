package files

import (
	"cmp"
	"runtime/debug"
	"slices"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/pane/bits"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
)

// request is a question about files. It holds all that the answer depends on, so
// that it can be worked out beside the program.
type request struct {
	gen     int64
	image   *image.Image
	scope   Scope
	view    view
	pattern pattern.Pattern
	tree    *image.Tree // of the scope, where it is there already
	open    bits.Set    // of tree
	height  int         // rows that are visible

	keepOpen []string // directories that were open before
	asWas    bool     // no others shall be
	at       string   // path under the cursor, to stay on it
	atID     image.NodeID
	want     string // path to go to, "" for none: whatever the view has to become
	unfold   bool   // every directory shall be open
	fresh    bool   // what is open is not what the user opened
	uncover  bool   // open what at lies in
}

// answer is what is on the screen.
type answer struct {
	request
	stopped bool   // nobody wanted it any more
	lost    string // the path to go to, when it is not there
	look    *look
	rows    *rows  // of a tree
	flat    []hit  // of a list
	cursor  int    // -1: as it was
	counts  counts // what the scope did, whatever of it is shown
}

type counts struct{ files, bytes int64 }

// cost is how many nodes an answer goes through.
func (r request) cost() int {
	if r.tree != nil {
		return r.tree.Len()
	}
	n := 0
	for _, l := range r.image.Layers[:r.scope.To+1] {
		if l.Tree != nil {
			n += l.Tree.Len()
		}
	}
	return n
}

// run works the answer out; stop says that nobody wants it any more.
func (r request) run(stop func() bool) answer {
	a := answer{request: r, cursor: -1}
	if a.tree == nil {
		huge := r.cost() > shelfNodes
		if huge {
			debug.FreeOSMemory() // of the tree before
		}
		if a.tree, a.open = treeOf(r.image, r.scope), nil; huge {
			debug.FreeOSMemory() // what laying layers takes is as large as what comes of it
		}
	}
	if a.want != "" {
		a.admit()
	}
	a.look = newLook(a.tree, a.view, a.pattern, stop)
	if a.look == nil {
		a.stopped = true
		return a
	}
	a.counts = counts{int64(a.look.fileCount(image.Root)), a.look.size(image.Root)}
	if a.view.flat() {
		a.sortHits()
	} else {
		a.layOut()
	}
	a.place()
	return a
}

// treeOf is the tree of a scope: what lies in the image after its layers, and what
// they did.
func treeOf(im *image.Image, s Scope) *image.Tree {
	if !s.Single() {
		return im.Range(s.From, s.To)
	}
	layers := make([]*image.Tree, s.To+1)
	for i := range layers {
		layers[i] = im.Layers[i].Tree
	}
	return image.Stack(layers...)
}

// admit makes the view one that shows the path to go to, if it is there.
func (a *answer) admit() {
	id, ok := a.tree.Find(a.want)
	if !ok {
		a.lost, a.want = sanitize.Text(a.want), ""
		return
	}
	a.view.list, a.view.kinds = false, 0
	a.view.text, a.pattern = "", pattern.Pattern{}
	if !a.view.all && a.tree.Change(id) == image.Unchanged {
		a.view.all = true
	}
}

// sortHits puts a list in order.
func (a *answer) sortHits() {
	l, t := a.look, a.tree
	switch a.view.sorted() {
	case best: // among equals the shorter name, then as they lie
		slices.SortFunc(l.hits, func(x, y hit) int {
			if x.score != y.score {
				return cmp.Compare(y.score, x.score)
			}
			return cmp.Or(cmp.Compare(len(t.Name(x.id)), len(t.Name(y.id))), cmp.Compare(x.id, y.id))
		})
	case bySize:
		slices.SortFunc(l.hits, func(x, y hit) int {
			return cmp.Or(cmp.Compare(l.size(y.id), l.size(x.id)), cmp.Compare(x.id, y.id))
		})
	case byName:
		a.sortByPath()
	}
	a.flat, l.hits = l.hits, nil
}

// sortByPath puts a list in the order of the tree's rows by name.
func (a *answer) sortByPath() {
	wanted := bits.New(a.tree.Len())
	for _, h := range a.look.hits {
		wanted.Add(int(h.id))
	}
	out := a.look.hits[:0]
	for id := range a.tree.Walk(image.Root) {
		if wanted.Has(int(id)) {
			out = append(out, hit{id: id})
		}
	}
	a.look.hits = out
}

// filterRows bounds how much a filter opens by itself.
const filterRows = 500

// layOut says what is open, and makes the rows.
func (a *answer) layOut() {
	r := &rows{look: a.look, by: a.view.sorted(), open: a.open}
	if r.open == nil || a.fresh {
		r.open = bits.New(a.tree.Len())
		for _, path := range a.keepOpen {
			if id, ok := a.tree.Find(path); ok && a.tree.IsDir(id) {
				r.open.Add(int(id))
				r.uncover(id)
			}
		}
		switch {
		case a.unfold || a.asWas:
		case a.view.text != "":
			r.openAll(filterRows)
		case a.look.count <= a.height:
			r.openAll(0) // few enough to show at once
		default:
			r.openLonely()
		}
	}
	if a.unfold {
		r.openAll(0)
	}
	if path := a.target(); path != "" && (a.want != "" || a.uncover) {
		if id, ok := a.tree.Find(path); ok && a.look.has(id) {
			r.uncover(id)
		}
	}
	r.list = r.expand(nil, image.Root, 0)
	a.rows, a.open = r, r.open
}

// target is the path that the cursor shall be on; "" for the first row. A filter
// that is typed puts it on what matches best.
func (a *answer) target() string {
	if a.want != "" || a.view.text != "" {
		return a.want
	}
	return a.at
}

// place finds where the cursor stays.
func (a *answer) place() {
	path := a.target()
	if path == "" {
		return
	}
	id, ok := a.tree.Find(path)
	if !ok {
		return
	}
	a.cursor = a.index(id)
	for ; a.rows != nil && a.cursor < 0 && id > image.Root; id = a.tree.Parent(id) {
		a.cursor = a.index(id) // or what it lies in
	}
}

// index is the row of a node, or -1.
func (a *answer) index(id image.NodeID) int {
	if a.rows != nil {
		return slices.IndexFunc(a.rows.list, func(r row) bool { return r.id == id })
	}
	return slices.IndexFunc(a.flat, func(h hit) bool { return h.id == id })
}
