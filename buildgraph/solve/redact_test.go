package solve

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRedactText(t *testing.T) {
	r := newRedactor([][]byte{[]byte("hunter2\n"), []byte("line one\nline two\n"), []byte("ab"), nil, []byte("tab\tbed")})
	for in, want := range map[string]string{
		"password=hunter2!":   "password=" + stars + "!",
		"hunter2hunter2":      stars + stars,
		"x line two y":        "x " + stars + " y",
		"line one\nline two":  stars,
		"ab is too short":     "ab is too short",
		"tab    bed":          stars, // as a log shows it
		"nothing to see here": "nothing to see here",
	} {
		if got := r.text(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// However output is cut into pieces, no secret comes through, and text without
// one comes through unchanged.
func TestRedactStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secrets := rapid.SliceOfN(rapid.StringMatching(`[ab]{3,6}`), 1, 3).Draw(t, "secrets")
		var values [][]byte
		for _, s := range secrets {
			values = append(values, []byte(s))
		}
		r := newRedactor(values)
		text := rapid.StringMatching(`[abc]{0,40}`).Draw(t, "text")
		var held string
		var out strings.Builder
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			out.WriteString(r.stream(&held, rest[:n]))
			rest = rest[n:]
		}
		out.WriteString(held)
		for _, s := range secrets {
			if strings.Contains(out.String(), s) {
				t.Fatalf("%q came through: %q", s, out.String())
			}
		}
		if !containsAny(text, secrets) && out.String() != text {
			t.Fatalf("%q became %q", text, out.String())
		}
	})
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
