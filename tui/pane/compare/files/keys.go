package files

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane/compare/filediff"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
)

// Keys are the bindings of the files, beside those of the panel.
type Keys struct {
	Open, All, Kinds, Order, List, Filter, Regex, Unfold, Fold, Copy key.Binding

	rows                      keys.Rows
	left, right, differ, back key.Binding
	previous, next, pages     key.Binding // while a filter is typed
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		Open:   bind("enter", "how the selected file differs; open a directory", "enter"),
		All:    bind("d", "only differences, or all files", "d"),
		Kinds:  bind("C", "changes, only added, removed, changed ones in turn", "C"),
		Order:  bind("O", "order, by difference, size, name or best match", "O"),
		List:   bind("L", "list, of files; or the tree", "L"),
		Filter: bind("/", "filter, in fzf's words", "/"),
		Regex:  bind("^R", "while a filter is typed: regular expression, or words", "ctrl+r"),
		Unfold: bind("+", "unfold all, every directory", "+", "="),
		Fold:   bind("-", "fold all", "-"),
		Copy:   bind("y", "copy the path", "y"),

		rows: keys.Default().Rows,
		left: bind("", "", "left", "h"), right: bind("", "", "right", "l"),
		differ: bind("", "", "D"), back: bind("", "", "esc"),
		previous: bind("", "", "up", "ctrl+p"), next: bind("", "", "down", "ctrl+n"), pages: bind("", "", "pgup", "pgdown"),
	}
}

// Bindings is tab.Tab's.
func (m *Model) Bindings() []key.Binding {
	k := m.keys
	return append([]key.Binding{k.Open, k.All, k.Filter, k.List, k.Order, k.Kinds, k.Unfold, k.Fold, k.Copy, k.Regex}, filediff.DefaultKeys().Bindings()...)
}

// Hints is tab.Tab's: those that switch say what they go to.
func (m *Model) Hints() []key.Binding {
	k, v := m.keys, m.view
	if m.open.page != nil {
		p := filediff.DefaultKeys()
		return []key.Binding{says(p.Close, "back to the files"), says(p.Next, "next change"), says(p.Previous, "change before"), p.Wrap, k.Copy}
	}
	if m.typing {
		return []key.Binding{says(k.Open, "keep it"), says(bindingOf("esc", k.back), "drop it"), k.Regex}
	}
	k.All = says(k.All, "all files")
	if v.all {
		k.All = says(k.All, "only differences")
	}
	k.Open = says(k.Open, "open")
	if id, ok := m.Selected(); ok && !m.files.IsDir(id) {
		k.Open = says(k.Open, "how it differs")
	}
	after := v
	after.order = v.nextOrder()
	k.Order = says(k.Order, after.sorted().String())
	if v.flat() {
		k.List = says(k.List, "tree")
	}
	return []key.Binding{k.Open, k.All, k.Filter, k.List, k.Order, k.Kinds}
}

// says is a binding with other words.
func says(b key.Binding, words string) key.Binding {
	b.SetHelp(b.Help().Key, words)
	return b
}

func bindingOf(label string, b key.Binding) key.Binding {
	b.SetHelp(label, "")
	return b
}

// Key is tab.Tab's.
func (m *Model) Key(msg tea.KeyPressMsg) (cmd tea.Cmd, to *tab.Go, taken bool) {
	if m.typing {
		cmd, taken = m.typeFilter(msg)
		return cmd, nil, taken
	}
	k := m.keys
	switch {
	case m.open.page != nil && key.Matches(msg, k.Copy):
		return nil, &tab.Go{Copy: m.files.RawPath(m.open.id)}, true
	case m.open.page != nil:
		return nil, nil, m.pressPage(msg)
	case m.list.Press(k.rows, msg, m.Len()):
	case key.Matches(msg, k.All):
		m.view.all = !m.view.all
		return m.ask(), nil, true
	case key.Matches(msg, k.Kinds):
		m.view.kinds = m.view.kinds.next()
		return m.ask(), nil, true
	case key.Matches(msg, k.Order):
		m.view.order = m.view.nextOrder()
		return m.ask(), nil, true
	case key.Matches(msg, k.List):
		return m.toggleList(), nil, true
	case key.Matches(msg, k.Filter):
		m.beginFilter()
	case key.Matches(msg, k.Unfold):
		m.view.list, m.view.nested, m.unfold = false, true, true
		return m.ask(), nil, true
	case key.Matches(msg, k.Fold):
		return m.foldAll(), nil, true
	case key.Matches(msg, k.back):
		cmd, taken = m.undo()
		return cmd, nil, taken
	case m.shown == nil:
		return nil, nil, false
	case key.Matches(msg, k.Open, k.differ):
		return m.enter()
	case key.Matches(msg, k.Copy):
		if id, ok := m.Selected(); ok {
			return nil, &tab.Go{Copy: m.files.RawPath(id)}, true
		}
	case key.Matches(msg, k.right):
		return m.right(), nil, true
	case key.Matches(msg, k.left):
		cmd, taken = m.left()
		return cmd, nil, taken
	default:
		return nil, nil, false
	}
	return nil, nil, true
}

// undo takes back one step of depth; false when there is none.
func (m *Model) undo() (cmd tea.Cmd, taken bool) {
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

// enter opens or closes a directory, and asks how a file differs.
func (m *Model) enter() (tea.Cmd, *tab.Go, bool) {
	id, ok := m.Selected()
	switch {
	case !ok:
		return nil, nil, true
	case m.files.IsDir(id) && m.shown.rows != nil:
		return m.toggle(), nil, true
	case m.files.IsDir(id):
		return m.toTree(id), nil, true
	}
	return m.openPage(id), nil, true
}

// toTree goes from a row of a list to the same one in the tree.
func (m *Model) toTree(id compare.ID) tea.Cmd {
	m.want = id
	m.view.list = false
	m.dropFilter()
	return m.ask()
}

// right opens a directory, or moves into it; of a list it goes to the tree.
func (m *Model) right() tea.Cmd {
	r, i := m.shown.rows, m.list.Cursor
	switch {
	case r == nil:
		if id, ok := m.Selected(); ok {
			return m.toTree(id)
		}
	case i >= len(r.list) || r.look.leaf(r.list[i].id):
	case r.list[i].open:
		m.list.Move(1, m.Len())
	default:
		return m.toggle()
	}
	return nil
}

// left closes a directory, or goes to the one that the row lies in; false at the top.
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
	}
	for i := m.list.Cursor - 1; i >= 0; i-- {
		if r.list[i].depth < at.depth {
			m.list.Select(i, m.Len())
			break
		}
	}
	return nil, true
}

// toggle opens or closes the directory under the cursor. A large one is opened beside
// the program.
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

// Click is tab.Tab's. A click on the selected row does what enter does.
func (m *Model) Click(_, y int) (tea.Cmd, *tab.Go) {
	if m.open.page != nil {
		return nil, nil
	}
	i, ok := m.list.At(y-headLines, m.Len())
	if !ok {
		return nil, nil
	}
	again := m.list.Cursor == i
	m.list.Select(i, m.Len())
	if !again {
		return nil, nil
	}
	cmd, to, _ := m.enter()
	return cmd, to
}

// Wheel is tab.Tab's.
func (m *Model) Wheel(delta int) tea.Cmd {
	if m.open.page != nil {
		m.open.page.Wheel(delta)
		return nil
	}
	m.list.Wheel(delta, m.Len())
	return nil
}
