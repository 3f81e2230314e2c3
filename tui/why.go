package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/pane/why"
	"github.com/stagedive/stagedive/tui/widget"
)

// openWhy shows what made steps run again.
func (a *App) openWhy() {
	a.whyPage = &why.Page{}
	a.whyPage.SetBuild(a.shownBuild())
}

func (a *App) pressWhy(msg tea.KeyPressMsg) tea.Cmd {
	if key.Matches(msg, a.keys.Build) {
		a.whyPage = nil
		return a.startBuild()
	}
	a.whyPage.SetBuild(a.shownBuild())
	switch a.whyPage.Press(a.keys, msg) {
	case why.Jump:
		ref, _ := a.whyPage.Step()
		a.whyPage = nil
		a.tab, a.focus, a.detail = tabBuild, placeSteps, detailLog
		a.moved()
		a.selectStep(ref)
	case why.Close:
		a.whyPage = nil
	case why.Stay:
	}
	return nil
}

// whyWidth bounds the page: longer lines are hard to follow.
const whyWidth = 110

// drawWhy lays the page over the screen.
func (a *App) drawWhy(base []string) []string {
	a.whyPage.SetBuild(a.shownBuild())
	look := pane.Look{Theme: a.theme, Now: a.now(), Focus: true}
	lines := a.whyPage.View(look, a.keys, min(a.width, whyWidth), a.height)
	x, y := widget.Center(min(a.width, whyWidth), len(lines), a.width, a.height)
	return widget.Overlay(base, lines, x, y, a.width)
}
