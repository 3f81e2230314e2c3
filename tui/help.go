package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// help is the open page of all keys.
type help struct{ scroll int }

// Keys is every key of the program, for the manual.
func Keys() []keys.Group {
	return append(keys.Default().Groups(), screenKeys()...)
}

// helpGroups are all groups, those of where the user is first.
func (a *App) helpGroups() []keys.Group {
	groups, here := Keys(), a.helpHere()
	rank := func(g keys.Group) int {
		switch {
		case g.Title == here:
			return 0
		case here == keys.Image && g.Title == keys.File, here == keys.File && g.Title == keys.Image:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(groups, func(x, y keys.Group) int { return rank(x) - rank(y) })
	if here == keys.Image { // before the keys of other places
		at := slices.IndexFunc(groups, func(g keys.Group) bool { return g.Title == here })
		groups = slices.Insert(groups, at+1, a.imageSigns())
	}
	return groups
}

// imageSigns is what the marks of the image's rows mean: no keys, and so not in the
// manual's tables.
func (a *App) imageSigns() keys.Group {
	g := keys.Group{Title: "Signs in the image"}
	for _, s := range [][2]string{
		{"+ ~", "added; content changed"},
		{"- m", "removed; only mode, owner or time changed"},
		{"=", "written once more as it was"},
		{"before 6", "what layer 6 did to the selected file"},
		{a.theme.Glyphs.Problem, "something was found, 4 lists it; or it is unread"},
		{"L6", "layer 6 wrote it, or all that is in it"},
	} {
		g.Bindings = append(g.Bindings, key.NewBinding(key.WithHelp(s[0], s[1])))
	}
	return g
}

// helpHere is the title of the group for the pane that has the focus; "" when it
// has none of its own.
func (a *App) helpHere() string {
	if a.viewing.page != nil {
		return keys.File
	}
	switch a.tab {
	case tabTimeline:
		return keys.Timeline
	case tabImage:
		return keys.Image
	case tabLeaks:
		return keys.Leaks
	case tabCompare:
		return keys.Compare
	}
	switch a.focus {
	case placeGraph:
		return keys.Graph
	case placeSteps:
		return ""
	}
	return keys.Text
}

func (a *App) pressHelp(msg tea.KeyPressMsg) tea.Cmd {
	k := a.keys
	switch {
	case key.Matches(msg, k.Up):
		a.help.scroll--
	case key.Matches(msg, k.Down):
		a.help.scroll++
	case key.Matches(msg, k.PageUp, k.HalfUp):
		a.help.scroll -= a.height / 2
	case key.Matches(msg, k.PageDown, k.HalfDown):
		a.help.scroll += a.height / 2
	case key.Matches(msg, k.Home):
		a.help.scroll = 0
	case key.Matches(msg, k.End):
		a.help.scroll = 1 << 20
	case key.Matches(msg, k.Quit) && a.run == nil, key.Matches(msg, k.Help, k.Back, k.Enter, k.Quit):
		a.help = nil
	}
	return nil
}

// label is how a key is written on this terminal.
func (a *App) label(b key.Binding) string { return keys.Label(b, a.theme.Options().ASCII) }

// asksHelp says that ? asks for the help, whatever lies over the screen: not where
// it would be typed.
func (a *App) asksHelp(msg tea.KeyPressMsg) bool {
	return key.Matches(msg, a.keys.Help) && a.help == nil && a.onPage()
}

// onPage says that a page lies over the screen into which nothing is typed.
func (a *App) onPage() bool {
	return a.viewing.page != nil && a.extraction == nil && !a.viewing.page.Typing() || a.enginePage != nil || a.changesPage != nil || a.whyPage != nil || a.builds != nil && a.builds.Comparing()
}

const (
	helpKeyWidth = 11
	helpColumn   = 54
)

// drawHelp lays the page over the screen: as many columns as fit.
func (a *App) drawHelp(base []string) []string {
	th := a.theme
	columns := 1
	if a.width >= 2*helpColumn+6 {
		columns = 2
	}
	if a.width >= 3*helpColumn+8 {
		columns = 3
	}
	width := min(a.width-4, helpColumn)
	lines := a.helpColumns(columns, width)
	f := widget.Frame{
		Title: th.Render(theme.Title, "keys"), Footer: th.Render(theme.Key, "esc") + th.Render(theme.Dim, " close"),
		Width: min(a.width, columns*(width+2)+2), Height: min(a.height, len(lines)+2), Focus: true,
	}
	_, h := f.Inside()
	if len(lines) > h {
		f.Footer = th.Render(theme.Key, a.label(a.keys.Down)+" "+a.label(a.keys.Up)) + th.Render(theme.Dim, " more  ") + f.Footer
	}
	a.help.scroll = max(0, min(a.help.scroll, len(lines)-h))
	f.Scroll = widget.Scroll{Offset: a.help.scroll, Visible: h, Total: len(lines)}
	x, y := widget.Center(f.Width, f.Height, a.width, a.height)
	return widget.Overlay(base, f.Render(th, lines[a.help.scroll:]), x, y, a.width)
}

// helpColumns sets the groups in columns of about the same height, none torn.
func (a *App) helpColumns(n, width int) []string {
	th := a.theme
	var blocks [][]string
	total := 0
	for _, g := range a.helpGroups() {
		block := []string{th.Render(theme.Title, g.Title)}
		for _, b := range g.Bindings {
			h := b.Help()
			lead := th.Render(theme.Key, widget.Fit(a.label(b), helpKeyWidth, ""))
			for _, l := range widget.WrapWords(h.Desc, max(1, width-helpKeyWidth)) {
				block = append(block, lead+l)
				lead = widget.Spaces(helpKeyWidth)
			}
		}
		block = append(block, "")
		blocks, total = append(blocks, block), total+len(block)
	}
	columns := make([][]string, n)
	at := 0
	for _, b := range blocks {
		if at < n-1 && len(columns[at]) > 0 && len(columns[at])+len(b)/2 > total/n {
			at++
		}
		columns[at] = append(columns[at], b...)
	}
	height := 0
	for _, c := range columns {
		height = max(height, len(c))
	}
	out := make([]string, height-1) // the last line is a blank
	for i := range out {
		for _, c := range columns {
			line := ""
			if i < len(c) {
				line = c[i]
			}
			out[i] += " " + widget.Fit(line, width+1, th.Glyphs.Ellipsis)
		}
	}
	return out
}
