// Package keys is the one place that says which key does what. The router, the
// hints at the bottom of the screen, the ? help and the manual are all made of
// it, so none can tell another story.
package keys

import (
	"strings"

	"charm.land/bubbles/v2/key"
)

// Map is every binding of the program.
type Map struct {
	Rows

	// Everywhere.
	Watch                                  key.Binding
	Build, Cancel, Target, Reload          key.Binding
	BuildTab, TimelineTab                  key.Binding
	ImageTab, LeaksTab, Inspect            key.Binding
	CompareTab, Compare, Mark              key.Binding
	Next, Previous, Zoom, View, Mouse      key.Binding
	Help, Engine, Suspend, Redraw, Quit    key.Binding
	Why                                    key.Binding
	History                                key.Binding
	Left, Right, Enter, Back               key.Binding
	Larger, Smaller, Fit                   key.Binding
	Skipped, Overview                      key.Binding
	PanLeft, PanDown, PanUp, PanRight      key.Binding
	Follow, Wrap, Scope, Times             key.Binding
	Only, FirstError, Save                 key.Binding
	Shell, StageShell, Break, Changes      key.Binding
	Search, NextMatch, PreviousMatch, Copy key.Binding
	NextFinding, PreviousFinding           key.Binding

	// In the list of targets.
	Choose, ChooseBuild, Close key.Binding
}

// Titles of the groups that belong to one part of the screen.
const (
	Graph    = "Graph"
	Text     = "Log and Dockerfile"
	Timeline = "In the timeline"
	Image    = "In the image"
	File     = "On a file of the image"
	Leaks    = "In the leaks"
	Compare  = "In the comparison"
)

// Group is bindings that belong together.
type Group struct {
	Title    string
	Bindings []key.Binding
}

func bind(label, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
}

