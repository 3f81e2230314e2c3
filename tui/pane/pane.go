// Package pane holds what the panes of the program have in common. Each pane is
// a plain struct with methods, no tea.Model: the App routes keys and clicks to
// it and asks it for its lines.
package pane

import (
	"time"

	"github.com/stagedive/stagedive/tui/theme"
)

// Look is what drawing depends on beside a pane's content.
type Look struct {
	Theme *theme.Theme
	Now   time.Time // the build's clock: elapsed times and spinners are made of it
	Focus bool
}
