package files

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/pane/image/pattern"
)

// unfiltered is how things were before a filter was typed, for its end.
type unfiltered struct {
	at   string
	open []string
	back bool // the filter was dropped: back to where the cursor was
}

// Typing says that letters go into the filter, so that they are nobody's keys.
func (m *Model) Typing() bool { return m.typing }

// Filtered says whether a filter narrows what is shown.
func (m *Model) Filtered() bool { return m.view.text != "" }

// beginFilter opens the prompt, with what was typed before.
func (m *Model) beginFilter() {
	m.typing = true
	if m.view.text == "" && m.shown != nil {
		m.before = unfiltered{}
		if id, ok := m.Selected(); ok {
			m.before.at = m.shown.tree.RawPath(id)
		}
		if m.shown.rows != nil {
			m.before.open = m.shown.rows.opened(keptOpen)
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
	case msg.String() == "enter":
		m.typing = false
		if m.problem != "" || m.view.text == "" {
			m.dropFilter()
			return m.ask(), true
		}
		return nil, true
	case key.Matches(msg, k.Regex):
		m.regex = !m.regex
		return m.filter(), true
	case key.Matches(msg, k.previous):
		m.list.Move(-1, m.Len())
		return nil, true
	case key.Matches(msg, k.next):
		m.list.Move(1, m.Len())
		return nil, true
	case key.Matches(msg, k.pages):
		m.list.Press(k.rows, msg, m.Len())
		return nil, true
	case !m.input.Press(msg):
		return nil, false
	}
	return m.filter(), true
}

// Paste adds text to the filter.
func (m *Model) Paste(text string) tea.Cmd {
	m.input.Insert(text)
	return m.filter()
}

// filter asks for what the prompt means now. Half of an expression means nothing
// yet: what was shown stays, and the prompt says what is missing.
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
