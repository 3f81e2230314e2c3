package widget

import (
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/theme"
)

// Input is a line of text being typed; its cursor stands at the end. (bubbles'
// textinput looks for clipboard programs when the process starts.)
type Input struct{ text []rune }

// String is the text so far.
func (in *Input) String() string { return string(in.text) }

// Clear empties the line.
func (in *Input) Clear() { in.text = nil }

// Insert adds text, as a paste does; control characters become visible ones.
func (in *Input) Insert(s string) { in.text = append(in.text, []rune(sanitize.Text(s))...) }

// Press handles a key; false says that it edits nothing.
func (in *Input) Press(msg tea.KeyPressMsg) bool {
	switch msg.String() {
	case "backspace", "ctrl+h":
		if len(in.text) == 0 {
			return false
		}
		in.text = in.text[:len(in.text)-1]
	case "ctrl+u":
		in.text = nil
	case "ctrl+w":
		n := len(in.text)
		for n > 0 && unicode.IsSpace(in.text[n-1]) {
			n--
		}
		for n > 0 && !unicode.IsSpace(in.text[n-1]) {
			n--
		}
		in.text = in.text[:n]
	default:
		if msg.Text == "" {
			return false
		}
		in.Insert(msg.Text)
	}
	return true
}

// View draws the line in exactly width cells, its end and a cursor visible.
func (in *Input) View(th *theme.Theme, width int) string {
	if width < 1 {
		return ""
	}
	text := TruncateLeft(string(in.text), width-1, th.Glyphs.Ellipsis)
	cursor := th.Over(theme.MatchCurrent, " ")
	if th.Mono() {
		cursor = "_"
	}
	return text + cursor + Spaces(width-1-Width(text))
}
