// Package crossed is the tab that shows what a build carries from stage to stage: of
// each stage what is in the image in the end and what was left behind, side by side.
package crossed

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Model is the tab. It is a tab.Tab.
type Model struct {
	theme *theme.Theme
	keys  Keys

	report *crossing.Report // nil while there is none
	rows   []row
	names  int // width of the column of stages' names
	list   widget.List

	width, height int
}

// row is a stage, or one of the edges that lead out of what stands above it.
type row struct {
	stage int // index into report.Stages; -1 for what the Dockerfile does not build
	edge  int // index into report.Edges; -1 for the stage itself
}

// Keys are its own bindings.
type Keys struct {
	Line key.Binding

	rows keys.Rows
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	return Keys{
		Line: key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "line, where the Dockerfile says it")),
		rows: keys.Default().Rows.Without("space"),
	}
}

// New returns the tab without a report.
func New(th *theme.Theme) *Model { return &Model{theme: th, keys: DefaultKeys()} }

// Set shows a report; nil for none.
func (m *Model) Set(r *crossing.Report) {
	m.report, m.rows, m.names = r, nil, 0
	if r != nil {
		m.rows = rowsOf(r)
		for _, s := range r.Stages {
			m.names = max(m.names, widget.Width(s.Name))
		}
	}
	m.list.Select(0, len(m.rows))
	m.arrange()
}

// rowsOf are the stages, each with what goes out of it, and then what comes from images
// and contexts that the Dockerfile does not build.
func rowsOf(r *crossing.Report) []row {
	var out []row
	for i, s := range r.Stages {
		out = append(out, row{i, -1})
		for k, e := range r.Edges {
			if e.Stage == s.Index {
				out = append(out, row{i, k})
			}
		}
	}
	for k, e := range r.Edges {
		if e.Stage < 0 && e.Kind != model.EdgeBase {
			out = append(out, row{-1, k})
		}
	}
	return out
}

// Name is tab.Tab's.
func (m *Model) Name() string { return "crossed" }

// Prepare is tab.Tab's: what crossed is of a Dockerfile, not of a comparison.
func (m *Model) Prepare(*compare.Comparison) func() tea.Cmd { return func() tea.Cmd { return nil } }

// Ready is tab.Tab's.
func (m *Model) Ready() bool { return len(m.rows) > 0 }

// SetTheme is tab.Tab's.
func (m *Model) SetTheme(th *theme.Theme) { m.theme = th }

// SetSize is tab.Tab's.
func (m *Model) SetSize(width, height int) {
	m.width, m.height = width, height
	m.arrange()
}

// headLines is what the report comes to, in a line.
const headLines = 1

// arrange divides the height between the rows and what is told of the selected one.
func (m *Model) arrange() {
	h := m.height - headLines
	if m.height >= 9 {
		h = max(3, min(len(m.rows), (m.height-headLines)/2-1))
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
	case m.list.Press(m.keys.rows, msg, len(m.rows)):
		return nil, nil, true
	case key.Matches(msg, m.keys.Line):
		return nil, m.to(), true
	}
	return nil, nil, false
}

// to is the place in the Dockerfile of what is under the cursor.
func (m *Model) to() *tab.Go {
	r, ok := m.selected()
	switch {
	case !ok:
		return nil
	case r.edge >= 0:
		return &tab.Go{Line: m.report.Edges[r.edge].Line}
	}
	return &tab.Go{Line: m.report.Stages[r.stage].Line}
}

// Scroll is tab.Tab's.
func (m *Model) Scroll() widget.Scroll { return m.list.Scroll(len(m.rows)) }

// Click is tab.Tab's: the second click on a row does what enter does.
func (m *Model) Click(_, y int) (tea.Cmd, *tab.Go) {
	i, ok := m.list.At(y-headLines, len(m.rows))
	if ok && i == m.list.Cursor {
		return nil, m.to()
	}
	if ok {
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
func (m *Model) Bindings() []key.Binding { return []key.Binding{m.keys.Line} }

// Hints is tab.Tab's.
func (m *Model) Hints() []key.Binding { return m.Bindings() }
