// Package files shows the files of compared images: one tree, or one list, with a
// column for each side that says how large a path is there and what became of it.
//
// What is on the screen is an answer that was worked out beside the program: keys
// change what is asked for, and rows are drawn from the last answer. So a key costs the
// same whether the images have ten files or a million.
package files

import (
	"context"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Differ says how the file at a path (image.Tree.RawPath) of a side differs from the
// first side's. It is for a command.
type Differ func(ctx context.Context, c *compare.Comparison, side int, path string) (*difference.File, error)

// Model is the files of a comparison. It is a tab.Tab.
type Model struct {
	theme  *theme.Theme
	keys   Keys
	cols   *tab.Columns
	differ Differ // nil where no file can be read
	open   opened

	of     *compare.Comparison
	files  *compare.Files // of it; nil for none
	view   view
	want   compare.ID // to go to; None for nowhere
	unfold bool       // everything shall be opened

	shown   *answer // nil until the first is there
	waiting bool    // shown is not yet what is asked for
	list    widget.List

	gen     int64
	latest  *atomic.Int64 // gen, for the work that runs
	running bool          // work is under way; there is never more than one

	input   widget.Input
	typing  bool
	regex   bool // it is typed as a regular expression
	problem string
	before  unfiltered

	width, height int
}

var _ tab.Tab = (*Model)(nil)

// New returns a Model without a comparison.
func New(th *theme.Theme, cols *tab.Columns, differ Differ) *Model {
	return &Model{theme: th, keys: DefaultKeys(), cols: cols, differ: differ, latest: &atomic.Int64{}, want: compare.None}
}

// Name is tab.Tab's.
func (m *Model) Name() string { return "files" }

// Prepare is tab.Tab's. What there is to see is worked out by the command.
func (m *Model) Prepare(c *compare.Comparison) func() tea.Cmd {
	var files *compare.Files
	if c != nil {
		files = c.Files()
	}
	return func() tea.Cmd {
		m.closePage()
		m.of, m.files, m.shown, m.waiting = c, files, nil, false
		m.view, m.want, m.unfold = view{}, compare.None, false
		m.dropFilter()
		m.gen++ // what is under way is about what was compared before
		m.latest.Store(m.gen)
		m.list = widget.List{}
		m.SetSize(m.width, m.height)
		return m.ask()
	}
}

// Ready is tab.Tab's: there are files to compare where two sides have an image.
func (m *Model) Ready() bool {
	n := 0
	for s := 0; m.files != nil && s < m.files.Sides(); s++ {
		if m.files.Known(s) {
			n++
		}
	}
	return n > 1
}

// SetTheme is tab.Tab's.
func (m *Model) SetTheme(th *theme.Theme) { m.theme = th }

// headLines are above the rows: what is shown, and the columns' names.
const headLines = 2

// footLines are below them: what differs of the selected one.
func (m *Model) footLines() int {
	if m.height < 12 {
		return 1
	}
	return 2
}

// SetSize is tab.Tab's.
func (m *Model) SetSize(width, height int) {
	m.width, m.height = width, height
	m.list.SetHeight(max(0, height-headLines-m.footLines()))
	if n := m.Len(); n > 0 {
		m.list.Select(m.list.Cursor, n)
	}
}

// Scroll is tab.Tab's.
func (m *Model) Scroll() widget.Scroll {
	if m.open.page != nil {
		return m.open.page.Scroll()
	}
	return m.list.Scroll(m.Len())
}

// atOnce is how many rows are gone through within a key: more are gone through beside
// the program, and come with a message.
const atOnce = 4000

// ask asks for what the state means now. Of what takes longer one question is worked on
// at a time; one that is no longer the newest ends early and makes way for it.
func (m *Model) ask() tea.Cmd {
	if m.files == nil {
		return nil
	}
	m.gen++
	m.latest.Store(m.gen)
	m.waiting = true
	if m.running {
		return nil
	}
	return m.start()
}

func (m *Model) start() tea.Cmd {
	r, ok := m.request()
	if !ok {
		m.waiting = false
		return nil
	}
	if r.files.Len() <= atOnce {
		m.take(r.run(func() bool { return false }))
		return nil
	}
	m.running = true
	latest := m.latest
	return func() tea.Msg { return r.run(func() bool { return latest.Load() != r.gen }) }
}

// request is the question that the state means; false when the filter is none.
func (m *Model) request() (request, bool) {
	p, err := pattern.New(m.view.text, m.view.regex)
	if err != nil {
		return request{}, false
	}
	r := request{
		gen: m.gen, files: m.files, view: m.view, pattern: p, height: m.list.Height(), at: m.want,
		reveal: m.want != compare.None, unfold: m.unfold, fresh: true,
	}
	a := m.shown
	if a == nil {
		return r, true
	}
	cleared := a.view.text != "" && m.view.text == ""
	if r.at == compare.None && m.view.text == "" {
		r.at, _ = m.Selected()
		if cleared {
			if m.before.back {
				r.at = m.before.at
			}
			r.reveal = true
		}
	}
	switch {
	case cleared:
		r.open, r.fresh = m.before.open.Clone(), m.before.open == nil
	case m.view.text == "" && a.view.text == "":
		r.open, r.fresh = a.open.Clone(), a.open == nil
	case a.view.text == m.view.text && a.view.all == m.view.all && a.view.kinds == m.view.kinds && a.open != nil:
		r.open, r.fresh = a.open.Clone(), false
	}
	return r, true
}

// Update is tab.Tab's.
func (m *Model) Update(msg tea.Msg) (cmd tea.Cmd, ours bool) {
	if d, ok := msg.(differsMsg); ok {
		m.differs(d)
		return nil, true
	}
	a, ok := msg.(answer)
	if !ok {
		return nil, false
	}
	m.running = false
	if a.gen == m.gen && a.look != nil {
		m.take(a)
		return nil, true
	}
	if !m.waiting {
		return nil, true
	}
	return m.start(), true
}

// take puts an answer on the screen.
func (m *Model) take(a answer) {
	m.waiting, m.want, m.unfold = false, compare.None, false
	before := m.shown
	if id, ok := m.Selected(); ok && before.files == a.files && a.at != id && a.cursor >= 0 && !a.reveal {
		if i := a.index(id); i >= 0 {
			a.cursor = i // it has moved since
		}
	}
	if a.open == nil && before != nil { // a list has none, and the tree comes back as it was
		a.open = before.open
	}
	m.shown = &a
	switch {
	case a.cursor >= 0:
		m.list.Select(a.cursor, m.Len())
	case before == nil || before.view != a.view:
		m.list.Offset = 0
		m.list.Select(0, m.Len())
	default:
		m.list.Select(m.list.Cursor, m.Len())
	}
}

// Len is how many rows there are.
func (m *Model) Len() int {
	switch {
	case m.shown == nil:
		return 0
	case m.shown.rows != nil:
		return len(m.shown.rows.list)
	}
	return len(m.shown.flat)
}

// at is what stands in a row of the screen.
func (m *Model) at(i int) (compare.ID, bool) {
	switch {
	case i < 0 || i >= m.Len():
		return compare.None, false
	case m.shown.rows != nil:
		return m.shown.rows.list[i].id, true
	}
	return m.shown.flat[i], true
}

// Selected is the row under the cursor.
func (m *Model) Selected() (compare.ID, bool) { return m.at(m.list.Cursor) }

// Against is the side whose column is chosen, or another than the first where that is:
// the one that most is said of.
func (m *Model) Against() int {
	if s := m.cols.At(); s > 0 && m.files.Known(s) {
		return s
	}
	for s := m.files.Sides() - 1; s > 0; s-- {
		if m.files.Known(s) {
			return s
		}
	}
	return 0
}
