package tui

import (
	"context"
	"fmt"
	"io"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
)

// Debugger opens shells in what builds leave, and stops builds before a step.
// Its methods return at once where they don't say otherwise.
type Debugger interface {
	// Held says where the last build stands: where it failed, or before a step with a
	// breakpoint. false when it has left nothing to look into.
	Held() (build.Stop, bool)
	// Shell is a shell there, as it stands.
	Shell(ctx context.Context) Session
	// StageShell builds a stage, apart from any other build, and is a shell in what
	// comes out.
	StageShell(ctx context.Context, stage int) Session
	// Changes are the files that the failed step added, changed and removed, sorted
	// by path; more says that there were too many to tell. It takes its time.
	Changes(ctx context.Context) (changes []build.Change, more bool, err error)
	// ChangedText is the beginning of one of them, by its index, sanitised but for
	// the NULs of a binary file.
	ChangedText(ctx context.Context, index int) (string, error)
	// SetBreakpoints says before which steps the builds stop that begin from now on.
	SetBreakpoints([]build.StepRef)
	// Continue lets a build go on that stands before a step.
	Continue()
}

// Session has the terminal for itself while Run runs. An error of Run is a
// sentence for the user.
type Session interface {
	SetStdin(io.Reader)
	SetStdout(io.Writer)
	SetStderr(io.Writer)
	Run() error
	// Code is the exit code of what ran, when Run has returned without an error.
	Code() int
}

// leftMsg says that a session has given the terminal back.
type leftMsg struct {
	session Session
	err     error
}

// canEnter says whether the last build has left something to look into.
func (a *App) canEnter() bool {
	if a.past != nil || a.cfg.Debugger == nil || a.build == nil || a.run != nil && a.build.Stop == nil {
		return false
	}
	_, ok := a.cfg.Debugger.Held()
	return ok
}

// failed says that the build that is shown has failed.
func (a *App) failed() bool {
	b := a.shownBuild()
	return b != nil && b.End != nil && b.End.Failure != nil
}

// ways are the keys that help with a failed build.
func (a *App) ways() []pane.Way {
	if !a.failed() {
		return nil
	}
	var out []pane.Way
	add := func(b key.Binding, word string) { out = append(out, pane.Way{Key: a.label(b), Word: word}) }
	if a.canEnter() && a.stop() == nil {
		add(a.keys.Shell, "shell")
		add(a.keys.Changes, "changed files")
	}
	if a.logs.HasOutput() {
		add(a.keys.FirstError, "first error")
	}
	if a.canRetry() {
		add(a.keys.Reload, "retry")
	}
	return out
}

// openShell hands the terminal to a shell where the build stands.
func (a *App) openShell() tea.Cmd {
	switch {
	case a.cfg.Debugger == nil:
		return a.say(theme.Dim, "there is no build here to open a shell in")
	case a.canEnter():
		return a.enter(a.cfg.Debugger.Shell(a.life))
	case a.run != nil:
		return a.say(theme.Dim, "nothing has failed so far: S opens a shell in the selected stage")
	case a.graph == nil:
		return a.say(theme.Dim, "there is no Dockerfile to build a stage of")
	}
	return a.say(theme.Dim, "no failed step is kept: b builds, S opens a shell in the selected stage")
}

// openStageShell hands the terminal to a shell in the selected stage's result.
func (a *App) openStageShell() tea.Cmd {
	switch {
	case a.cfg.Debugger == nil || a.graph == nil:
		return a.say(theme.Dim, "there is no build here to open a shell in")
	case !a.graph.IsStage(a.graphPane.Selected()):
		return a.say(theme.Dim, "this is not built here: select a stage to open a shell in")
	}
	return a.enter(a.cfg.Debugger.StageShell(a.life, int(a.graphPane.Selected())))
}

// enter hands the terminal over. What builds say meanwhile waits in the feed.
func (a *App) enter(s Session) tea.Cmd {
	return tea.Exec(s, func(err error) tea.Msg { return leftMsg{s, err} })
}

// left says how a session ended.
func (a *App) left(msg leftMsg) tea.Cmd {
	switch code := msg.session.Code(); {
	case msg.err != nil:
		return a.say(theme.Error, "the shell: "+msg.err.Error())
	case code != 0:
		return a.say(theme.Warning, fmt.Sprintf("the shell ended with exit code %d", code))
	}
	return a.say(theme.Dim, "back from the shell: nothing done there is kept")
}
