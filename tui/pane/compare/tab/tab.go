// Package tab says what the tabs of the comparison's panel have in common: what each
// can be asked, where it may send the user, and the columns that all share.
package tab

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Tab is one of them. It is no tea.Model: the panel feeds it keys and messages and asks
// it for its lines.
type Tab interface {
	// Name is what the top line of the panel calls it; Go finds it by that.
	Name() string
	// Prepare works out what there is to show of a comparison, nil for none. It runs
	// beside the program and touches nothing of the tab; the function that it returns
	// takes it in, and is called where keys are handled, before anything else is asked
	// about the comparison. What takes longer than a key may is for a command that
	// it returns.
	Prepare(c *compare.Comparison) (take func() tea.Cmd)
	// Ready says whether there is something to show.
	Ready() bool
	// Key handles a key; taken is false for one that means nothing here. to is where
	// the user wants to go, nil for nowhere else.
	Key(msg tea.KeyPressMsg) (cmd tea.Cmd, to *Go, taken bool)
	// Update takes the tab's own messages; ours is false for others.
	Update(msg tea.Msg) (cmd tea.Cmd, ours bool)
	// SetSize gives it its cells.
	SetSize(width, height int)
	// SetTheme changes how it looks.
	SetTheme(th *theme.Theme)
	// View is at most its height in lines, none wider than its width.
	View(focus bool) []string
	// Scroll is where its window stands.
	Scroll() widget.Scroll
	// Click is a click into a cell of it.
	Click(x, y int) (tea.Cmd, *Go)
	// Wheel scrolls by delta rows.
	Wheel(delta int) tea.Cmd
	// Typing says that letters go into a filter, so that they are nobody's keys.
	Typing() bool
	// Paste adds text to that.
	Paste(text string) tea.Cmd
	// Bindings are its own keys, for the help; Hints those that mean something now.
	Bindings() []key.Binding
	Hints() []key.Binding
}

// Turner is a Tab that has something to do when another column is chosen.
type Turner interface{ Turned() tea.Cmd }

// Go is where the user wants to go.
type Go struct {
	Tab string // of the panel, by its name; "" for the image tab
	// Image asks for the image of a side in the image tab: at a layer, with a path at a
	// file of it.
	Image *Place
	// Copy asks for a path (image.Tree.RawPath) to be put on the clipboard; "" for none.
	Copy string
	// Line is of the Dockerfile; 0 for none.
	Line int
	// Probe asks for the probes to be run, of all sides.
	Probe bool
}

// Place is something in the image of a side.
type Place struct {
	Side  int
	Layer int    // index into its Image.Layers; -1 for the image as a whole
	Path  string // absolute, sanitised; "" for none
	// Finding is one of its findings, to be shown among them all; nil for its files.
	Finding *finding.Finding
}
