package files

import (
	"cmp"
	"slices"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/pane/bits"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
)

// look is what a view lets through of the files. It keeps no second tree.
type look struct {
	files *compare.Files
	shown bits.Set // nil: all
	inner bits.Set // directories that something is shown below
	count int      // rows that are shown, the root left out
	hits  []hit    // of a list
}

// hit is a row of a list.
type hit struct {
	id    compare.ID
	score int32
}

// patience is how many rows are gone through before looking whether anybody still
// wants the answer.
const patience = 1 << 14

// newLook goes through the files once for what is shown and once for what lies above
// it; nil when stop said so.
func newLook(f *compare.Files, v view, p pattern.Pattern, stop func() bool) *look {
	l := &look{files: f, inner: bits.New(f.Len())}
	if !v.all || v.kinds != 0 || !p.Empty() || v.flat() {
		l.shown = bits.New(f.Len())
		if !l.choose(v, &p, stop) {
			return nil
		}
	}
	for id := compare.ID(f.Len() - 1); id > compare.Root; id-- { // a row's number is greater than its directory's
		if id%patience == 0 && stop() {
			return nil
		}
		if !l.has(id) {
			continue
		}
		l.count++
		up := f.Parent(id)
		l.inner.Add(int(up))
		if l.shown != nil {
			l.shown.Add(int(up))
		}
	}
	return l
}

// choose finds the rows that a view means.
func (l *look) choose(v view, p *pattern.Pattern, stop func() bool) bool {
	f, flat := l.files, v.flat()
	var path []byte
	prefix, parent := 0, compare.None
	for id := compare.ID(1); int(id) < f.Len(); id++ {
		if id%patience == 0 && stop() {
			return false
		}
		if !v.wants(f, id) {
			continue
		}
		score := 0
		if !p.Empty() {
			if up := f.Parent(id); up != parent { // siblings lie side by side
				parent = up
				path = append(path[:0], f.Path(up)...)
				if up != compare.Root {
					path = append(path, '/')
				}
				prefix = len(path)
			}
			path = append(path[:prefix], f.Name(id)...)
			s, ok := p.Match(path)
			if !ok {
				continue
			}
			score = s
		}
		l.shown.Add(int(id))
		if flat && (!p.Empty() || v.lists(f, id)) {
			l.hits = append(l.hits, hit{id, int32(score)})
		}
	}
	return true
}

// has says whether a row is shown.
func (l *look) has(id compare.ID) bool { return l.shown == nil || l.shown.Has(int(id)) }

// leaf says whether nothing is shown below a row.
func (l *look) leaf(id compare.ID) bool { return !l.inner.Has(int(id)) }

// children are a directory's rows that are shown, in order.
func (l *look) children(dir compare.ID, by order) []compare.ID {
	first, end := l.files.Entries(dir)
	out := make([]compare.ID, 0, end-first)
	for id := first; id < end; id++ {
		if l.has(id) {
			out = append(out, id)
		}
	}
	l.files.Sort(out, by.of())
	return out
}

// list puts the hits in order.
func (l *look) list(by order) []compare.ID {
	if by == best { // among equals the shorter name, then as they lie
		slices.SortFunc(l.hits, func(a, b hit) int {
			if a.score != b.score {
				return cmp.Compare(b.score, a.score)
			}
			return cmp.Or(cmp.Compare(len(l.files.Name(a.id)), len(l.files.Name(b.id))), cmp.Compare(a.id, b.id))
		})
	}
	out := make([]compare.ID, len(l.hits))
	for i, h := range l.hits {
		out[i] = h.id
	}
	l.hits = nil
	switch by {
	case byDifference, bySize:
		l.files.Sort(out, by.of())
	case byName:
		return l.byPath(out)
	}
	return out
}

// byPath puts rows in the order of the tree.
func (l *look) byPath(rows []compare.ID) []compare.ID {
	wanted := bits.New(l.files.Len())
	for _, id := range rows {
		wanted.Add(int(id))
	}
	out := rows[:0]
	todo := []compare.ID{compare.Root}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if wanted.Has(int(id)) {
			out = append(out, id)
		}
		first, end := l.files.Entries(id)
		for c := end - 1; c >= first; c-- {
			todo = append(todo, c)
		}
	}
	return out
}
