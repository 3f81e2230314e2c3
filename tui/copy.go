package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/pane/logs"
	"github.com/stagedive/stagedive/tui/theme"
)

// clipboardMost is how much is sent to a clipboard, in bytes. Terminals cut what
// is longer, or drop it, and do not say so.
const clipboardMost = 100_000

// copy sends what is selected to the terminal's clipboard: lines of the log, or
// the instruction as it stands in the Dockerfile. OSC 52 is not answered, so all
// that can be said is that it was sent.
func (a *App) copy() tea.Cmd {
	text, what, lines := "", "line", 0
	if a.focus == placeDetail && !a.showsSource() {
		t, which := a.logs.Copied(a.look(placeDetail))
		text, what, lines = t.String(), which+" line", t.Lines()
	} else if ref, ok := a.steps.Step(); ok {
		st := a.graph.Stages[ref.Stage].Steps[ref.Step]
		text = strings.Join(a.graph.Lines[st.Line-1:min(st.EndLine, len(a.graph.Lines))], "\n") + "\n"
		lines = strings.Count(text, "\n")
	}
	switch {
	case lines == 0:
		return a.say(theme.Dim, "there is nothing to copy")
	case len(text) > clipboardMost:
		return a.say(theme.Warning, fmt.Sprintf("%s, %s: too much for a clipboard. ^S saves the log to a file",
			measure.Plural(lines, what), measure.Bytes(int64(len(text)))))
	}
	return tea.Batch(tea.SetClipboard(text), a.say(theme.Dim, measure.Plural(lines, what)+" sent to the clipboard"))
}

// save writes a log to a file.
func (a *App) save(r logs.SaveRequest) tea.Cmd {
	saver, ctx := a.cfg.Saver, a.life
	a.working.Add(1)
	return func() tea.Msg {
		defer a.working.Done()
		path, err := saver.Save(ctx, r.Name, r.Replace, r.Text.Write)
		return savedMsg{r.Name, path, r.Text.Lines(), err}
	}
}

// saved says where the file is, or asks what to do with one that is there.
func (a *App) saved(msg savedMsg) tea.Cmd {
	switch {
	case errors.Is(msg.err, fs.ErrExist):
		if a.tab == tabBuild && !a.logs.Typing() {
			a.toLog()
			a.logs.Exists(a.look(placeDetail), msg.name)
			return nil
		}
		return a.say(theme.Warning, "the log was not saved: "+sanitize.Text(msg.name)+" is there already")
	case msg.err != nil:
		return a.say(theme.Error, "the log was not saved: "+sanitize.Text(msg.err.Error()))
	}
	return a.say(theme.Dim, measure.Plural(msg.lines, "line")+" saved to "+sanitize.Text(msg.path))
}
