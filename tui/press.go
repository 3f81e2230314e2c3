package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/pane/graph"
	"github.com/stagedive/stagedive/tui/theme"
)

// press handles a key. Escapes that follow one another quickly come as a single
// one with alt (a terminal can't tell them apart): they are two of them. A
// sentence that could be read goes with the next key.
func (a *App) press(msg tea.KeyPressMsg) tea.Cmd {
	if a.toast.text != "" && a.clock.Now().Sub(a.toast.since) >= glanceTime {
		a.toast.text = ""
	}
	if msg.Code == tea.KeyEscape && msg.Mod == tea.ModAlt {
		msg.Mod = 0
		return tea.Batch(a.route(msg), a.route(msg))
	}
	return a.route(msg)
}

// route gives a key to what lies on top first, then to the pane with the focus,
// then to the program.
func (a *App) route(msg tea.KeyPressMsg) tea.Cmd {
	if key.Matches(msg, a.keys.Cancel) {
		if a.run == nil && (a.picker != nil || a.help != nil || a.enginePage != nil || a.whyPage != nil || a.changesPage != nil || a.builds != nil || a.viewing.page != nil || a.extraction != nil) {
			a.closeFile()
			a.extraction = nil
			a.help, a.enginePage, a.whyPage, a.changesPage, a.builds = nil, nil, nil, nil, nil
			if a.picker != nil {
				a.closePicker()
			}
			return nil
		}
		if a.run == nil && a.opened != nil && a.opened.running() {
			a.tab = tabBuild
			return a.closeStage()
		}
		if a.run == nil && a.comparing.running() && a.graph != nil {
			a.giveUpComparing()
			return nil
		}
		if a.run == nil && a.probing.running() {
			a.stopProbing()
			return nil
		}
		return a.cancel()
	}
	switch {
	case key.Matches(msg, a.keys.Suspend):
		return tea.Suspend
	case key.Matches(msg, a.keys.Redraw):
		return tea.ClearScreen
	case a.help != nil:
		return a.pressHelp(msg)
	case a.asksHelp(msg):
		a.help = &help{}
		return nil
	case a.enginePage != nil:
		return a.pressEngine(msg)
	case a.changesPage != nil:
		return a.pressChanges(msg)
	case a.extraction != nil:
		return a.pressExtract(msg)
	case a.viewing.page != nil:
		return a.pressFile(msg)
	case a.whyPage != nil:
		return a.pressWhy(msg)
	case a.builds != nil:
		return a.pressed(a.builds.Press(msg))
	case a.picker != nil:
		return a.answer(a.picker.Press(a.keys, msg))
	case a.tab != tabBuild:
		if cmd, taken := a.pressScreen(msg); taken {
			return cmd
		}
	case a.logTyping():
		a.logs.Press(a.look(placeDetail), a.keys, msg)
		return nil
	case a.sourceTyping():
		a.pressSource(msg)
		return nil
	}
	if cmd, taken := a.pressGlobal(msg); taken {
		return cmd
	}
	if a.tab == tabBuild {
		return a.pressPane(msg)
	}
	return nil
}

// pressGlobal handles the keys that mean the same everywhere.
func (a *App) pressGlobal(msg tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	k := a.keys
	switch {
	case key.Matches(msg, k.Quit):
		return a.leave(), true
	case key.Matches(msg, k.Help):
		a.help = &help{}
	case key.Matches(msg, k.Engine):
		a.enginePage = &engine{}
	case key.Matches(msg, k.Why) && a.past != nil:
		return a.say(theme.Dim, "not kept of past builds: compare two of them with ^R"), true
	case key.Matches(msg, k.Why) && a.graph != nil:
		a.openWhy()
	case key.Matches(msg, k.History):
		return a.openBuilds(), true
	case key.Matches(msg, k.Build):
		return a.startBuild(), true
	case key.Matches(msg, k.Watch):
		return a.toggleWatch(), true
	case key.Matches(msg, k.Target):
		return a.pickTarget(), true
	case key.Matches(msg, k.Reload):
		return a.retry(), true
	case a.past != nil && key.Matches(msg, k.Shell, k.StageShell, k.Changes):
		return a.notInPast(), true
	case key.Matches(msg, k.Shell):
		return a.openShell(), true
	case key.Matches(msg, k.Changes):
		return a.openChanges(), true
	case key.Matches(msg, k.StageShell):
		return a.openStageShell(), true
	case key.Matches(msg, k.BuildTab):
		if a.graph != nil {
			a.tab = tabBuild
		}
	case key.Matches(msg, k.TimelineTab):
		a.showTimeline()
	case key.Matches(msg, k.ImageTab):
		a.tab = tabImage
	case key.Matches(msg, k.Compare):
		return a.compareMarked(), true
	case key.Matches(msg, k.Inspect):
		return a.lookInto(), true
	case key.Matches(msg, k.LeaksTab):
		a.tab = tabLeaks
	case key.Matches(msg, k.CompareTab) && (a.graph != nil || a.cfg.Comparison != nil):
		a.tab = tabCompare
	case key.Matches(msg, k.Mouse):
		a.mouse = !a.mouse
		if a.mouse {
			return a.say(theme.Dim, "the mouse clicks and scrolls here"), true
		}
		return a.say(theme.Dim, "the mouse selects text as the terminal does"), true
	default:
		return nil, false
	}
	return nil, true
}

