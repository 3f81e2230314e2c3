package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane/work"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// engine is the open page of what the engine does beside the steps, and of all
// that was said.
type engine struct {
	scroll int
	moved  bool // by the user; else the page stands at its end
}

func (a *App) pressEngine(msg tea.KeyPressMsg) tea.Cmd {
	k, e := a.keys, a.enginePage
	by := func(n int) { e.scroll, e.moved = e.scroll+n, true }
	switch {
	case key.Matches(msg, k.Up):
		by(-1)
	case key.Matches(msg, k.Down):
		by(1)
	case key.Matches(msg, k.PageUp, k.HalfUp):
		by(-a.height / 2)
	case key.Matches(msg, k.PageDown, k.HalfDown):
		by(a.height / 2)
	case key.Matches(msg, k.Home):
		e.scroll, e.moved = 0, true
	case key.Matches(msg, k.End):
		e.moved = false
	case key.Matches(msg, k.Engine, k.Back, k.Enter, k.Quit):
		a.enginePage = nil
	case key.Matches(msg, k.Build):
		a.enginePage = nil
		return a.startBuild()
	}
	return nil
}

// engineWidth bounds the page: longer lines are hard to follow.
const engineWidth = 110

// drawEngine lays the page over the screen.
func (a *App) drawEngine(base []string) []string {
	th, e := a.theme, a.enginePage
	f := widget.Frame{
		Title: th.Render(theme.Title, "engine"), Info: th.Render(theme.Dim, a.engine()),
		Footer: th.Render(theme.Key, "esc") + th.Render(theme.Dim, " close"),
		Width:  min(a.width, engineWidth), Focus: true,
	}
	w, _ := f.Inside()
	lines := a.engineLines(w)
	f.Height = min(a.height, len(lines)+2)
	_, h := f.Inside()
	last := max(0, len(lines)-h)
	if last > 0 {
		f.Footer = th.Render(theme.Key, a.label(a.keys.Down)+" "+a.label(a.keys.Up)) + th.Render(theme.Dim, " more  ") + f.Footer
	}
	if !e.moved {
		e.scroll = last
	}
	e.scroll = max(0, min(e.scroll, last))
	f.Scroll = widget.Scroll{Offset: e.scroll, Visible: h, Total: len(lines)}
	x, y := widget.Center(f.Width, f.Height, a.width, a.height)
	return widget.Overlay(base, f.Render(th, lines[e.scroll:]), x, y, a.width)
}

func (a *App) engineLines(width int) []string {
	th := a.theme
	title := func(s string) string { return " " + th.Render(theme.Title, s) }
	out := []string{title("Beside the steps")}
	b := a.shownBuild()
	none := " Nothing yet: loading the context, pulling and exporting show here while a build runs."
	if b != nil {
		if d := b.Begin.Engine.Detail; d != "" {
			out = append(out, th.Render(theme.Dim, " "+d))
		}
		jobs := work.Jobs(b, a.now())
		for _, j := range jobs {
			out = append(out, j.Line(th, a.now(), width))
		}
		if len(jobs) > 0 {
			none = ""
		} else {
			none = " Nothing: all that this build did is in its steps."
		}
	}
	if none != "" {
		for _, l := range widget.WrapWords(none, width-1) {
			out = append(out, th.Render(theme.Dim, l))
		}
	}
	out = append(out, "", title("Said so far"))
	said := a.said
	if len(said) == 0 {
		out = append(out, th.Render(theme.Dim, " Nothing; notices and errors are kept here."))
	}
	for _, s := range said {
		out = append(out, a.saidLines(s, width)...)
	}
	return out
}

// saidLines is a sentence with its time, level and all its words.
func (a *App) saidLines(s sentence, width int) []string {
	th := a.theme
	mark := th.Glyphs.Dot
	switch s.role {
	case theme.Error:
		mark = th.Glyphs.Failed
	case theme.Warning:
		mark = th.Glyphs.Problem
	case theme.Good:
		mark = th.Glyphs.Done
	case theme.Cancelled:
		mark = th.Glyphs.State(build.Cancelled)
	}
	left, when := 12, " "+th.Render(theme.Dim, s.at.Format("15:04:05")) // blank, time, blank, mark, blank
	if width < 48 {
		left, when = 3, ""
	}
	var out []string
	for i, l := range widget.WrapWords(strings.TrimSpace(s.text), max(8, width-left-1)) {
		lead := widget.Spaces(left)
		if i == 0 {
			lead = when + " " + th.Render(s.role, mark) + " "
		}
		out = append(out, lead+l)
	}
	return out
}
