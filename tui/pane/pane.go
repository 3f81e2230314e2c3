// Package pane holds what the panes of the program have in common. Each pane is
// a plain struct with methods, no tea.Model: the App routes keys and clicks to
// it and asks it for its lines.
package pane

import (
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/theme"
)

// Look is what drawing depends on beside a pane's content.
type Look struct {
	Theme *theme.Theme
	Now   time.Time // the build's clock: elapsed times and spinners are made of it
	Focus bool

	Breaks map[build.StepRef]bool // steps that builds stop before
	Stop   *build.Stop            // where the build stands; nil for nowhere
	Image  string                 // what the build's image is, in words; "" while it is not known
	Ways   []Way                  // keys that help with a failed build, the most useful first
}

// Way is a key and what it does, in a word or two.
type Way struct{ Key, Word string }

// Mark is what stands beside a step that builds stop before; a blank for others.
func (l Look) Mark(ref build.StepRef) string {
	role := theme.Key
	if l.Stop != nil && l.Stop.Step != nil && *l.Stop.Step == ref {
		role = theme.Warning
	} else if !l.Breaks[ref] {
		return " "
	}
	return l.Theme.Render(role, l.Theme.Glyphs.Break)
}
