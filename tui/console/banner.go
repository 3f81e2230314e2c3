package console

import (
	"fmt"
	"io"

	"github.com/stagedive/stagedive/tui/widget"
)

// Style is how a banner looks.
type Style struct{ ASCII, NoColor bool }

// Banner tells on a few lines what the terminal is lent to and how to come back.
// Lines are cut at width cells, 0 for no bound.
func Banner(w io.Writer, width int, s Style, lines ...string) error {
	bar, dots := "▌", "…"
	if s.ASCII {
		bar, dots = "|", "..."
	}
	for i, l := range lines {
		if width > 0 {
			l = widget.Truncate(l, max(0, width-3), dots)
		}
		mark := bar
		if !s.NoColor {
			mark = "\x1b[36m" + bar + "\x1b[0m"
			if i == 0 {
				l = "\x1b[1m" + l + "\x1b[0m"
			}
		}
		if _, err := fmt.Fprintf(w, "%s %s\n", mark, l); err != nil {
			return err
		}
	}
	return nil
}
