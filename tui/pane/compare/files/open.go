package files

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/pane/compare/filediff"
)

// opened is the page of how one file differs.
type opened struct {
	gen    int
	page   *filediff.Page // nil unless it is open
	id     compare.ID
	cancel context.CancelFunc // of what it waits for
}

// differsMsg brings how a file differs.
type differsMsg struct {
	gen  int
	file *difference.File
	err  error
}

// openPage asks how a file of the chosen side differs from the first side's.
func (m *Model) openPage(id compare.ID) tea.Cmd {
	if m.differ == nil {
		return nil
	}
	m.closePage()
	side := m.Against()
	o := &m.open
	o.page, o.id = filediff.New(m.files.Path(id), m.cols.Name(0), m.cols.Name(side)), id
	ctx, cancel := context.WithCancel(context.Background())
	o.cancel = cancel
	differ, of, path, gen := m.differ, m.of, m.files.RawPath(id), o.gen
	return func() tea.Msg {
		f, err := differ(ctx, of, side, path)
		return differsMsg{gen, f, err}
	}
}

// closePage goes back to the files.
func (m *Model) closePage() {
	o := &m.open
	if o.cancel != nil {
		o.cancel()
	}
	*o = opened{gen: o.gen + 1}
}

// differs shows how the file differs that the page is about.
func (m *Model) differs(msg differsMsg) {
	switch {
	case m.open.page == nil || msg.gen != m.open.gen:
	case msg.err != nil:
		m.open.page.Set(nil, shownError{msg.err})
	default:
		m.open.page.Set(msg.file, nil)
	}
}

// shownError is an error whose text is harmless.
type shownError struct{ error }

// Error implements error.
func (e shownError) Error() string { return sanitize.Text(e.error.Error()) }

// Turned is tab.Turner's: the page is about the chosen column.
func (m *Model) Turned() tea.Cmd {
	if m.open.page == nil {
		return nil
	}
	return m.openPage(m.open.id)
}

// pressPage gives a key to the page.
func (m *Model) pressPage(msg tea.KeyPressMsg) bool {
	closed, taken := m.open.page.Press(msg)
	if closed {
		m.closePage()
	}
	return taken
}
