package ledger

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Model is a ledger on the screen.
type Model struct {
	theme   *theme.Theme
	keys    bindings
	book    Book   // nil while it is worked out
	summary string // what it all comes to
	none    string // what to say of an empty one
	unknown string // why there is no Book; "" when there is, or will be

	rows          []row
	open          map[int]bool // entries whose places are shown
	list          widget.List
	words         int // width of the column
	width, height int

	detail   []Field // of the row that it was asked of last
	detailOf row
}

// row is an entry, or one of its places.
type row struct{ entry, place int } // place is -1 for the entry

type bindings struct {
	rows               keys.Rows
	enter, right, left key.Binding
}

// New returns a Model without a Book.
func New(th *theme.Theme) *Model {
	bind := func(keys ...string) key.Binding { return key.NewBinding(key.WithKeys(keys...)) }
	return &Model{theme: th, keys: bindings{
		rows: keys.Default().Rows.Without("space"), enter: bind("enter"), right: bind("right", "l"), left: bind("left", "h"),
	}}
}

// SetTheme changes how it looks.
func (m *Model) SetTheme(th *theme.Theme) { m.theme = th }

// SetSize gives it its cells.
func (m *Model) SetSize(width, height int) {
	m.width, m.height = width, height
	m.list.SetHeight(max(0, height-1))
	m.list.Select(m.list.Cursor, len(m.rows))
}

// SetBook shows a Book; nil while it is worked out. summary is what it comes to,
// none what there is to say when it is empty.
func (m *Model) SetBook(b Book, summary, none string) {
	m.book, m.summary, m.none, m.unknown = b, summary, none, ""
	m.open, m.rows, m.words = map[int]bool{}, nil, 0
	m.list.Cursor, m.list.Offset, m.detail = 0, 0, nil
	if b == nil {
		return
	}
	m.rows = make([]row, b.Len())
	for i := range m.rows {
		m.rows[i] = row{i, -1}
		if i < measured {
			m.words = max(m.words, widget.Width(b.Row(i).Word))
		}
	}
}

// SetUnknown says that there is no Book, and why.
func (m *Model) SetUnknown(why string) {
	m.SetBook(nil, "", "")
	m.unknown = why
}

// measured is how many rows say how wide the column of words is.
const measured = 1000

// Ready says whether there is a Book.
func (m *Model) Ready() bool { return m.book != nil }

// Len is how many rows there are.
func (m *Model) Len() int { return len(m.rows) }

// Scroll is where the window over the rows stands.
func (m *Model) Scroll() widget.Scroll { return m.list.Scroll(len(m.rows)) }

// Key handles a key. to is where the user wants to go; taken is false for a key
// that means nothing here.
func (m *Model) Key(msg tea.KeyPressMsg) (to *Place, taken bool) {
	k := m.keys
	if m.list.Press(k.rows, msg, len(m.rows)) {
		return nil, true
	}
	at, ok := m.at()
	if !ok {
		return nil, false
	}
	switch {
	case key.Matches(msg, k.enter, k.right) && at.place < 0 && m.book.Places(at.entry) > 0:
		if m.open[at.entry] && key.Matches(msg, k.right) {
			m.list.Move(1, len(m.rows))
		} else {
			m.toggle(at.entry)
		}
	case key.Matches(msg, k.enter, k.right):
		p, _ := m.Selected()
		return &p, true
	case key.Matches(msg, k.left) && m.open[at.entry]:
		m.toggle(at.entry)
	default:
		return nil, false
	}
	return nil, true
}

// toggle shows the places of an entry, or hides them.
func (m *Model) toggle(entry int) {
	m.open[entry] = !m.open[entry]
	m.rows = m.rows[:0]
	cursor := 0
	for i := range m.book.Len() {
		if i == entry {
			cursor = len(m.rows)
		}
		m.rows = append(m.rows, row{i, -1})
		if m.open[i] {
			for p := range m.book.Places(i) {
				m.rows = append(m.rows, row{i, p})
			}
		}
	}
	m.list.Select(cursor, len(m.rows))
}

func (m *Model) at() (row, bool) {
	if m.book == nil || m.list.Cursor >= len(m.rows) {
		return row{}, false
	}
	return m.rows[m.list.Cursor], true
}

// Selected is the place under the cursor.
func (m *Model) Selected() (Place, bool) {
	at, ok := m.at()
	if !ok {
		return Place{}, false
	}
	return m.book.Place(at.entry, at.place), true
}

// Detail tells all of the entry under the cursor; nil when there is none.
func (m *Model) Detail() []Field {
	at, ok := m.at()
	if !ok {
		return nil
	}
	if m.detail == nil || m.detailOf != at {
		m.detail, m.detailOf = m.book.Detail(at.entry, at.place), at
	}
	return m.detail
}

// Click puts the cursor on the row at line y, the first line not counted in; a
// click on the selected one does what enter does.
func (m *Model) Click(y int) *Place {
	i, ok := m.list.At(y-1, len(m.rows))
	if !ok {
		return nil
	}
	if i == m.list.Cursor {
		to, _ := m.Key(tea.KeyPressMsg{Code: tea.KeyEnter})
		return to
	}
	m.list.Select(i, len(m.rows))
	return nil
}

// Wheel scrolls by delta rows.
func (m *Model) Wheel(delta int) { m.list.Wheel(delta, len(m.rows)) }
