// Package widget holds what panes are made of: frames, virtual windows over
// lists, trees and logs, and measures of text. No widget owns its content: each
// is a window over a source of rows and formats only what is on the screen.
package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is how many cells s takes, styles not counted. It counts as wcwidth
// does, which is how the renderer counts.
func Width(s string) int {
	if ascii(s) {
		return len(s)
	}
	return ansi.StringWidthWc(s)
}

// ascii says whether every byte of s is one printable cell.
func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// Truncate cuts s down to width cells; where it cut, it ends in the ellipsis.
func Truncate(s string, width int, ellipsis string) string {
	if width <= 0 {
		return ""
	}
	if Width(s) <= width {
		return s
	}
	if width < Width(ellipsis) {
		ellipsis = ""
	}
	return left(s, width-Width(ellipsis), ellipsis)
}

// TruncateLeft keeps the end of s: what matters in a path.
func TruncateLeft(s string, width int, ellipsis string) string {
	if width <= 0 {
		return ""
	}
	w := Width(s)
	if w <= width {
		return s
	}
	if width < Width(ellipsis) {
		ellipsis = ""
	}
	return ellipsis + dropLeft(s, w-width+Width(ellipsis))
}

// TruncateMiddle keeps both ends of s: of a reference or a commit they tell the most.
func TruncateMiddle(s string, width int, ellipsis string) string {
	const least = 7 // of which both ends say something
	if Width(s) <= width || width < least {
		return Truncate(s, width, ellipsis)
	}
	head := (width - Width(ellipsis)) / 2
	return left(s, head, "") + TruncateLeft(s, width-head, ellipsis)
}

// Fit makes s exactly width cells: cut with the ellipsis, or padded on its right.
func Fit(s string, width int, ellipsis string) string {
	s = Truncate(s, width, ellipsis)
	return s + Spaces(width-Width(s))
}

// FitRight makes s exactly width cells, padded on its left: for numbers.
func FitRight(s string, width int, ellipsis string) string {
	s = Truncate(s, width, ellipsis)
	return Spaces(width-Width(s)) + s
}

// Sides puts left and right at the ends of a line of exactly width cells. Where
// they do not fit, left is cut first, and right goes when left would have less
// than a third of the line.
func Sides(left, right string, width int, ellipsis string) string {
	rw := Width(right)
	room := width - rw - 1
	if rw == 0 || room < width/3 && room < Width(left) {
		return Fit(left, width, ellipsis)
	}
	return Fit(left, room, ellipsis) + " " + right
}

// Cut is the cells from to to (exclusive) of s.
func Cut(s string, from, to int) string {
	if to <= from {
		return ""
	}
	return dropLeft(left(s, to, ""), from)
}

// Spaces is n blanks; none when n is negative.
func Spaces(n int) string {
	if n <= 0 {
		return ""
	}
	const some = "                                                                                "
	if n <= len(some) {
		return some[:n]
	}
	return strings.Repeat(" ", n)
}

// Plain is s without its styles.
func Plain(s string) string { return ansi.Strip(s) }
