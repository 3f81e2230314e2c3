package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/widget"
)

// click selects what is under the mouse.
func (a *App) click(m tea.Mouse) tea.Cmd {
	if m.Button != tea.MouseLeft {
		return nil
	}
	l := a.layout()
	switch {
	case a.help != nil:
		a.help = nil
		return nil
	case a.enginePage != nil:
		a.enginePage = nil
		return nil
	case a.changesPage != nil:
		a.changesPage = nil
	case a.extraction != nil:
		a.extraction = nil
		return nil
	case a.viewing.page != nil:
		return nil
	case a.whyPage != nil:
		a.whyPage = nil
		return nil
	case a.builds != nil:
		r := a.buildsRect()
		if !r.has(m.X, m.Y) {
			a.closeBuilds()
			return nil
		}
		return a.pressed(a.builds.Click(m.Y - r.y))
	case a.picker != nil:
		r := a.pickerRect(l)
		if !r.has(m.X, m.Y) {
			a.closePicker()
			return nil
		}
		return a.answer(a.picker.Click(m.Y - r.y))
	case l.header.has(m.X, m.Y):
		if a.onTarget(m.X) {
			return a.pickTarget()
		}
		return nil
	case l.footer.has(m.X, m.Y):
		if t, ok := a.tabAt(m.X); ok {
			if a.tab = t; t == tabTimeline {
				a.showTimeline()
			}
		}
		return nil
	case a.tab == tabCompare:
		return a.clickCompare(m.X-l.body.x, m.Y-l.body.y)
	case a.tab != tabBuild:
		return a.screens.click(a.tab, m.X-l.body.x, m.Y-l.body.y)
	}
	p, x, y, ok := l.at(m.X, m.Y)
	if !ok {
		return nil
	}
	had := a.focus == p
	a.focus = p
	switch {
	case p == placeGraph:
		if a.graphPane.Click(x-1, y-1) {
			a.moved()
		}
		a.dragged = &drag{placeGraph, m.X, m.Y, a.graphPane.InOverview(x-1, y-1)}
	case p == placeSteps:
		if i, ok := a.steps.At(y-1, a.steps.Len()); ok {
			a.moveSteps(func() { a.steps.Select(i, a.steps.Len()) })
		}
	case a.showsSource():
		a.moveSource(func() { a.source.Click(y) })
	case had: // a first click only says where the keys go
		a.logs.Click(a.look(placeDetail), y)
		if ref, ok := a.logs.MarkedStep(); ok {
			a.selectStep(ref)
			a.moved()
		}
		a.dragged = &drag{place: placeDetail}
	}
	return nil
}

// drag is the mouse held down: on which pane, where it was last, and whether it
// holds the window of the graph's overview.
type drag struct {
	place    place
	x, y     int
	overview bool
}

// drag moves the graph along with the mouse, or marks lines of the log; false when
// nothing is held.
func (a *App) drag(m tea.Mouse) bool {
	d := a.dragged
	if d == nil || m.Button != tea.MouseLeft || a.tab != tabBuild || a.picker != nil || a.help != nil {
		return false
	}
	if d.place == placeDetail {
		if a.showsLog() {
			a.logs.Drag(a.look(placeDetail), m.Y-a.layout().panes[placeDetail].y)
		}
		return true
	}
	if d.overview {
		if p, x, y, ok := a.layout().at(m.X, m.Y); ok && p == placeGraph {
			a.graphPane.Show(x-1, y-1)
		}
		return true
	}
	a.graphPane.Pan(d.x-m.X, d.y-m.Y)
	d.x, d.y = m.X, m.Y
	return true
}

// wheelRows is how far a notch of the wheel goes.
const wheelRows = 3

// wheel scrolls what is under the mouse, whatever has the focus.
func (a *App) wheel(m tea.Mouse) tea.Cmd {
	dx, dy := 0, 0
	switch m.Button {
	case tea.MouseWheelUp:
		dy = -1
	case tea.MouseWheelDown:
		dy = 1
	case tea.MouseWheelLeft:
		dx = -1
	case tea.MouseWheelRight:
		dx = 1
	}
	l := a.layout()
	switch {
	case a.help != nil:
		a.help.scroll += dy * wheelRows
		return nil
	case a.changesPage != nil:
		a.changesPage.Wheel(dy)
	case a.viewing.page != nil:
		a.viewing.page.Wheel(dy * wheelRows)
	case a.whyPage != nil:
		a.whyPage.Wheel(dy)
	case a.enginePage != nil:
		a.enginePage.scroll, a.enginePage.moved = a.enginePage.scroll+dy*wheelRows, true
		return nil
	case a.builds != nil:
		a.builds.Wheel(dy)
		return nil
	case a.picker != nil:
		a.picker.Wheel(dy)
		a.preview()
		return nil
	case a.tab != tabBuild:
		return a.screens.wheel(a.tab, m, dx, dy, l.body)
	}
	p, _, _, ok := l.at(m.X, m.Y)
	switch {
	case !ok:
	case p == placeGraph && m.Mod.Contains(tea.ModCtrl):
		a.graphPane.Zoom(-dy)
	case p == placeGraph && m.Mod.Contains(tea.ModShift):
		a.graphPane.Pan(dy*8, 0)
	case p == placeGraph:
		a.graphPane.Pan(dx*4, dy*wheelRows)
	case p == placeSteps:
		a.moveSteps(func() { a.steps.Wheel(dy*wheelRows, a.steps.Len()) })
	case p == a.sourcePlace():
		a.source.Wheel(dy * wheelRows)
		a.moved()
		a.selectSourceStep()
	default:
		a.logs.Wheel(a.look(placeDetail), dy*wheelRows)
	}
	return nil
}

// pickerRect is where the list of targets lies: over the panes at the right, so
// that the graph shows what it means.
func (a *App) pickerRect(l layout) rect {
	r := l.panes[placeSteps]
	if l.one || r.w == 0 {
		w := min(a.width, 64)
		x, _ := widget.Center(w, l.body.h, a.width, l.body.h)
		r = rect{x, l.body.y, w, l.body.h}
	} else {
		r.h = l.body.h
	}
	r.h = min(r.h, 2*max(1, len(a.graph.Stages))+3)
	return r
}
