package image

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/pane/image/ledger"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// tab is what the panel shows.
type tab int

const (
	tabFiles tab = iota
	tabWaste
	tabTwice
	tabSpare
	tabConfig
	tabCount
)

// name is what a tab is called.
func (t tab) name() string { return [...]string{"files", "waste", "twice", "could go", "config"}[t] }

// turn goes to the next tab, or the one before.
func (p *Pane) turn(by int) tea.Cmd {
	p.home = home{}
	return p.goTo((p.tab + tab(by) + tabCount) % tabCount)
}

// goTo shows a tab.
func (p *Pane) goTo(t tab) tea.Cmd {
	p.tab = t
	p.arrange()
	if p.book() != nil {
		return p.openBooks(true)
	}
	return nil
}

// panelKey gives a key to the tab that is shown.
func (p *Pane) panelKey(msg tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	switch p.tab {
	case tabFiles:
		cmd, taken = p.files.Key(msg)
	case tabConfig:
		taken = p.config.Key(msg)
	default:
		var to *ledger.Place
		if to, taken = p.book().Key(msg); to != nil {
			return p.jump(to.Layer, to.Path), true
		}
	}
	if !taken && key.Matches(msg, p.keys.left) {
		p.setFocus(partLayers)
		return nil, true
	}
	return cmd, taken
}

func (p *Pane) sizePanel(w, h int) {
	p.files.SetSize(w, h)
	p.config.SetSize(w, h)
	p.books.waste.SetSize(w, h)
	p.books.twice.SetSize(w, h)
	p.books.spare.SetSize(w, h)
}

// label is a tab's name and, where there is room, what it comes to.
func (p *Pane) label(t tab) (name, number string) {
	if n := p.books.numbers[t]; n != "" && p.labelsWidth() <= p.boxes.panel.w-6 {
		number = " " + n
	}
	return t.name(), number
}

// labelsWidth is how wide the top line is with all numbers.
func (p *Pane) labelsWidth() int {
	w := -tabGap
	for t := range tabCount {
		w += tabGap + len(t.name())
		if n := p.books.numbers[t]; n != "" {
			w += 1 + len(n)
		}
	}
	return w
}

// tabGap is the blanks between tabs.
const tabGap = 2

// panelTitle names the tabs; the one that is shown stands out.
func (p *Pane) panelTitle() string {
	th := p.theme
	out := ""
	for t := range tabCount {
		if t > 0 {
			out += widget.Spaces(tabGap)
		}
		name, number := p.label(t)
		if t == p.tab {
			out += th.Render(theme.Highlight, name)
		} else {
			out += th.Render(theme.Dim, name)
		}
		out += number
	}
	return out
}

// tabAt is the tab at a column of the panel's top line.
func (p *Pane) tabAt(x int) (tab, bool) {
	at := 3
	for t := range tabCount {
		name, number := p.label(t)
		w := widget.Width(name + number)
		if x >= at && x < at+w {
			return t, true
		}
		at += w + tabGap
	}
	return 0, false
}

func (p *Pane) panelView() []string {
	b := p.boxes.panel
	if b.h <= 0 {
		return nil
	}
	th := p.theme
	focus := p.focused && p.focus == partPanel
	f := widget.Frame{Title: p.panelTitle(), Width: b.w, Height: b.h, Focus: focus}
	if message := p.said(); message != "" {
		f.Footer = th.Render(theme.Warning, message)
	}
	var lines []string
	switch p.tab {
	case tabFiles:
		if len(p.image.Layers) == 0 {
			lines = []string{"", th.Render(theme.Dim, " This image has no layers, and so no files.")}
			break
		}
		f.Scroll = p.files.Scroll()
		lines = p.files.View(focus)
	case tabConfig:
		f.Scroll = p.config.Scroll()
		lines = p.config.View(focus)
	default:
		f.Scroll = p.book().Scroll()
		lines = p.book().View(focus)
	}
	return f.Render(th, lines)
}

// said is what the last key could not do.
func (p *Pane) said() string {
	if p.message != "" {
		return p.message
	}
	return p.files.Message()
}
