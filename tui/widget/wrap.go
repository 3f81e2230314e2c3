package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/tui/theme"
)

// Wrap breaks s into pieces of at most width cells, at cells and not at words: a
// log's columns stay where they are. Every piece is whole in itself: it opens
// the styles that reach into it and closes them at its end.
func Wrap(s string, width int) []string {
	if width <= 0 || Width(s) <= width {
		return []string{Seal(s)}
	}
	out := pieces(s, width)
	if !strings.Contains(s, "\x1b[") {
		return out
	}
	active := ""
	for i, p := range out {
		out[i] = Seal(active + p)
		active = carry(active, p)
	}
	return out
}

// Seal closes the styles that s leaves open.
func Seal(s string) string {
	if carry("", s) == "" {
		return s
	}
	return s + ansi.ResetStyle
}

// carry is the SGR sequences in force after s, when active were before it.
func carry(active, s string) string {
	for {
		i := strings.Index(s, "\x1b[")
		if i < 0 {
			return active
		}
		s = s[i:]
		end := 2
		for end < len(s) && (s[end] < 0x40 || s[end] > 0x7e) {
			end++
		}
		if end == len(s) {
			return active
		}
		if s[end] == 'm' {
			if p := s[2:end]; p == "" || p == "0" {
				active = ""
			} else {
				active += s[:end+1]
			}
		}
		s = s[end+1:]
	}
}

// Empty is a page that has nothing to show: what is so, in a role, and below it
// what to do about that, "" for nothing. Both are wrapped and set in the middle;
// it has exactly height lines.
func Empty(th *theme.Theme, role theme.Role, what, next string, width, height int) []string {
	out := make([]string, height)
	for y := range out {
		out[y] = Spaces(width)
	}
	y := height * 2 / 5
	set := func(text string, role theme.Role) {
		for _, l := range WrapWords(text, max(1, width-4)) {
			if y < height && Width(l) <= width {
				out[y] = Fit(Spaces((width-Width(l))/2)+th.Render(role, l), width, "")
			}
			y++
		}
	}
	set(what, role)
	if next != "" {
		set(next, theme.Dim)
	}
	return out
}

// WrapWords breaks prose into lines of at most width cells between words, and at
// no hyphen: a flag stays whole. A word longer than a line is broken where the
// line ends. s must not be styled.
func WrapWords(s string, width int) []string {
	if width <= 0 || Width(s) <= width {
		return []string{s}
	}
	var out []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case Width(line)+1+Width(word) <= width:
			line += " " + word
			continue
		default:
			out, line = append(out, line), word
		}
		if Width(line) > width {
			pieces := Wrap(line, width)
			out, line = append(out, pieces[:len(pieces)-1]...), pieces[len(pieces)-1]
		}
	}
	return append(out, line)
}
