package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// View is tea.Model's. Bubble Tea asks for it once a message; it is drawn anew
// only when something has changed.
func (a *App) View() tea.View {
	if a.isStale {
		a.frame, a.isStale = strings.Join(a.draw(), "\n"), false
	}
	v := tea.NewView(a.frame)
	v.AltScreen = true
	v.WindowTitle = a.windowTitle()
	if a.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

func (a *App) windowTitle() string {
	if a.graph == nil {
		return "stagedive"
	}
	return "stagedive " + a.graph.File
}

func (a *App) layout() layout {
	need := needs{log: a.shownBuild() != nil}
	if a.graph != nil {
		need.lines = len(a.graph.Lines)
		for _, s := range a.graph.Stages {
			need.steps = max(need.steps, len(s.Steps))
		}
	}
	return arrange(a.width, a.height, a.focus, a.alone && a.picker == nil, need)
}

func (a *App) look(p place) pane.Look {
	return pane.Look{Theme: a.theme, Now: a.now(), Focus: a.focus == p && a.picker == nil, Breaks: a.breakpoints, Stop: a.stop(), Ways: a.ways(), Image: a.imageInWords()}
}

// draw is the whole screen: exactly its height in lines, each exactly as wide.
func (a *App) draw() []string {
	if a.width <= 0 || a.height <= 0 {
		return nil
	}
	l := a.layout()
	out := make([]string, 0, a.height)
	if l.header.h > 0 {
		out = append(out, a.header())
	}
	var body []string
	if a.tab == tabBuild {
		body = a.drawBuild(l)
	} else {
		switch {
		case a.tab == tabTimeline:
			a.syncTimeline()
		case a.tab == tabCompare:
			a.screens.compare.SetWaiting(a.compareState())
			a.sayProbing()
		case a.inside().image == nil:
			a.screens.setWaiting(a.screenState())
		}
		body = a.screens.view(a.tab)
	}
	for i := range l.body.h {
		line := ""
		if i < len(body) {
			line = body[i]
		}
		out = append(out, widget.Fit(line, a.width, a.theme.Glyphs.Ellipsis))
	}
	if l.footer.h > 0 {
		out = append(out, a.footer())
	}
	if a.viewing.page != nil {
		out = a.drawFile(out, l)
	}
	if a.extraction != nil {
		out = a.drawExtract(out, l)
	}
	out = a.drawToast(out, l)
	switch {
	case a.help != nil:
		out = a.drawHelp(out)
	case a.enginePage != nil:
		out = a.drawEngine(out)
	case a.changesPage != nil:
		out = a.drawChanges(out)
	case a.whyPage != nil:
		out = a.drawWhy(out)
	case a.builds != nil:
		out = a.drawBuilds(out)
	case a.picker != nil:
		r := a.pickerRect(l)
		look := pane.Look{Theme: a.theme, Now: a.now(), Focus: true}
		out = widget.Overlay(out, a.picker.View(look, r.w, r.h), r.x, r.y, a.width)
	}
	return out
}

// drawBuild is the body of the build screen.
func (a *App) drawBuild(l layout) []string {
	var views [placeCount][]string
	for p := range placeCount {
		if r := l.panes[p]; r.w > 0 && r.h > 0 {
			views[p] = a.drawPane(p, r)
		}
	}
	if l.one {
		var out []string
		if l.crumbs.h > 0 {
			out = append(out, a.crumbs())
		}
		return append(out, views[a.focus]...)
	}
	return l.compose(views)
}

// compose puts the panes side by side, line by line.
func (l layout) compose(views [placeCount][]string) []string {
	order := []place{placeGraph, placeSteps, placeSource, placeDetail}
	slices.SortStableFunc(order, func(p, q place) int { return l.panes[p].x - l.panes[q].x })
	out := make([]string, l.body.h)
	for _, p := range order {
		for i, line := range views[p] {
			if y := l.panes[p].y - l.body.y + i; y < len(out) {
				out[y] += line
			}
		}
	}
	return out
}

func (a *App) drawPane(p place, r rect) []string {
	switch {
	case p == placeSteps:
		return a.steps.View(a.look(p))
	case p == placeSource, p == placeDetail && a.sourcePlace() == p:
		return a.source.View(a.look(p))
	case p == placeDetail:
		return a.logs.View(a.look(p))
	}
	look := a.look(p)
	a.graphPane.SetBuild(a.shownBuild(), look.Now)
	a.graphPane.SetImage(a.builtImage())
	f := widget.Frame{
		Title: a.theme.Render(theme.Title, "stages"), Info: a.graphInfo(),
		Footer: a.theme.Render(theme.Dim, widget.Truncate(a.watch.cost, r.w-6, a.theme.Glyphs.Ellipsis)),
		Width:  r.w, Height: r.h, Focus: look.Focus,
	}
	return f.Render(a.theme, strings.Split(a.graphPane.View(), "\n"))
}

// graphInfo says what the target means for the graph.
func (a *App) graphInfo() string {
	plan := a.plan
	if a.picker != nil {
		if p, ok := a.picker.Plan(); ok {
			plan = p
		}
	}
	if a.graph == nil || len(a.graph.Stages) == 0 {
		return ""
	}
	text := measure.Plural(len(a.graph.Stages), "stage")
	if n := len(plan.Skips()); n > 0 {
		text += " " + a.theme.Glyphs.Dot + " " + measure.Count(n) + " skipped"
	}
	text = a.theme.Render(theme.Dim, text)
	if n := len(a.marks); n > 0 {
		text += a.theme.Render(theme.Dim, " "+a.theme.Glyphs.Dot+" ") + a.theme.Render(theme.Highlight, a.theme.Glyphs.Mark+" "+measure.Count(n)+" marked")
	}
	return text
}

// crumbs say where in graph, steps, log the only pane stands.
func (a *App) crumbs() string {
	names := [placeCount]string{"graph", "steps", "", "log"}
	if a.layout().both {
		names[placeSource] = "Dockerfile"
	} else if a.showsSource() {
		names[placeDetail] = "Dockerfile"
	}
	if a.graph != nil {
		if label := a.graph.Label(a.graphPane.Selected()); label != "" {
			names[placeSteps] = label
		}
	}
	parts := make([]string, 0, placeCount)
	for p, name := range names {
		if name == "" {
			continue
		}
		if place(p) == a.focus {
			parts = append(parts, a.theme.Render(theme.Highlight, name))
		} else {
			parts = append(parts, a.theme.Render(theme.Dim, name))
		}
	}
	sep := a.theme.Render(theme.Dim, " "+a.theme.Glyphs.Arrow+" ")
	return widget.Fit(" "+strings.Join(parts, sep), a.width, a.theme.Glyphs.Ellipsis)
}
