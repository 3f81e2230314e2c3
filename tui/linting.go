package tui

import (
	"context"
	"errors"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
)

// Linter judges the Dockerfile and its context without building anything.
type Linter interface {
	// Lint judges the Dockerfile that Config.Graph, Builder.Reload or a build gave last,
	// for a target. It may take as long as walking the build context does, and returns
	// early when ctx is cancelled.
	Lint(ctx context.Context, target int) ([]finding.Finding, error)
}

// linting is what the linter says of the graph.
type linting struct {
	gen      int
	graph    *model.Graph // that was asked about last; nil before
	target   int
	cancel   context.CancelFunc
	findings []finding.Finding // of graph, or of one before with the same text, until the answer is there
	told     []finding.Finding // what the panes were told last
	toldOf   *model.Graph      // and of which graph
}

// lintedMsg brings what the linter says.
type lintedMsg struct {
	gen      int
	findings []finding.Finding
	err      error
}

// lint asks the linter about what is shown now, if that is not what it was asked last.
// A build of the history is past judging.
func (a *App) lint() tea.Cmd {
	defer a.tellFindings()
	l := &a.linting
	if a.cfg.Linter == nil || a.past != nil || a.graph == nil || a.target < 0 || a.graph == l.graph && a.target == l.target {
		return nil
	}
	if l.cancel != nil {
		l.cancel()
	}
	if l.graph != nil && !sameText(a.graph, l.graph) { // the lines of another file
		l.findings = nil
	}
	l.gen++
	l.graph, l.target = a.graph, a.target
	ctx, cancel := context.WithCancel(a.life)
	l.cancel = cancel
	gen, linter, target := l.gen, a.cfg.Linter, a.target
	a.working.Add(1)
	return func() tea.Msg {
		defer a.working.Done()
		defer cancel()
		found, err := linter.Lint(ctx, target)
		return lintedMsg{gen, found, err}
	}
}

// sameText says whether two graphs are of the same lines: findings of one stand where they
// stand in the other.
func sameText(a, b *model.Graph) bool {
	return a == b || a.File == b.File && slices.Equal(a.Lines, b.Lines)
}

func (a *App) linted(msg lintedMsg) tea.Cmd {
	switch {
	case msg.gen != a.linting.gen:
		return nil
	case msg.err != nil && !errors.Is(msg.err, context.Canceled):
		return a.say(theme.Warning, "judging the Dockerfile: "+msg.err.Error())
	case msg.err != nil:
		return nil
	}
	a.linting.findings = msg.findings
	a.tellFindings()
	return nil
}

// static are the findings of the Dockerfile that is shown.
func (a *App) static() []finding.Finding {
	if a.past != nil || a.graph != a.linting.graph {
		return nil
	}
	return a.linting.findings
}

// tellFindings hands the Dockerfile's findings to those that show them, when they are
// others than before.
func (a *App) tellFindings() {
	now, l := a.static(), &a.linting
	if len(now) == len(l.told) && (len(now) == 0 || &now[0] == &l.told[0] && a.graph == l.toldOf) {
		return
	}
	l.told, l.toldOf = now, a.graph
	a.source.SetFindings(now)
	a.screens.leaks.SetStatic(now, a.graph)
}

// problems are what is wrong with the file beside its findings: what BuildKit refuses,
// and what a build warned of that no finding says already.
func (a *App) problems() []model.Problem {
	all := a.graph.Problems
	if b := a.shownBuild(); b != nil && len(b.Warnings) > 0 {
		all = b.Problems()
	}
	return pane.Beside(all, a.static())
}

// pressFindings goes to the next finding in the Dockerfile, or the one before.
func (a *App) pressFindings(msg tea.KeyPressMsg) tea.Cmd {
	by := 1
	if key.Matches(msg, a.keys.PreviousFinding) {
		by = -1
	}
	line, ok := a.source.NextFinding(by)
	if !ok {
		return a.say(theme.Dim, "nothing was found in the Dockerfile")
	}
	if !a.showsSource() {
		a.toggleDetail()
	}
	a.moveSource(func() { a.source.SetLine(line) })
	return nil
}
