// Package ladder is the tab that shows the images of one Dockerfile as bars: base
// images, stages, what one stage alone would come to, and what ships; and how the same
// was done before a Dockerfile had stages.
package ladder

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Model is the tab. It is a tab.Tab.
type Model struct {
	theme *theme.Theme
	rows  keys.Rows
	line  key.Binding

	ladder *ladder.Ladder // nil while there is none
	lines  func(stage int) int
	text   []told // below the bars
	names  int    // width of the column of names
	list   widget.List

	width, height int
}

// New returns the tab without a ladder.
func New(th *theme.Theme) *Model {
	return &Model{
		theme: th, rows: keys.Default().Rows.Without("space"),
		line: key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "line, where the Dockerfile begins the stage")),
	}
}

// Set shows a ladder; nil for none. line is the line of a stage's FROM.
func (m *Model) Set(l *ladder.Ladder, line func(stage int) int) {
	m.ladder, m.lines = l, line
	m.names = 0
	if l != nil {
		for _, r := range l.Rungs {
			m.names = max(m.names, widget.Width(r.Name))
		}
	}
	m.wrap()
	m.list.Select(0, m.Len())
}

// Name is tab.Tab's.
func (m *Model) Name() string { return "ladder" }

// Prepare is tab.Tab's: a ladder is of a Dockerfile, not of a comparison.
func (m *Model) Prepare(*compare.Comparison) func() tea.Cmd { return func() tea.Cmd { return nil } }

// Ready is tab.Tab's.
func (m *Model) Ready() bool { return m.ladder != nil && len(m.ladder.Rungs) > 0 }

// SetTheme is tab.Tab's.
func (m *Model) SetTheme(th *theme.Theme) {
	m.theme = th
	m.wrap()
}

// SetSize is tab.Tab's.
func (m *Model) SetSize(width, height int) {
	m.list.SetHeight(max(0, height-m.head()))
	if m.width != width {
		m.width = width
		m.wrap()
	}
	m.height = height
	m.list.SetHeight(max(0, height-m.head()))
	m.list.Select(m.list.Cursor, m.Len())
}

// head is how many lines stand above the rows: the headline, and a blank where there is
// room.
func (m *Model) head() int {
	if m.height < 10 {
		return 1
	}
	return 2
}

// Update is tab.Tab's.
func (m *Model) Update(tea.Msg) (tea.Cmd, bool) { return nil, false }

// Key is tab.Tab's.
func (m *Model) Key(msg tea.KeyPressMsg) (tea.Cmd, *tab.Go, bool) {
	switch {
	case m.list.Press(m.rows, msg, m.Len()):
	case key.Matches(msg, m.line):
		return nil, m.to(), true
	default:
		return nil, nil, false
	}
	return nil, nil, true
}

// to is the place in the Dockerfile of what is under the cursor.
func (m *Model) to() *tab.Go {
	if i := m.list.Cursor; i < len(m.ladder.Rungs) && m.lines != nil {
		if r := m.ladder.Rungs[i]; r.Stage >= 0 {
			return &tab.Go{Line: m.lines(r.Stage)}
		}
	}
	return nil
}

// Scroll is tab.Tab's.
func (m *Model) Scroll() widget.Scroll { return m.list.Scroll(m.Len()) }

// Click is tab.Tab's: the second click on a row does what enter does.
func (m *Model) Click(_, y int) (tea.Cmd, *tab.Go) {
	i, ok := m.list.At(y-m.head(), m.Len())
	if ok && i == m.list.Cursor {
		return nil, m.to()
	}
	if ok {
		m.list.Select(i, m.Len())
	}
	return nil, nil
}

// Wheel is tab.Tab's.
func (m *Model) Wheel(delta int) tea.Cmd {
	m.list.Wheel(delta, m.Len())
	return nil
}

// Typing is tab.Tab's: nothing is typed here.
func (m *Model) Typing() bool { return false }

// Paste is tab.Tab's.
func (m *Model) Paste(string) tea.Cmd { return nil }

// Bindings is tab.Tab's: the one key is that of the tab beside it, which tells of it.
func (m *Model) Bindings() []key.Binding { return nil }

// Hints is tab.Tab's.
func (m *Model) Hints() []key.Binding {
	if m.to() == nil {
		return nil
	}
	return []key.Binding{m.line}
}
