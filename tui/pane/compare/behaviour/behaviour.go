// Package behaviour is the tab that shows whether compared images do the same: a row for
// each probe, a column for each side, and what the sides had to say to the selected one.
package behaviour

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/probe"
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

	sides     []compare.Side // with the outcomes that are known by now
	questions [][]probe.Question
	listed    bool  // it is known what would be asked
	trouble   error // why it is not

	able    bool // somebody is there who asks
	running bool
	stopped bool   // the user did not wait for the end
	doing   string // what is being done, while it runs
	rows    []row
	list    widget.List

	width, height int
}

// row is a probe over all sides.
type row struct {
	probe.Row
	waits []bool // by side: it is asked there, and nothing has come of it yet
}

// Keys are its own bindings.
type Keys struct {
	Run key.Binding

	rows keys.Rows
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	return Keys{
		Run:  key.NewBinding(key.WithKeys("P"), key.WithHelp("P", "run probes, in every image; esc cancels them")),
		rows: keys.Default().Rows.Without("space"),
	}
}

// New returns the tab without a comparison.
func New(th *theme.Theme, cols *tab.Columns) *Model {
	return &Model{theme: th, keys: DefaultKeys(), cols: cols}
}

// SetAble says whether there is somebody who can ask images.
func (m *Model) SetAble(able bool) { m.able = able }

// Name is tab.Tab's.
func (m *Model) Name() string { return "behaviour" }

// Prepare is tab.Tab's: what was asked already is shown at once.
func (m *Model) Prepare(c *compare.Comparison) func() tea.Cmd {
	var sides []compare.Side
	if c != nil {
		sides = slices.Clone(c.Sides)
	}
	return func() tea.Cmd {
		m.sides, m.questions, m.listed, m.trouble = sides, nil, false, nil
		m.running, m.stopped, m.doing = false, false, ""
		m.settle()
		m.list.Select(0, len(m.rows))
		return nil
	}
}

// SetQuestions says what would be asked of each side, or why that is not known.
func (m *Model) SetQuestions(questions [][]probe.Question, err error) {
	m.questions, m.trouble, m.listed = questions, err, true
	m.settle()
}

// Begin forgets what came of probes, for they are run now.
func (m *Model) Begin() {
	for i := range m.sides {
		m.sides[i].Probes = nil
	}
	m.running, m.stopped = true, false
	m.settle()
}

// Hear takes what came of a probe on a side.
func (m *Model) Hear(side int, o probe.Outcome) {
	m.sides[side].Probes = append(m.sides[side].Probes, o)
	m.settle()
}

// SetDoing says what is being done.
func (m *Model) SetDoing(text string) { m.doing = text }

// End says that no more comes; stopped that the user did not wait for all of it.
func (m *Model) End(stopped bool) {
	m.running, m.stopped, m.doing = false, stopped, ""
	m.settle()
}

// Verdict is what all came to, in a sentence, and whether that is good; "" where
// nothing was asked.
func (m *Model) Verdict() (text string, good bool) {
	c := &compare.Comparison{Sides: m.sides}
	return c.Verdict(), c.Behaves()
}

// settle makes the rows: what would be asked, in its order, then whatever else was.
func (m *Model) settle() {
	asked := (&compare.Comparison{Sides: m.sides}).Behaviour()
	m.rows = nil
	at := func(name string) int {
		return slices.IndexFunc(m.rows, func(r row) bool { return r.Name == name })
	}
	for side, list := range m.questions {
		for _, q := range list {
			i := at(q.Name)
			if i < 0 {
				i = len(m.rows)
				r := row{probe.Row{Name: q.Name, What: q.What, Cells: make([]probe.Cell, len(m.sides))}, make([]bool, len(m.sides))}
				if k := slices.IndexFunc(asked, func(a probe.Row) bool { return a.Name == q.Name }); k >= 0 {
					r.Row = asked[k]
				}
				m.rows = append(m.rows, r)
			}
			if side < len(m.sides) {
				m.rows[i].waits[side] = m.rows[i].Cells[side].Outcome == nil
			}
		}
	}
	for _, a := range asked {
		if at(a.Name) < 0 {
			m.rows = append(m.rows, row{a, make([]bool, len(m.sides))})
		}
	}
	m.arrange()
}

// progress counts what was asked, of how many there are to ask; side and name are what
// is asked now.
func (m *Model) progress() (done, of, side int, name string) {
	side = -1
	for i := range m.sides {
		for _, r := range m.rows {
			switch {
			case r.Cells[i].Outcome != nil:
				done, of = done+1, of+1
			case r.waits[i]:
				of++
				if side < 0 {
					side, name = i, r.Name
				}
			}
		}
	}
	return done, of, side, name
}

// Ready is tab.Tab's.
func (m *Model) Ready() bool { return len(m.sides) > 0 && (m.able || len(m.rows) > 0) }

// SetTheme is tab.Tab's.
func (m *Model) SetTheme(th *theme.Theme) { m.theme = th }

// SetSize is tab.Tab's.
func (m *Model) SetSize(width, height int) {
	m.width, m.height = width, height
	m.arrange()
}

const (
	headLines   = 2 // what all came to, and the names of the sides
	detailLeast = 4 // a rule, and what is worth a look below it
)

// arrange divides the height between the rows and what is told of the selected one.
func (m *Model) arrange() {
	room := m.height - headLines
	h := room
	if room >= 3+detailLeast {
		h = min(len(m.rows), max(3, room/3))
	}
	m.list.SetHeight(max(0, h))
	m.list.Select(m.list.Cursor, len(m.rows))
}

// selected is the row under the cursor.
func (m *Model) selected() (row, bool) {
	if m.list.Cursor >= len(m.rows) {
		return row{}, false
	}
	return m.rows[m.list.Cursor], true
}

// Update is tab.Tab's.
func (m *Model) Update(tea.Msg) (tea.Cmd, bool) { return nil, false }

// Key is tab.Tab's.
func (m *Model) Key(msg tea.KeyPressMsg) (tea.Cmd, *tab.Go, bool) {
	switch {
	case m.able && key.Matches(msg, m.keys.Run):
		return nil, &tab.Go{Probe: true}, true
	case m.list.Press(m.keys.rows, msg, len(m.rows)):
		return nil, nil, true
	}
	return nil, nil, false
}

// Scroll is tab.Tab's.
func (m *Model) Scroll() widget.Scroll { return m.list.Scroll(len(m.rows)) }

// Click is tab.Tab's.
func (m *Model) Click(x, y int) (tea.Cmd, *tab.Go) {
	if side, ok := tab.Under(m.columns(), x); ok {
		m.cols.Select(side)
	}
	if i, ok := m.list.At(y-headLines, len(m.rows)); ok {
		m.list.Select(i, len(m.rows))
	}
	return nil, nil
}

// Wheel is tab.Tab's.
func (m *Model) Wheel(delta int) tea.Cmd {
	m.list.Wheel(delta, len(m.rows))
	return nil
}

// Typing is tab.Tab's: nothing is typed here.
func (m *Model) Typing() bool { return false }

// Paste is tab.Tab's.
func (m *Model) Paste(string) tea.Cmd { return nil }

// Bindings is tab.Tab's.
func (m *Model) Bindings() []key.Binding { return []key.Binding{m.keys.Run} }

// Hints is tab.Tab's.
func (m *Model) Hints() []key.Binding {
	if !m.able || m.running {
		return nil
	}
	return m.Bindings()
}
