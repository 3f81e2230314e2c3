package files

import (
	"slices"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/pane/bits"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
)

// request is a question about files. It holds all that the answer depends on, so that
// it can be worked out beside the program.
type request struct {
	gen     int64
	files   *compare.Files
	view    view
	pattern pattern.Pattern
	open    bits.Set
	height  int // rows that are visible

	at     compare.ID // under the cursor, to stay on it; None for nowhere
	reveal bool       // whatever at lies in shall be open
	unfold bool       // every directory shall be open
	fresh  bool       // what is open is not what the user opened
}

// answer is what is on the screen.
type answer struct {
	request
	look   *look
	rows   *rows        // of a tree
	flat   []compare.ID // of a list
	cursor int          // -1: as it was
}

// run works the answer out; stop says that nobody wants it any more.
func (r request) run(stop func() bool) answer {
	a := answer{request: r, cursor: -1}
	if a.look = newLook(a.files, a.view, a.pattern, stop); a.look == nil {
		return a
	}
	if a.view.flat() {
		a.flat = a.look.list(a.view.sorted())
	} else {
		a.layOut()
	}
	a.place()
	return a
}

// filterRows bounds how much a filter opens by itself.
const filterRows = 500

// layOut says what is open, and makes the rows.
func (a *answer) layOut() {
	r := &rows{look: a.look, by: a.view.sorted(), open: a.open}
	if r.open == nil {
		r.open = bits.New(a.files.Len())
	}
	switch {
	case a.unfold:
		r.openAll(0)
	case !a.fresh:
	case a.view.text != "":
		r.openAll(filterRows)
	default:
		r.openAll(max(1, a.height)) // what fits
	}
	if a.reveal && a.at > compare.Root && a.look.has(a.at) {
		r.uncover(a.at)
	}
	r.list = r.expand(nil, compare.Root, 0)
	a.rows, a.open = r, r.open
}

// place finds where the cursor stays: on its row, or on what that lies in.
func (a *answer) place() {
	for id := a.at; id > compare.Root && a.cursor < 0; id = a.files.Parent(id) {
		if a.cursor = a.index(id); a.rows == nil {
			return
		}
	}
}

// index is the place of a row on the screen, or -1.
func (a *answer) index(id compare.ID) int {
	if a.rows != nil {
		return slices.IndexFunc(a.rows.list, func(r row) bool { return r.id == id })
	}
	return slices.Index(a.flat, id)
}
