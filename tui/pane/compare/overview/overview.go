// Package overview is the first tab of the comparison: the numbers of each side, and
// by how much they differ from the first's.
package overview

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Model is the tab. It is a tab.Tab.
type Model struct {
	theme *theme.Theme
	keys  Keys
	cols  *tab.Columns

	sides []compare.Side
	facts []compare.Fact
	rows  []row
	most  int64 // the largest size, to which bars are drawn
	list  widget.List

	width, height int
}

// row is a line: a fact, or the bars under it.
type row struct {
	fact int
	bars bool
}

// Keys are its own bindings.
type Keys struct {
	Explain key.Binding

	rows keys.Rows
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	return Keys{
		Explain: key.NewBinding(key.WithKeys("enter", "right", "l"), key.WithHelp("enter", "open, the tab that says what a number is made of")),
		rows:    keys.Default().Rows.Without("space"),
	}
}

// Bindings lists them, for the help.
func (m *Model) Bindings() []key.Binding { return []key.Binding{m.keys.Explain} }

// Hints are those that mean something now.
func (m *Model) Hints() []key.Binding { return m.Bindings() }

// New returns the tab without a comparison.
func New(th *theme.Theme, cols *tab.Columns) *Model {
	return &Model{theme: th, keys: DefaultKeys(), cols: cols}
}

// Name is tab.Tab's.
func (m *Model) Name() string { return "overview" }

// Prepare is tab.Tab's.
func (m *Model) Prepare(c *compare.Comparison) func() tea.Cmd {
	var sides []compare.Side
	var facts []compare.Fact
	var rows []row
	most := int64(0)
	if c != nil {
		sides, facts = c.Sides, c.Facts()
	}
	for i, f := range facts {
		rows = append(rows, row{fact: i})
		if f.Key == "size" {
			rows = append(rows, row{fact: i, bars: true})
			for _, cell := range f.Cells {
				most = max(most, cell.Number)
			}
		}
	}
	return func() tea.Cmd {
		m.sides, m.facts, m.rows, m.most = sides, facts, rows, most
		m.SetSize(m.width, m.height) // notes take room
		m.list.Select(0, len(rows))
		return nil
	}
}

// Ready is tab.Tab's.
func (m *Model) Ready() bool { return len(m.sides) > 0 }

// SetTheme is tab.Tab's.
func (m *Model) SetTheme(th *theme.Theme) { m.theme = th }

// SetSize is tab.Tab's.
func (m *Model) SetSize(width, height int) {
	m.width, m.height = width, height
	m.list.SetHeight(max(0, height-headLines-m.told()-len(m.notes())))
	m.list.Select(m.list.Cursor, len(m.rows))
}

const (
	headLines = 2 // names, and where they come from
	toldLines = 3 // a blank, and the selected number in words
)

// told is how many lines there are for the selected number in words.
func (m *Model) told() int {
	if m.height < headLines+2*toldLines+4 {
		return 0
	}
	return toldLines
}

// Update is tab.Tab's.
func (m *Model) Update(tea.Msg) (tea.Cmd, bool) { return nil, false }

// Key is tab.Tab's.
func (m *Model) Key(msg tea.KeyPressMsg) (tea.Cmd, *tab.Go, bool) {
	before := m.list.Cursor
	switch {
	case m.list.Press(m.keys.rows, msg, len(m.rows)):
		m.skipBars(before)
	case key.Matches(msg, m.keys.Explain):
		return nil, m.explain(), true
	default:
		return nil, nil, false
	}
	return nil, nil, true
}

// skipBars goes on where the cursor has come to bars.
func (m *Model) skipBars(from int) {
	at := m.list.Cursor
	if at >= len(m.rows) || !m.rows[at].bars {
		return
	}
	if at < from || at == len(m.rows)-1 {
		m.list.Move(-1, len(m.rows))
		return
	}
	m.list.Move(1, len(m.rows))
}

// explain is where the selected number comes from.
func (m *Model) explain() *tab.Go {
	f, ok := m.selected()
	if !ok {
		return nil
	}
	kind, _, _ := strings.Cut(f.Key, ".")
	if kind == "size" {
		kind = "layers"
	}
	return &tab.Go{Tab: kind}
}

// selected is the fact under the cursor.
func (m *Model) selected() (compare.Fact, bool) {
	if m.list.Cursor >= len(m.rows) {
		return compare.Fact{}, false
	}
	return m.facts[m.rows[m.list.Cursor].fact], true
}

// Scroll is tab.Tab's.
func (m *Model) Scroll() widget.Scroll { return m.list.Scroll(len(m.rows)) }

// Click is tab.Tab's: the second click on a row does what enter does.
func (m *Model) Click(x, y int) (tea.Cmd, *tab.Go) {
	if side, ok := tab.Under(m.columns(), x); ok {
		m.cols.Select(side)
	}
	i, ok := m.list.At(y-headLines, len(m.rows))
	if !ok {
		return nil, nil
	}
	if m.rows[i].bars {
		i--
	}
	if i == m.list.Cursor {
		return nil, m.explain()
	}
	m.list.Select(i, len(m.rows))
	return nil, nil
}

// Wheel is tab.Tab's.
func (m *Model) Wheel(delta int) tea.Cmd {
	before := m.list.Cursor
	m.list.Wheel(delta, len(m.rows))
	m.skipBars(before)
	return nil
}

// Typing is tab.Tab's: nothing is typed here.
func (m *Model) Typing() bool { return false }

// Paste is tab.Tab's.
func (m *Model) Paste(string) tea.Cmd { return nil }