// pressPane handles the keys of the build screen's panes.
func (a *App) pressPane(msg tea.KeyPressMsg) tea.Cmd {
	k := a.keys
	switch {
	case key.Matches(msg, k.Next):
		a.focus = a.layout().next(a.focus, 1)
	case key.Matches(msg, k.Previous):
		a.focus = a.layout().next(a.focus, -1)
	case key.Matches(msg, k.Break):
		return a.toggleBreakpoint()
	case key.Matches(msg, k.Zoom):
		a.alone = !a.alone
	case key.Matches(msg, k.View):
		a.toggleDetail()
	case key.Matches(msg, k.Copy):
		return a.copy()
	case key.Matches(msg, k.NextFinding, k.PreviousFinding):
		return a.pressFindings(msg)
	case key.Matches(msg, k.Search, k.NextMatch, k.PreviousMatch, k.Only, k.FirstError, k.Save, k.Scope, k.Times, k.Wrap):
		return a.pressReading(msg)
	case a.focus == placeGraph:
		return a.pressGraph(msg)
	case a.focus == placeSteps:
		a.pressSteps(msg)
	case a.showsSource():
		a.pressSource(msg)
	default:
		a.pressLog(msg)
	}
	return nil
}

// toggleDetail goes from the log to the Dockerfile and back.
func (a *App) toggleDetail() {
	switch source, both := a.showsSource(), a.layout().both; {
	case both && source:
		a.focus = placeDetail
	case both:
		a.focus = placeSource
	case source:
		a.detail = detailLog
	default:
		a.detail = detailSource
	}
}

func (a *App) showsLog() bool { return a.tab == tabBuild && !a.showsSource() }

func (a *App) pressGraph(msg tea.KeyPressMsg) tea.Cmd {
	k, g := a.keys, a.graphPane
	switch {
	case key.Matches(msg, k.Mark):
		return a.toggleMark(g.Selected())
	case key.Matches(msg, k.Up):
		a.moveGraph(graph.Up)
	case key.Matches(msg, k.Down):
		a.moveGraph(graph.Down)
	case key.Matches(msg, k.Left):
		a.moveGraph(graph.Left)
	case key.Matches(msg, k.Right):
		if !a.moveGraph(graph.Right) {
			a.focus = placeSteps
		}
	case key.Matches(msg, k.Enter):
		a.focus = placeSteps
	case key.Matches(msg, k.Home):
		g.First()
		a.moved()
	case key.Matches(msg, k.End):
		g.Last()
		a.moved()
	case key.Matches(msg, k.PageUp, k.PanUp):
		g.Pan(0, -4)
	case key.Matches(msg, k.PageDown, k.PanDown):
		g.Pan(0, 4)
	case key.Matches(msg, k.PanLeft):
		g.Pan(-8, 0)
	case key.Matches(msg, k.PanRight):
		g.Pan(8, 0)
	case key.Matches(msg, k.Larger):
		g.Zoom(1)
	case key.Matches(msg, k.Smaller):
		g.Zoom(-1)
	case key.Matches(msg, k.Fit):
		g.Zoom(0)
	case key.Matches(msg, k.Skipped):
		g.ToggleSkipped()
	case key.Matches(msg, k.Overview):
		switch {
		case g.ToggleOverview():
		case g.Overflows():
			return a.say(theme.Dim, "there is no room for an overview here")
		default:
			return a.say(theme.Dim, "the whole graph is in view: + draws it larger")
		}
	case key.Matches(msg, k.Follow):
		a.follow = true
		a.followRunning()
	case key.Matches(msg, k.Back) && !a.alone && a.past != nil && a.cfg.Builder != nil:
		return a.comeBack()
	case key.Matches(msg, k.Back):
		a.alone = false
	}
	return nil
}

func (a *App) pressSteps(msg tea.KeyPressMsg) {
	k, s, n := a.keys, &a.steps, a.steps.Len()
	switch {
	case s.List.Press(k.Rows, msg, n):
		a.moveSteps(func() {})
	case key.Matches(msg, k.Enter, k.Right):
		a.focus = placeDetail
	case key.Matches(msg, k.Back, k.Left):
		a.focus = placeGraph
	case key.Matches(msg, k.Follow):
		a.follow = true
		a.followRunning()
	}
}

func (a *App) pressSource(msg tea.KeyPressMsg) {
	k, s := a.keys, &a.source
	if line := s.Line(); s.Press(k, msg) {
		if s.Line() != line {
			a.moveSource(func() {})
		}
		return
	}
	const far = 1 << 20 // more lines than a Dockerfile has
	by, moves := k.By(msg, s.Height(), far)
	switch {
	case moves:
		a.moveSource(func() { s.Move(by) })
	case key.Matches(msg, k.Enter):
		if a.shownBuild() != nil {
			a.toggleDetail()
		}
	case key.Matches(msg, k.Back, k.Left):
		a.focus = placeSteps
	}
}

func (a *App) pressLog(msg tea.KeyPressMsg) {
	switch {
	case a.logs.Press(a.look(placeDetail), a.keys, msg):
		a.movedAt = a.clock.Now()
	case key.Matches(msg, a.keys.Back, a.keys.Left):
		a.focus = placeSteps
	}
}

func (a *App) paste(text string) tea.Cmd {
	switch {
	case a.extraction != nil:
		a.extraction.input.Insert(text)
	case a.viewing.page != nil:
		a.viewing.page.Paste(text)
	case a.builds != nil:
		a.builds.Paste(text)
	case a.picker != nil:
		a.picker.Paste(text)
	case a.screens.typing(a.tab):
		return a.screens.paste(a.tab, text)
	case a.logTyping():
		a.logs.Paste(a.look(placeDetail), text)
	case a.sourceTyping():
		a.moveSource(func() { a.source.Paste(text) })
	}
	return nil
}
