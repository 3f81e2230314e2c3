package tui

import (
	"io"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// drawFirst puts the first frame on the screen at once. Bubble Tea would wait for
// its renderer's tick, which is slow so that a screen on which nothing moves costs
// next to nothing; it draws the same frame again then.
func drawFirst(out io.Writer, profile colorprofile.Profile, frame string) error {
	var b strings.Builder
	b.WriteString(ansi.SetModeAltScreenSaveCursor + ansi.ResetModeTextCursorEnable + ansi.CursorHomePosition)
	w := colorprofile.Writer{Forward: &b, Profile: profile}
	if _, err := w.WriteString(strings.ReplaceAll(frame, "\n", "\r\n")); err != nil {
		return err
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// undrawFirst leaves the screen that drawFirst went to, for a program that has
// ended before Bubble Tea knew of it.
func undrawFirst(out io.Writer) error {
	_, err := io.WriteString(out, ansi.ResetModeAltScreenSaveCursor+ansi.SetModeTextCursorEnable)
	return err
}
