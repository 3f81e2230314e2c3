package table

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Model is a table on the screen. It is a tab.Tab.
type Model struct {
	theme *theme.Theme
	keys  Keys
	cols  *tab.Columns
	kind  Kind

	ready  bool
	rows   []Row
	differ int   // how many are not the same in all sides
	sorted []int // indexes into rows, the largest first
	label  int   // cells of the longest name
	shown  []int // indexes into rows, in the order of the screen
	list   widget.List

	only   bool // the same in all sides are hidden
	bySize bool
	typing bool
	filter widget.Input

	width, height int
}

// Keys are a table's own bindings.
type Keys struct {
	Differ, Filter, Sort, Open, Line key.Binding

	rows        keys.Rows
	back, enter key.Binding
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		Differ: bind("d", "differences only, and back", "d"),
		Filter: bind("/", "filter, by words", "/"),
		Sort:   bind("s", "sort, by size or by name", "s"),
		Open:   bind("enter", "open, what the column's image has of it", "enter", "right", "l"),
		Line:   bind("v", "line, of the Dockerfile that made it", "v"),
		rows:   keys.Default().Rows.Without("space"),
		back:   bind("", "", "esc"), enter: bind("", "", "enter"),
	}
}

// New returns the table without a comparison.
func New(th *theme.Theme, cols *tab.Columns, kind Kind) *Model {
	return &Model{theme: th, keys: DefaultKeys(), cols: cols, kind: kind}
}

// Bindings are its own keys, for the help.
func (m *Model) Bindings() []key.Binding {
	return []key.Binding{m.keys.Open, m.keys.Differ, m.keys.Filter, m.keys.Sort, m.keys.Line}
}

// Hints are those that mean something now.
func (m *Model) Hints() []key.Binding {
	if m.typing {
		return nil
	}
	var out []key.Binding
	r, ok := m.selected()
	if ok && r.Enter != nil {
		out = append(out, m.keys.Open)
	}
	differ := m.keys.Differ
	if m.only {
		differ.SetHelp(differ.Help().Key, "all")
	}
	out = append(out, differ, m.keys.Filter)
	if m.kind.Sizes {
		sort := m.keys.Sort
		sort.SetHelp(sort.Help().Key, "by size")
		if m.bySize {
			sort.SetHelp(sort.Help().Key, "by name")
		}
		out = append(out, sort)
	}
	if ok && r.Line != nil && r.Line(m.side(r)) > 0 {
		out = append(out, m.keys.Line)
	}
	return out
}

// Name is tab.Tab's.
func (m *Model) Name() string { return m.kind.Name }

// Prepare is tab.Tab's.
func (m *Model) Prepare(c *compare.Comparison) func() tea.Cmd {
	var rows []Row
	differ, label := 0, 0
	if c != nil {
		rows = m.kind.Rows(c)
	}
	sorted := make([]int, len(rows))
	for i := range rows {
		rows[i].match(nil)
		if !rows[i].Same {
			differ++
		}
		label = max(label, rows[i].width())
		sorted[i] = i
	}
	slices.SortStableFunc(sorted, func(a, b int) int { return cmp.Compare(rows[b].Size, rows[a].Size) })
	return func() tea.Cmd {
		m.ready, m.rows, m.differ = c != nil, rows, differ
		m.sorted, m.label = sorted, label
		m.only, m.bySize, m.typing = false, false, false
		m.filter.Clear()
		m.list = widget.List{}
		m.SetSize(m.width, m.height)
		m.refresh()
		return nil
	}
}

// Ready is tab.Tab's.
func (m *Model) Ready() bool { return m.ready }

// SetTheme is tab.Tab's.
func (m *Model) SetTheme(th *theme.Theme) { m.theme = th }

