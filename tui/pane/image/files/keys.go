package files

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
)

// Keys are the bindings of the files, beside those of the image and of the whole
// program.
type Keys struct {
	All, Kinds, Order, List, Filter, Regex, Unfold, Fold key.Binding

	rows                     keys.Rows
	left, right, enter, back key.Binding
	previous, next, pages    key.Binding // while a filter is typed
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		All:    bind("a", "all files, or only what the layers did", "a"),
		Kinds:  bind("C", "changes, only added, changed, removed ones in turn", "C"),
		Order:  bind("o", "order, by size, name or best match", "o"),
		List:   bind("L", "list, of files; or the tree", "L"),
		Filter: bind("/", "filter, in fzf's words", "/"),
		Regex:  bind("^R", "while a filter is typed: regular expression, or words", "ctrl+r"),
		Unfold: bind("+", "unfold all, every directory", "+", "="),
		Fold:   bind("-", "fold all", "-"),

		rows: keys.Default().Rows.Without("space"),
		left: bind("", "", "left", "h"), right: bind("", "", "right", "l"),
		enter: bind("", "", "enter"), back: bind("", "", "esc"),
		previous: bind("", "", "up", "ctrl+p"), next: bind("", "", "down", "ctrl+n"), pages: bind("", "", "pgup", "pgdown"),
	}
}

// Bindings lists them for the help.
func (k Keys) Bindings() []key.Binding {
	return []key.Binding{k.Filter, k.All, k.Order, k.Regex, k.List, k.Kinds, k.Unfold, k.Fold}
}

// Key handles a key; taken is false for one that means nothing here.
func (m *Model) Key(msg tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	m.message = ""
	if m.typing {
		return m.typeFilter(msg)
	}
	k := m.keys
	switch {
	case m.list.Press(k.rows, msg, m.Len()):
	case key.Matches(msg, k.All):
		m.view.all = !m.view.all
		return m.ask(), true
	case key.Matches(msg, k.Kinds):
		m.view.kinds = m.view.kinds.next()
		return m.ask(), true
	case key.Matches(msg, k.Order):
		m.view.order = m.view.nextOrder()
		return m.ask(), true
	case key.Matches(msg, k.List):
		return m.toggleList(), true
	case key.Matches(msg, k.Filter):
		m.beginFilter()
	case key.Matches(msg, k.Unfold):
		m.view.list, m.view.nested = false, true
		m.open = true
		return m.ask(), true
	case key.Matches(msg, k.Fold):
		return m.foldAll(), true
	case m.shown == nil:
		return nil, false
	case key.Matches(msg, k.enter):
		return m.enter()
	case key.Matches(msg, k.right):
		return m.right()
	case key.Matches(msg, k.left):
		return m.left()
	default:
		return nil, false
	}
	return nil, true
}

// Back undoes one step of depth; false when there is none.
func (m *Model) Back() (cmd tea.Cmd, taken bool) {
	switch {
	case m.view.text != "":
		m.dropFilter()
		m.before.back = false
	case m.view.kinds != 0:
		m.view.kinds = 0
	case m.view.list:
		m.view.list = false
	default:
		return nil, false
	}
	return m.ask(), true
}

func (m *Model) toggleList() tea.Cmd {
	if m.view.text != "" {
		m.view.nested = !m.view.nested
	} else {
		m.view.list = !m.view.list
	}
	return m.ask()
}

// enter opens or closes a directory; of a list it goes to the file in the tree.
func (m *Model) enter() (tea.Cmd, bool) {
	if m.shown.rows == nil {
		return m.toTree(), true
	}
	return m.toggle(), true
}

// right opens a directory, or moves into it.
func (m *Model) right() (tea.Cmd, bool) {
	r := m.shown.rows
	if r == nil {
		return m.toTree(), true
	}
	i := m.list.Cursor
	switch {
	case i >= len(r.list) || r.look.leaf(r.list[i].id):
	case r.list[i].open:
		m.list.Move(1, m.Len())
	default:
		return m.toggle(), true
	}
	return nil, true
}

// left closes a directory, or goes to the one that the row lies in; false at the
// top.
func (m *Model) left() (cmd tea.Cmd, taken bool) {
	r := m.shown.rows
	if r == nil || m.list.Cursor >= len(r.list) {
		return nil, false
	}
	at := r.list[m.list.Cursor]
	switch {
	case at.open:
		return m.toggle(), true
	case at.depth == 0:
		return nil, false
	default:
		for i := m.list.Cursor - 1; i >= 0; i-- {
			if r.list[i].depth < at.depth {
				m.list.Select(i, m.Len())
				break
			}
		}
	}
	return nil, true
}

// toTree goes from a row of a list to the same file in the tree.
func (m *Model) toTree() tea.Cmd {
	id, ok := m.Selected()
	if !ok {
		return nil
	}
	m.want = m.shown.tree.RawPath(id)
	m.dropFilter()
	return m.ask()
}

// toggle opens or closes the directory under the cursor. A large one is opened
// beside the program.
func (m *Model) toggle() tea.Cmd {
	r, i := m.shown.rows, m.list.Cursor
	if r == nil || i >= len(r.list) {
		return nil
	}
	at := r.list[i]
	if !at.open && r.cost(at.id, atOnce) >= atOnce {
		m.shown.open.Add(int(at.id))
		return m.ask()
	}
	r.toggle(i)
	m.list.Select(i, m.Len())
	if m.waiting { // what is under way does not know of it
		return m.ask()
	}
	return nil
}

// foldAll closes every directory and stays where the cursor's lies.
func (m *Model) foldAll() tea.Cmd {
	if m.shown == nil || m.shown.rows == nil {
		return nil
	}
	r := m.shown.rows
	clear(r.open)
	kept, at := r.list[:0], 0
	for i, x := range r.list {
		if x.depth > 0 {
			continue
		}
		if i <= m.list.Cursor {
			at = len(kept)
		}
		x.open = false
		kept = append(kept, x)
	}
	r.list = kept
	m.list.Select(at, m.Len())
	if m.waiting {
		return m.ask()
	}
	return nil
}

// Global says whether a key means the files also while another part of the image
// has the focus: it changes the view and moves nothing.
func (k Keys) Global(msg tea.KeyPressMsg) bool {
	return key.Matches(msg, k.All, k.Kinds, k.Order, k.List, k.Filter, k.Unfold, k.Fold)
}
