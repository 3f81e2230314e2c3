package widget

import (
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// cells goes through s, one character after the other, with the cells that each takes
// by wcwidth: none for escape sequences and for marks that join what is before them.
// (x/ansi cuts between clusters, whose cells it counts otherwise than wcwidth: what it
// cuts of Thai or Devanagari is too long.)
func cells(s string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for s != "" {
			n, width := 1, 1
			switch c := s[0]; {
			case c == 0x1b:
				n, width = sequence(s), 0
			case c < 0x20 || c == 0x7f:
				width = 0
			case c >= utf8.RuneSelf:
				_, n = utf8.DecodeRuneInString(s)
				width = ansi.StringWidthWc(s[:n])
			}
			if !yield(s[:n], width) {
				return
			}
			s = s[n:]
		}
	}
}

// sequence is the length of the escape sequence that s begins with.
func sequence(s string) int {
	_, _, n, _ := ansi.DecodeSequenceWc(s, ansi.NormalState, nil)
	return max(n, 1)
}

// left is as much of the beginning of s as fits into width cells, the end behind it,
// and all sequences of the rest: they may close what is open.
func left(s string, width int, end string) string {
	var b strings.Builder
	used, full := 0, false
	for c, w := range cells(s) {
		switch {
		case c[0] == 0x1b:
			b.WriteString(c)
		case full:
		case used+w > width:
			full = true
			b.WriteString(end)
		default:
			used += w
			b.WriteString(c)
		}
	}
	return b.String()
}

// dropLeft takes the first n cells away, and what joins them; sequences stay. Of a wide
// character cut in two, a blank stays.
func dropLeft(s string, n int) string {
	var b strings.Builder
	gone, kept := 0, false
	for c, w := range cells(s) {
		switch {
		case c[0] == 0x1b:
			b.WriteString(c)
		case kept:
			b.WriteString(c)
		case gone < n:
			if gone += w; gone > n {
				b.WriteString(Spaces(gone - n))
				kept = true
			}
		case w > 0 || n <= 0:
			b.WriteString(c)
			kept = true
		}
	}
	return b.String()
}

// pieces breaks s wherever width cells are full.
func pieces(s string, width int) []string {
	var out []string
	var b strings.Builder
	used := 0
	for c, w := range cells(s) {
		if used+w > width && used > 0 {
			out = append(out, b.String())
			b.Reset()
			used = 0
		}
		used += w
		b.WriteString(c)
	}
	return append(out, b.String())
}
