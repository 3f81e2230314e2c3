package tui

import (
	"cmp"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	comparetab "github.com/stagedive/stagedive/tui/pane/compare/tab"
)

// pressCompare gives a key to the panel of the comparison.
func (a *App) pressCompare(msg tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	cmd, to, taken := a.screens.compare.Key(msg)
	switch {
	case to != nil:
		return tea.Batch(cmd, a.goFromCompare(*to)), true
	case !taken && key.Matches(msg, a.keys.Back) && a.probing.running() && a.probesShown():
		a.stopProbing()
		return cmd, true
	case !taken && key.Matches(msg, a.keys.Back) && a.comparing.running() && a.run == nil && a.graph != nil:
		a.giveUpComparing()
		return cmd, true
	}
	return cmd, taken
}

// clickCompare gives it a click.
func (a *App) clickCompare(x, y int) tea.Cmd {
	cmd, to := a.screens.compare.Click(x, y)
	if to != nil {
		return tea.Batch(cmd, a.goFromCompare(*to))
	}
	return cmd
}

// goFromCompare goes where the panel's answer asks for.
func (a *App) goFromCompare(to comparetab.Go) tea.Cmd {
	switch {
	case to.Probe:
		return a.startProbing()
	case to.Line > 0:
		a.showLine(to.Line)
	case to.Copy != "":
		return a.copyPath(to.Copy)
	case to.Image != nil:
		return a.openSide(*to.Image)
	}
	return nil
}

// openSide shows the image of a side in the image tab, until esc comes back.
func (a *App) openSide(at comparetab.Place) tea.Cmd {
	side := a.screens.compare.Comparison().Sides[at.Side]
	if side.Image == nil {
		return nil
	}
	closed := a.closeStage()
	a.openings++
	a.opened = &opened{
		inspection: inspection{gen: a.openings, image: side.Image, findings: side.Found, proofs: side.Proofs},
		stage:      -1, step: -1, side: true,
	}
	a.tab = tabImage
	show := a.screens.show(side.Image, side.Found, side.Proofs, cmp.Or(side.Graph, a.graph))
	if at.Finding != nil {
		a.tab = tabLeaks
		a.screens.leaks.Show(*at.Finding)
	}
	a.screens.image.SetTitle(side.Name)
	if at.Layer >= 0 {
		show = tea.Batch(show, a.screens.image.Open(at.Layer, at.Path))
	}
	return tea.Batch(closed, show)
}

// giveUpComparing stops opening the images that were to stand side by side.
func (a *App) giveUpComparing() {
	a.stopComparing()
	a.comparing.err = errGivenUp
}

// compareHints are the keys of the comparison that matter now.
func (a *App) compareHints() []hint {
	var out []hint
	for _, b := range a.screens.compare.Hints() {
		out = append(out, hint{b, firstWords(b.Help().Desc)})
	}
	switch {
	case a.probing.running() && a.probesShown():
		out = append(out, hint{a.keys.Back, "cancel"})
	case len(out) > 0:
		if a.graph != nil {
			out = append(out, hint{a.keys.Back, "graph"})
		}
	case a.run != nil:
		out = a.runHints()
	case a.comparing.running() && a.graph != nil:
		out = append(out, hint{a.keys.Back, "cancel"})
	case a.graph != nil:
		out = append(out, hint{a.keys.BuildTab, "graph"})
	}
	return append(out, hint{a.keys.Quit, "quit"})
}
