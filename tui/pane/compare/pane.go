// Package compare is the screen of images that stand side by side: a panel with a tab
// for the numbers and one for each thing that they are made of.
package compare

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/crossing"
	rungs "github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/tui/pane/compare/behaviour"
	"github.com/stagedive/stagedive/tui/pane/compare/crossed"
	"github.com/stagedive/stagedive/tui/pane/compare/files"
	"github.com/stagedive/stagedive/tui/pane/compare/ladder"
	"github.com/stagedive/stagedive/tui/pane/compare/overview"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/pane/compare/table"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Pane is the screen. It is not a tea.Model: the App feeds it keys and messages and
// asks it for its lines.
type Pane struct {
	theme *theme.Theme
	keys  Keys
	cols  *tab.Columns
	tabs  []tab.Tab
	rungs *ladder.Model
	edges *crossed.Model
	at    int // the tab that is shown

	comparison    *compare.Comparison // nil until there is one
	waiting       string              // what is being done, or what to do, while there is nothing to show
	next          string              // in a second sentence
	width, height int
	message       string // one line: what the last key could not do
}

// New returns a Pane without a comparison. redact takes secrets out of instructions;
// differ says how files differ, nil where none can be read.
func New(th *theme.Theme, redact func(string) string, differ files.Differ) *Pane {
	cols, rungs, edges := &tab.Columns{}, ladder.New(th), crossed.New(th)
	p := &Pane{theme: th, keys: DefaultKeys(), cols: cols, rungs: rungs, edges: edges, tabs: []tab.Tab{
		overview.New(th, cols), files.New(th, cols, differ),
	}}
	for _, kind := range []table.Kind{packages(), found(), settings(), layers(redact)} {
		p.tabs = append(p.tabs, table.New(th, cols, kind))
	}
	p.tabs = append(p.tabs, behaviour.New(th, cols), rungs, edges)
	return p
}

// Prepare works out what the tabs show of a comparison, nil for none, beside the
// program. What it returns is for SetComparison.
func (p *Pane) Prepare(c *compare.Comparison) *Prepared {
	out := &Prepared{comparison: c}
	for _, t := range p.tabs {
		out.take = append(out.take, t.Prepare(c))
	}
	return out
}

// Prepared is a comparison that can be shown at once.
type Prepared struct {
	comparison *compare.Comparison
	take       []func() tea.Cmd
}

// SetComparison shows what Prepare has made ready.
func (p *Pane) SetComparison(ready *Prepared) tea.Cmd {
	p.comparison, p.message = ready.comparison, ""
	var sides []compare.Side
	if p.comparison != nil {
		sides = p.comparison.Sides
	}
	p.cols.SetSides(sides)
	var cmds []tea.Cmd
	for _, take := range ready.take {
		cmds = append(cmds, take())
	}
	p.at = 0
	p.arrange()
	return tea.Batch(cmds...)
}

// SetStages shows what a target was taken apart into, beside a comparison or without one;
// nil for nothing.
func (p *Pane) SetStages(l *rungs.Ladder, r *crossing.Report) {
	p.message = ""
	p.rungs.Set(l, func(stage int) int {
		s, _ := r.Stage(stage)
		return s.Line
	})
	p.edges.Set(r)
	p.arrange()
	if !p.Show(p.rungs.Name()) && !p.tab().Ready() {
		p.at = 0
	}
}

// Comparison is what is shown; nil for none.
func (p *Pane) Comparison() *compare.Comparison { return p.comparison }

// Ready says whether there is something to show.
func (p *Pane) Ready() bool {
	return slices.ContainsFunc(p.tabs, tab.Tab.Ready)
}

// SetWaiting says what is being done, or what to do, until there is something to show.
func (p *Pane) SetWaiting(text, next string) { p.waiting, p.next = text, next }

// SetTheme changes how it looks.
func (p *Pane) SetTheme(th *theme.Theme) {
	p.theme = th
	for _, t := range p.tabs {
		t.SetTheme(th)
	}
}

// SetSize gives the pane its cells.
func (p *Pane) SetSize(width, height int) {
	if p.width == width && p.height == height {
		return
	}
	p.width, p.height = width, height
	p.arrange()
}

func (p *Pane) arrange() {
	for _, t := range p.tabs {
		t.SetSize(max(0, p.width-2), max(0, p.height-2))
	}
}

// Update takes the tabs' own messages; ours is false for others.
func (p *Pane) Update(msg tea.Msg) (cmd tea.Cmd, ours bool) {
	for _, t := range p.tabs {
		if cmd, ours = t.Update(msg); ours {
			return cmd, true
		}
	}
	return nil, false
}

// Typing says that letters go into a filter.
func (p *Pane) Typing() bool { return p.tab().Ready() && p.tab().Typing() }

// Paste adds text to it.
func (p *Pane) Paste(text string) tea.Cmd { return p.tab().Paste(text) }

func (p *Pane) tab() tab.Tab { return p.tabs[p.at] }

// Tab is the name of the tab that is shown.
func (p *Pane) Tab() string { return p.tab().Name() }

// Show goes to the tab of a name; false where there is none, or it has nothing to show.
func (p *Pane) Show(name string) bool {
	i := slices.IndexFunc(p.tabs, func(t tab.Tab) bool { return t.Name() == name && t.Ready() })
	if i >= 0 {
		p.at = i
	}
	return i >= 0
}

// View returns exactly the pane's height in lines, none wider than the pane.
func (p *Pane) View() []string {
	if p.width <= 0 || p.height <= 0 {
		return nil
	}
	if !p.Ready() {
		return widget.Empty(p.theme, theme.Text, p.waiting, p.next, p.width, p.height)
	}
	th := p.theme
	f := widget.Frame{Title: p.title(), Width: p.width, Height: p.height, Focus: true, Scroll: p.tab().Scroll()}
	if p.message != "" {
		f.Footer = th.Render(theme.Warning, p.message)
	}
	return f.Render(th, p.tab().View(true))
}