// refresh works out what is shown, with the cursor on the same row.
func (m *Model) refresh() {
	at := -1
	if m.list.Cursor < len(m.shown) {
		at = m.shown[m.list.Cursor]
	}
	words := strings.Fields(strings.ToLower(m.filter.String()))
	m.shown = m.shown[:0]
	for n := range m.rows {
		i := n
		if m.bySize {
			i = m.sorted[n]
		}
		if (!m.only || !m.rows[i].Same) && m.rows[i].match(words) {
			m.shown = append(m.shown, i)
		}
	}
	m.list.Select(max(0, slices.Index(m.shown, at)), len(m.shown))
}

// selected is the row under the cursor.
func (m *Model) selected() (*Row, bool) {
	if m.list.Cursor >= len(m.shown) {
		return nil, false
	}
	return &m.rows[m.shown[m.list.Cursor]], true
}

// side is the side that a key on a row is about: the column's, if it has the thing.
func (m *Model) side(r *Row) int {
	if at := m.cols.At(); r.Cells[at].Has {
		return at
	}
	return max(0, slices.IndexFunc(r.Cells, func(c Cell) bool { return c.Has }))
}

// Update is tab.Tab's.
func (m *Model) Update(tea.Msg) (tea.Cmd, bool) { return nil, false }

// Key is tab.Tab's.
func (m *Model) Key(msg tea.KeyPressMsg) (tea.Cmd, *tab.Go, bool) {
	if m.typing {
		return nil, nil, m.typed(msg)
	}
	k := m.keys
	switch {
	case m.list.Press(k.rows, msg, len(m.shown)):
	case key.Matches(msg, k.Differ):
		m.only = !m.only
		m.refresh()
	case key.Matches(msg, k.Filter):
		m.typing = true
	case key.Matches(msg, k.Sort) && m.kind.Sizes:
		m.bySize = !m.bySize
		m.refresh()
	case key.Matches(msg, k.back) && (m.filter.String() != "" || m.only):
		m.filter.Clear()
		m.only = false
		m.refresh()
	case key.Matches(msg, k.Open):
		return nil, m.open(), true
	case key.Matches(msg, k.Line):
		if r, ok := m.selected(); ok && r.Line != nil {
			if line := r.Line(m.side(r)); line > 0 {
				return nil, &tab.Go{Line: line}, true
			}
		}
		return nil, nil, false
	default:
		return nil, nil, false
	}
	return nil, nil, true
}

// open is where enter goes.
func (m *Model) open() *tab.Go {
	r, ok := m.selected()
	if !ok || r.Enter == nil {
		return nil
	}
	return r.Enter(m.side(r))
}

// typed handles a key while the filter is typed.
func (m *Model) typed(msg tea.KeyPressMsg) bool {
	switch {
	case key.Matches(msg, m.keys.back):
		m.typing = false
		m.filter.Clear()
	case key.Matches(msg, m.keys.enter):
		m.typing = false
		return true
	case !m.filter.Press(msg):
		return false
	}
	m.refresh()
	return true
}

// Typing is tab.Tab's.
func (m *Model) Typing() bool { return m.typing }

// Paste is tab.Tab's.
func (m *Model) Paste(text string) tea.Cmd {
	m.filter.Insert(text)
	m.refresh()
	return nil
}

// Scroll is tab.Tab's.
func (m *Model) Scroll() widget.Scroll { return m.list.Scroll(len(m.shown)) }

// Click is tab.Tab's: the second click on a row does what enter does.
func (m *Model) Click(x, y int) (tea.Cmd, *tab.Go) {
	if side, ok := tab.Under(m.columns(), x); ok {
		m.cols.Select(side)
	}
	i, ok := m.list.At(y-headLines, len(m.shown))
	switch {
	case !ok:
	case i == m.list.Cursor:
		return nil, m.open()
	default:
		m.list.Select(i, len(m.shown))
	}
	return nil, nil
}

// Wheel is tab.Tab's.
func (m *Model) Wheel(delta int) tea.Cmd {
	m.list.Wheel(delta, len(m.shown))
	return nil
}
