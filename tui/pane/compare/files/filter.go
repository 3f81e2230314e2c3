package files

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/pane/bits"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
)

// unfiltered is how things were before a filter was typed, for its end.
type unfiltered struct {
	at   compare.ID
	open bits.Set
	back bool // the filter was dropped: back to where the cursor was
}

// Typing is tab.Tab's.
func (m *Model) Typing() bool { return m.typing }

// beginFilter opens the prompt, with what was typed before.
func (m *Model) beginFilter() {
	m.typing = true
	if m.view.text == "" && m.shown != nil {
		m.before = unfiltered{at: compare.None, open: m.shown.open.Clone()}
		if id, ok := m.Selected(); ok {
			m.before.at = id
		}
	}
}

// dropFilter forgets it without asking for anything.
func (m *Model) dropFilter() {
	m.typing, m.problem, m.regex = false, "", false
	m.view.text, m.view.regex, m.view.nested = "", false, false
	m.input.Clear()
}

// typeFilter edits the filter; what is shown follows each letter.
func (m *Model) typeFilter(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	k := m.keys
	switch {
	case key.Matches(msg, k.back):
		m.dropFilter()
		m.before.back = true
		return m.ask(), true
	case key.Matches(msg, k.Open):
		m.typing = false
		if m.problem != "" || m.view.text == "" {
			m.dropFilter()
			return m.ask(), true
		}
	case key.Matches(msg, k.Regex):
		m.regex = !m.regex
		return m.filter(), true
	case key.Matches(msg, k.previous):
		m.list.Move(-1, m.Len())
	case key.Matches(msg, k.next):
		m.list.Move(1, m.Len())
	case key.Matches(msg, k.pages):
		m.list.Press(k.rows, msg, m.Len())
	case m.input.Press(msg):
		return m.filter(), true
	default:
		return nil, false
	}
	return nil, true
}

// Paste is tab.Tab's.
func (m *Model) Paste(text string) tea.Cmd {
	m.input.Insert(text)
	return m.filter()
}

// filter asks for what the prompt means now. Half of an expression means nothing yet:
// what was shown stays, and the prompt says what is missing.
func (m *Model) filter() tea.Cmd {
	m.problem = ""
	if _, err := pattern.New(m.input.String(), m.regex); err != nil {
		m.problem = err.Error()
		return nil
	}
	m.view.text, m.view.regex = m.input.String(), m.regex
	m.list.Select(0, m.Len())
	return m.ask()
}
