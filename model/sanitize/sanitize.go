// Package sanitize makes text from outside harmless: log lines, file names,
// labels, Dockerfile text and errors may hold control sequences that would drive
// the user's terminal. Everything passes here once, before it enters the model.
package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s on one line with nothing in it that a terminal acts upon:
// control characters become their Control Pictures (ESC is shown as ␛), bidi
// controls and zero-width joiners are written out as <U+202E>, bytes that are
// not UTF-8 become U+FFFD. A tab becomes a space.
func Text(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for _, r := range s {
		write(&b, r)
	}
	return b.String()
}

// Lines is Text for text of several lines: line feeds stay.
func Lines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = Text(l)
	}
	return strings.Join(lines, "\n")
}

func clean(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return cleanRunes(s[i:])
		}
	}
	return true
}

func cleanRunes(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError || !printable(r) {
			if r == utf8.RuneError && strings.HasPrefix(s[i:], "\uFFFD") {
				continue
			}
			return false
		}
	}
	return true
}

// printable says whether a rune may reach the terminal as it is: graphic, and
// not one that changes how its neighbours are drawn.
func printable(r rune) bool {
	return r >= 0x20 && r != 0x7f && unicode.IsPrint(r)
}

const hex = "0123456789ABCDEF"

func write(b *strings.Builder, r rune) {
	switch {
	case r == '\t':
		b.WriteByte(' ')
	case r < 0x20:
		b.WriteRune(0x2400 + r)
	case r == 0x7f:
		b.WriteRune(0x2421)
	case printable(r):
		b.WriteRune(r)
	case unicode.Is(unicode.Zs, r):
		b.WriteByte(' ')
	default:
		b.WriteString("<U+")
		for shift := 20; shift >= 0; shift -= 4 {
			d := r >> shift & 0xf
			if d == 0 && shift >= 16 && r>>shift == 0 {
				continue
			}
			b.WriteByte(hex[d])
		}
		b.WriteByte('>')
	}
}
