package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
)

// copy sends what is selected to the terminal's clipboard: the log, or the
// instruction as it stands in the Dockerfile. OSC 52 is not answered, so all that
// can be said is that it was sent.
func (a *App) copy() tea.Cmd {
	text := ""
	if a.focus == placeDetail && !a.showsSource() {
		text = a.logs.Text()
	} else if ref, ok := a.steps.Step(); ok {
		st := a.graph.Stages[ref.Stage].Steps[ref.Step]
		text = strings.Join(a.graph.Lines[st.Line-1:min(st.EndLine, len(a.graph.Lines))], "\n") + "\n"
	}
	if text == "" {
		return a.say(theme.Dim, "there is nothing to copy")
	}
	lines := strings.Count(text, "\n")
	return tea.Batch(tea.SetClipboard(text), a.say(theme.Dim, measure.Plural(lines, "line")+" sent to the clipboard"))
}
