package tui

import (
	"charm.land/bubbles/v2/key"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/builds"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// tabLabel is a tab as the bottom line names it.
type tabLabel struct {
	tab  tab
	key  string
	name string
	more string // how many findings, or that the image is being looked into
	role theme.Role
}

func (t tabLabel) width() int {
	w := len(t.key) + 1 + len(t.name)
	if t.more != "" {
		w += 1 + widget.Width(t.more)
	}
	return w
}

func (a *App) tabs() []tabLabel {
	th := a.theme
	image, leaks := tabLabel{tab: tabImage, key: "3", name: "image"}, tabLabel{tab: tabLeaks, key: "4", name: "leaks"}
	switch {
	case a.inside().running():
		image.more, image.role = th.Glyphs.Spinner(a.clock.Now()), theme.Running
	case a.opened != nil && !a.opened.side: // which is not judged
	case len(a.inside().findings)+len(a.static()) > 0:
		all := finding.Together(a.inside().findings, a.static())
		leaks.more, leaks.role = th.Glyphs.Problem+measure.Count(finding.Count(all).Total()), theme.Dim
		if finding.Count(all).AtLeast(finding.Medium) > 0 {
			leaks.role = theme.Warning
		}
	case a.inside().image != nil && len(a.inside().image.Unread()) > 0:
		leaks.more, leaks.role = th.Glyphs.Problem, theme.Warning
	case a.inside().image != nil:
		leaks.more, leaks.role = th.Glyphs.Good(), theme.Good
	}
	compare := tabLabel{tab: tabCompare, key: "5", name: "compare"}
	if a.comparing.running() || a.probing.running() {
		compare.more, compare.role = th.Glyphs.Spinner(a.clock.Now()), theme.Running
	}
	switch {
	case a.graph == nil && a.cfg.Comparison == nil:
		return []tabLabel{image, leaks}
	case a.graph == nil:
		return []tabLabel{image, leaks, compare}
	}
	timeline := tabLabel{tab: tabTimeline, key: "2", name: "timeline"}
	if a.width < tabsWide { // the keys need room, too
		timeline.name, compare.name = "time", "diff"
	}
	return []tabLabel{{tab: tabBuild, key: "1", name: "build"}, timeline, image, leaks, compare}
}

// tabsWide is from how wide a screen on the tabs have their whole names, two blanks apart.
const tabsWide = 76

// tabGap is the blanks between tabs.
func (a *App) tabGap() int {
	if a.width < tabsWide {
		return 1
	}
	return 2
}

// tabAt is the tab at a column of the bottom line.
func (a *App) tabAt(x int) (tab, bool) {
	at := 1
	for _, t := range a.tabs() {
		w := t.width()
		if x >= at && x < at+w {
			return t.tab, true
		}
		at += w + a.tabGap()
	}
	return 0, false
}

// footer is the bottom line: the tabs, and the keys that matter now.
func (a *App) footer() string {
	th := a.theme
	left := ""
	for _, t := range a.tabs() {
		if left != "" {
			left += widget.Spaces(a.tabGap())
		}
		if t.tab == a.tab {
			left += th.Render(theme.Highlight, t.key+" "+t.name)
		} else {
			left += th.Render(theme.Key, t.key) + " " + th.Render(theme.Dim, t.name)
		}
		if t.more != "" {
			left += " " + th.Render(t.role, t.more)
		}
	}
	left = " " + left
	room := a.width - widget.Width(left) - 4
	return widget.Sides(left, a.hintLine(room)+" ", a.width, th.Glyphs.Ellipsis)
}

// hint is a key with a word or two; the full sentence is in the help.
type hint struct {
	binding key.Binding
	word    string
}

// hintLine is as many hints as there is room for; ? is always among them.
func (a *App) hintLine(room int) string {
	th := a.theme
	draw := func(h hint) string {
		return th.Render(theme.Key, a.label(h.binding)) + " " + th.Render(theme.Dim, h.word)
	}
	last := draw(hint{a.keys.Help, "help"})
	if a.help != nil || !a.onPage() && (a.picker != nil || a.builds != nil || a.typing()) {
		last = "" // it would be typed, or does nothing new
	}
	room -= widget.Width(last)
	line := ""
	for _, h := range a.hints() {
		s := draw(h) + "  "
		if room -= widget.Width(s); room < 0 {
			break
		}
		line += s
	}
	return line + last
}

// typing says that letters go into a search or a filter.
func (a *App) typing() bool {
	return a.extraction != nil || a.viewing.page != nil && a.viewing.page.Typing() || a.logTyping() || a.sourceTyping() || a.tab != tabBuild && a.screens.typing(a.tab)
}

// runHints are the keys of builds on screens that show no graph.
func (a *App) runHints() []hint {
	switch {
	case a.stop() != nil:
		return []hint{{a.keys.Build, "go on"}, {a.keys.Cancel, "cancel"}}
	case a.run != nil:
		return []hint{{a.keys.Cancel, "cancel"}}
	case a.cfg.Builder != nil:
		return []hint{{a.keys.Build, "build"}}
	}
	return nil
}

// hints are the keys worth showing now, the most important first.
func (a *App) hints() []hint {
	k := a.keys
	switch {
	case a.help != nil:
		return nil // its frame says how it closes
	case a.enginePage != nil:
		return []hint{{k.Down, "down"}, {k.Up, "up"}, {k.Back, "close"}}
	case a.extraction != nil:
		return []hint{{k.Enter, "extract"}, {k.Back, "drop it"}}
	case a.viewing.page != nil:
		return a.fileHints()
	case a.changesPage != nil:
		return []hint{{k.Enter, "open"}, {k.Down, "down"}, {k.Up, "up"}, {k.Back, "back"}}
	case a.whyPage != nil:
		if _, some := a.whyPage.Step(); !some {
			return []hint{{k.Back, "close"}}
		}
		return []hint{{k.Down, "down"}, {k.Up, "up"}, {k.Enter, "to the step"}, {k.Back, "close"}}
	case a.builds != nil && a.builds.Comparing():
		return []hint{{k.Down, "down"}, {k.Up, "up"}, {k.Back, "list"}}
	case a.builds != nil:
		b := builds.DefaultKeys()
		return []hint{{b.Open, "open"}, {b.Mark, "mark, compare"}, {b.Again, "read again"}, {b.Close, "close"}}
	case a.picker != nil:
		return []hint{{k.Choose, "choose"}, {k.ChooseBuild, "build it"}, {k.Close, "close"}}
	case a.logTyping() && a.logs.Saving():
		return []hint{{k.Enter, "save"}, {k.Back, "close"}}
	case a.typing():
		return []hint{{k.Enter, "keep it"}, {k.Back, "drop it"}}
	}
	if a.tab != tabBuild {
		return a.screenHints()
	}
	var out []hint
	if a.stop() != nil {
		out = append(out, hint{k.Build, "go on"}, hint{k.Cancel, "cancel"})
	} else if a.run != nil {
		word := "cancel"
		if a.run.past != nil {
			word = "stop watching"
		}
		out = append(out, hint{k.Cancel, word})
	} else if a.past != nil {
		if a.cfg.Builder != nil && a.focus == placeGraph {
			out = append(out, hint{k.Back, "your build"})
		}
		out = append(out, hint{k.History, "builds"})
		if a.cfg.Builder != nil {
			out = append(out, hint{k.Build, "build anew"})
		}
	} else {
		failed := a.canRetry()
		if failed && a.canEnter() {
			out = append(out, hint{k.Shell, "shell"})
		}
		if failed {
			out = append(out, hint{k.Reload, "retry"})
		}
		if failed && a.canEnter() {
			out = append(out, hint{k.Changes, "its files"})
		}
		if !failed { // else it is what r does
			out = append(out, hint{k.Build, "build"})
		}
		out = append(out, hint{k.Target, "target"})
	}
	if a.stop() != nil && a.canEnter() {
		out = append(out, hint{k.Shell, "shell"})
	}
	switch {
	case a.focus == placeGraph:
		if len(a.toCompare()) > 1 && a.run == nil {
			out = append([]hint{{k.Compare, "compare"}}, out...)
		}
		out = append(out, hint{k.Enter, "steps"})
		if word := a.lookWord(); word != "" {
			out = append(out, hint{k.Inspect, word})
		}
		if a.cfg.Comparer != nil && a.past == nil {
			out = append(out, hint{k.Mark, "mark"})
		}
		if a.graphPane.RoomForOverview() {
			out = append(out, hint{k.Overview, "overview"})
		}
	case a.focus == placeSteps && a.showsSource():
		out = append(out, hint{k.Enter, "Dockerfile"})
	case a.focus == placeSteps:
		out = append(out, hint{k.Enter, "log"})
	case a.showsSource():
		if len(a.static()) > 0 {
			out = append(out, hint{k.NextFinding, "next finding"})
		}
		out = append(out, hint{k.Search, "search"}, hint{k.Back, "back"})
	default:
		out = append(out, hint{k.Search, "search"}, hint{k.Scope, a.logs.NextScope().String()}, hint{k.Follow, "follow"}, hint{k.Times, "times"}, hint{k.Wrap, "wrap"}, hint{k.Back, "back"})
	}
	if a.showsSource() {
		out = append(out, hint{k.View, "log"})
	} else {
		out = append(out, hint{k.View, "Dockerfile"})
	}
	if b := a.shownBuild(); b != nil && len(b.Causes()) > 0 {
		out = append(out, hint{k.Why, "why"})
	}
	out = append(out, hint{k.Zoom, "zoom"}, hint{k.Engine, "engine"})
	if a.run != nil && !a.follow && a.focus != placeDetail {
		out = append(out, hint{k.Follow, "follow"})
	}
	return append(out, hint{k.Next, "pane"}, hint{k.Quit, "quit"})
}
