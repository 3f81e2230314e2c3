// Package files shows the files of an image's layers: as a tree or as one list,
// all there are or only what the layers did, narrowed by a filter.
//
// What is on the screen is an answer that was worked out beside the program: keys
// change what is asked for, and rows are drawn from the last answer. So a key costs
// the same whether the image has ten files or a million.
package files

import (
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Model is the files of an image. It is not a tea.Model: the pane it lies in feeds
// it keys and messages and asks it for its lines.
type Model struct {
	theme *theme.Theme
	keys  Keys
	sign  func(path string) string // what stands beside a path; one cell

	image *image.Image
	scope Scope
	view  view
	want  string // path to go to
	open  bool   // everything shall be opened

	shown   *answer // nil until the first is there
	waiting bool    // shown is not yet what is asked for
	list    widget.List
	shelf   shelf

	gen     int64
	latest  *atomic.Int64 // gen, for the work that runs
	running bool          // work is under way; there is never more than one

	input   widget.Input
	typing  bool
	regex   bool // it is typed as a regular expression
	before  unfiltered
	problem string // why the filter is none yet
	message string // what the last key could not do

	width, height int
}

// New returns a Model without an image.
func New(th *theme.Theme) *Model {
	return &Model{theme: th, keys: DefaultKeys(), latest: &atomic.Int64{}, sign: func(string) string { return " " }}
}

// SetTheme changes how it looks.
func (m *Model) SetTheme(th *theme.Theme) { m.theme = th }

// SetSize gives it its cells; the first line says what is shown.
func (m *Model) SetSize(width, height int) {
	m.width, m.height = width, height
	m.list.SetHeight(max(0, height-1))
	if n := m.Len(); n > 0 {
		m.list.Select(m.list.Cursor, n)
	}
}

// SetImage shows another image; nil for none. sign is what stands beside a path.
func (m *Model) SetImage(im *image.Image, sign func(path string) string) {
	m.image, m.sign, m.shown, m.want, m.message = im, sign, nil, "", ""
	m.scope, m.shelf, m.waiting, m.open = Scope{}, shelf{}, false, false
	m.dropFilter()
	m.list = widget.List{}
	m.list.SetHeight(max(0, m.height-1))
	m.gen++
	m.latest.Store(m.gen)
}

// SetAll says whether all files are shown or what the layers did.
func (m *Model) SetAll(on bool) { m.view.all = on }

// Show asks for the files of a scope.
func (m *Model) Show(s Scope) tea.Cmd {
	if m.shown != nil && s == m.scope && !m.waiting {
		return nil
	}
	m.scope = s
	return m.ask()
}

// Scope is the layers that are asked for.
func (m *Model) Scope() Scope { return m.scope }

// Reveal goes to a path in a scope, and changes the view if that hides it.
func (m *Model) Reveal(s Scope, path string) tea.Cmd {
	m.scope, m.want = s, path
	m.dropFilter()
	return m.ask()
}

// atOnce is how many nodes are gone through within a key: more are gone through
// beside the program, and their rows come with a message.
const atOnce = 4000

// ask asks for what the state means now. Little is answered at once. Of what takes
// longer one question is worked on at a time; one that is no longer the newest ends
// early and makes way for it.
func (m *Model) ask() tea.Cmd {
	if m.image == nil || len(m.image.Layers) == 0 {
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
	if r.cost() <= atOnce {
		m.take(r.run(func() bool { return false }))
		return nil
	}
	m.running = true
	if m.shown != nil && m.shown.tree != r.tree && m.shown.tree.Len() > shelfNodes {
		m.shown, m.shelf = nil, shelf{} // two of its size would be too many
	}
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
		gen: m.gen, image: m.image, scope: m.scope, view: m.view, pattern: p, height: m.list.Height(),
		tree: m.shelf.get(m.scope), want: m.want, unfold: m.open,
	}
	if a := m.shown; a != nil {
		if id, ok := m.Selected(); ok {
			r.at, r.atID = a.tree.RawPath(id), id
		}
		if a.view.text != "" && m.view.text == "" {
			r.uncover = true
			r.keepOpen, r.asWas = m.before.open, true
			if m.before.back {
				r.at = m.before.at
			}
		}
		same := a.tree == r.tree
		r.fresh = !same || a.view.text != m.view.text || a.view.all != m.view.all || a.view.kinds != m.view.kinds
		if same {
			r.open = a.open.Clone()
		}
		if r.fresh && m.view.text == "" && a.view.text == "" && a.rows != nil {
			r.keepOpen = a.rows.opened(keptOpen)
		}
	}
	return r, true
}

// keptOpen bounds how many open directories are looked for in another tree.
const keptOpen = 300

// Update takes the Model's own messages; ours is false for others.
func (m *Model) Update(msg tea.Msg) (cmd tea.Cmd, ours bool) {
	a, ok := msg.(answer)
	if !ok {
		return nil, false
	}
	m.running = false
	if a.gen == m.gen {
		m.take(a)
		return nil, true
	}
	if a.image == m.image && a.tree != nil {
		m.shelf.put(a.scope, a.tree)
	}
	if !m.waiting {
		return nil, true
	}
	return m.start(), true
}

// take puts an answer on the screen.
func (m *Model) take(a answer) {
	m.waiting, m.want, m.open = false, "", false
	if a.lost != "" {
		m.message = a.lost + " is not in this layer's files"
	}
	m.shelf.put(a.scope, a.tree)
	m.view = a.view
	before := m.shown
	if id, ok := m.Selected(); ok && before.tree == a.tree && id != a.atID && a.want == "" && a.cursor >= 0 {
		if i := a.index(id); i >= 0 {
			a.cursor = i // it has moved since
		}
	}
	m.shown = &a
	switch {
	case a.cursor >= 0:
		m.list.Select(a.cursor, m.Len())
	case before == nil || before.tree != a.tree || before.view != a.view:
		m.list.Offset = 0
		m.list.Select(0, m.Len())
	default:
		m.list.Select(m.list.Cursor, m.Len())
	}
	if third := m.list.Height() / 3; a.unfold && m.list.Cursor-m.list.Offset > third {
		m.list.Offset = m.list.Cursor - third // what has come into sight is below it
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

// at is the node of a row.
func (m *Model) at(i int) (image.NodeID, bool) {
	switch {
	case i < 0 || i >= m.Len():
		return image.None, false
	case m.shown.rows != nil:
		return m.shown.rows.list[i].id, true
	}
	return m.shown.flat[i].id, true
}

// Selected is the node under the cursor, of Tree.
func (m *Model) Selected() (image.NodeID, bool) { return m.at(m.list.Cursor) }

// Tree is what the rows are of; nil while there is none.
func (m *Model) Tree() *image.Tree {
	if m.shown == nil {
		return nil
	}
	return m.shown.tree
}

// Shown is the layers whose files are on the screen: not yet Scope while those are
// being prepared.
func (m *Model) Shown() (Scope, bool) {
	if m.shown == nil {
		return Scope{}, false
	}
	return m.shown.scope, true
}