// Default returns the bindings. Arrows and vi's letters do the same everywhere.
func Default() Map {
	return Map{
		Build:  bind("b", "build the target; at a breakpoint: go on", "b"),
		Cancel: bind("^C", "cancel the build; again: leave", "ctrl+c"),
		Watch:  bind("w", "build when a file changes, and stop that", "w"),
		Target: bind("t", "pick the target", "t"),
		Reload: bind("r", "retry a failed build; else read the file again", "r"),

		Shell:      bind("s", "a shell where the build failed or stopped", "s"),
		StageShell: bind("S", "a shell in the selected stage's result", "S"),
		Changes:    bind("d", "files that the failed step changed", "d"),
		Break:      bind("B", "stop builds before the selected step, or not", "B"),

		BuildTab:    bind("1", "the build: graph, steps, log", "1"),
		TimelineTab: bind("2", "the timeline: where the time goes", "2"),
		ImageTab:    bind("3", "the image: layers and files", "3"),
		LeaksTab:    bind("4", "leaks: what should not ship, and what the Dockerfile does wrong", "4"),
		CompareTab:  bind("5", "compare: images side by side", "5"),
		Compare:     bind("c", "compare the marked stages, one with the target; none: what crossed", "c"),
		Mark:        bind("space", "mark a stage to compare it, and take the mark away", "space"),
		Inspect:     bind("i", "files of the image, of a stage, or as a step left them", "i"),

		Next:     bind("tab", "next pane", "tab"),
		Previous: bind("shift+tab", "previous pane", "shift+tab"),
		Zoom:     bind("z", "the pane alone on the screen, and back", "z"),
		View:     bind("v", "Dockerfile or log", "v"),
		Mouse:    bind("m", "give the mouse to the terminal, and back", "m"),
		Help:     bind("?", "all keys", "?"),
		Engine:   bind("e", "the engine: its own work, all notices", "e"),
		Why:      bind("Y", "why steps ran again: what changed, what it cost", "Y"),
		History:  bind("^R", "builds that the engine remembers", "ctrl+r"),
		Redraw:   bind("^L", "draw the screen anew", "ctrl+l"),
		Suspend:  bind("^Z", "back to the shell; fg comes back", "ctrl+z"),
		Quit:     bind("q", "leave; a running build is cancelled", "q"),

		Rows: Rows{
			Up:       bind("↑ k", "up", "up", "k"),
			Down:     bind("↓ j", "down", "down", "j"),
			PageUp:   bind("pgup", "a page up", "pgup", "ctrl+b"),
			PageDown: bind("pgdn", "a page down", "pgdown", "ctrl+f", "space"),
			HalfUp:   bind("^U", "half a page up", "ctrl+u"),
			HalfDown: bind("^D", "half a page down", "ctrl+d"),
			Home:     bind("g", "to the beginning", "g", "home"),
			End:      bind("G", "to the end", "G", "end"),
		},
		Left:  bind("← h", "left; back", "left", "h"),
		Right: bind("→ l", "right; deeper", "right", "l"),
		Enter: bind("enter", "deeper: graph, steps, log", "enter"),
		Back:  bind("esc", "back", "esc"),

		Larger:   bind("+", "draw the graph larger", "+", "="),
		Smaller:  bind("-", "draw the graph smaller", "-"),
		Fit:      bind("0", "draw the graph as it fits best", "0"),
		Skipped:  bind(".", "hide what the target skips, and back", "."),
		Overview: bind("o", "the overview of a large graph, and back", "o"),
		PanLeft:  bind("H J K L", "pan the graph", "H", "shift+left"),
		PanDown:  bind("", "", "J", "shift+down"),
		PanUp:    bind("", "", "K", "shift+up"),
		PanRight: bind("", "", "L", "shift+right"),

		Follow: bind("f", "follow what runs", "f"),
		Wrap:   bind("W", "wrap long lines", "W"),
		Scope:  bind("a", "output of step, stage or whole build", "a"),
		Times:  bind("T", "times: since the start, by the clock, none", "T"),
		Search: bind("/", "search the log or the Dockerfile", "/"),

		Only:       bind("&", "only lines that match; empty: all again", "&"),
		Save:       bind("^S", "save the log to a file", "ctrl+s"),
		FirstError: bind("!", "to the first line that tells an error", "!"),

		NextMatch:       bind("n", "next match", "n"),
		PreviousMatch:   bind("N", "previous match", "N"),
		NextFinding:     bind("] [", "the next finding in the Dockerfile, or the last", "]"),
		PreviousFinding: bind("", "", "["),

		Copy: bind("y", "copy: marked, matching or visible lines", "y"),

		Choose:      bind("enter", "make it the target", "enter"),
		ChooseBuild: bind("^B", "make it the target and build it", "ctrl+b"),
		Close:       bind("esc", "close the list", "esc"),
	}
}

// Label is how a key is written: its arrows by name where only ASCII may be.
func Label(b key.Binding, ascii bool) string {
	label := b.Help().Key
	if ascii {
		label = strings.NewReplacer("← →", "<- ->", "←", "left", "→", "right", "↑", "up", "↓", "down").Replace(label)
	}
	return label
}

// Groups lists all bindings in the order in which people need them.
func (m Map) Groups() []Group {
	return []Group{
		{"Build", []key.Binding{m.Build, m.Watch, m.Target, m.Cancel, m.Reload, m.Inspect, m.Compare}},
		{"Debug", []key.Binding{m.Shell, m.StageShell, m.Changes, m.Break}},
		{"Look", []key.Binding{m.BuildTab, m.TimelineTab, m.ImageTab, m.LeaksTab, m.CompareTab, m.Next, m.Previous, m.Zoom, m.View, m.Why, m.History, m.Engine, m.Help, m.Redraw, m.Suspend, m.Quit}},
		{"Move", []key.Binding{m.Up, m.Down, m.Left, m.Right, m.Enter, m.Back, m.PageUp, m.PageDown, m.HalfUp, m.HalfDown, m.Home, m.End}},
		{Graph, []key.Binding{m.Mark, m.Larger, m.Smaller, m.Fit, m.Skipped, m.Overview, m.PanLeft}},
		{Text, []key.Binding{m.Scope, m.Follow, m.Wrap, m.Times, m.Search, m.NextMatch, m.PreviousMatch, m.Only, m.FirstError, m.NextFinding, m.Copy, m.Save, m.Mouse}},
		{"In the list of targets", []key.Binding{m.Choose, m.ChooseBuild, m.Close}},
	}
}
