package structure

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/sanitize"
)

// hidden stands where a secret was.
const hidden = "‹redacted›"

// minSecret is from which length on a secret's value is looked for in other text.
const minSecret = 4

// hider takes secrets out of what is shown of a test.
type hider struct {
	redact func(string) string
	values []string
}

// learn takes the values of those variables for secrets that redact takes for ones.
func (h *hider) learn(env []string) {
	for _, e := range env {
		_, value, _ := strings.Cut(e, "=")
		if h.redact != nil && !strings.HasSuffix(h.redact(e), "="+value) {
			h.secret(value)
		}
	}
}

// secret takes a value for a secret whatever it is called.
func (h *hider) secret(value string) {
	if len(value) >= minSecret && !slices.Contains(h.values, value) {
		h.values = append(h.values, value)
		slices.SortFunc(h.values, func(a, b string) int { return len(b) - len(a) }) // one may hold another
	}
}

// text is text that may be shown, on one line.
func (h *hider) text(s string) string {
	for _, v := range h.values {
		s = strings.ReplaceAll(s, v, hidden)
	}
	if h.redact != nil {
		s = h.redact(s)
	}
	return sanitize.Text(s)
}

// Bounds of what is shown of what was found.
const (
	maxShown = 240 // bytes of a value, or of a command's output
	maxAsked = 200 // bytes of what was expected
)

// quoted is a value in quotes, shortened to its beginning and its end. Secrets are
// taken out before: a cut would make them hard to find.
func (h *hider) quoted(s string, most int) string {
	more := ""
	const enough = 64 << 10 // bytes that are looked at, so that a huge value costs nothing
	if len(s) > enough {
		s = s[:enough]
		more = "…"
	}
	s = strings.TrimSuffix(s, "\n")
	s = h.text(strings.ReplaceAll(s, "\n", "⏎ "))
	if len(s) > most {
		head, tail := cutAt(s, most*2/3), s[len(s)-most/3:]
		if more != "" {
			tail = ""
		}
		s, more = head+" … "+strings.ToValidUTF8(tail, ""), ""
	}
	return `"` + s + more + `"`
}

// cutAt is the beginning of a text, of n bytes or a few less.
func cutAt(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
