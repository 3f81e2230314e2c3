package theme

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Style is how text of a role looks: an SGR sequence to put in front of it. The
// zero Style changes nothing.
type Style struct{ open string }

const reset = ansi.ResetStyle

// Render returns s in the style. s must not hold styled text: use Over for that.
func (st Style) Render(s string) string {
	if st.open == "" || s == "" {
		return s
	}
	return st.open + s + reset
}

// Over lays the style under text that is styled already: where the text resets
// its style, this one goes on. A background so reaches from end to end of a row
// whose parts have colours of their own.
func (st Style) Over(s string) string {
	if st.open == "" || s == "" {
		return s
	}
	if strings.Contains(s, "\x1b[") {
		s = strings.ReplaceAll(s, "\x1b[0m", reset)
		s = strings.ReplaceAll(s, reset, reset+st.open)
	}
	return st.open + s + reset
}

// Plain says whether the style changes nothing.
func (st Style) Plain() bool { return st.open == "" }
