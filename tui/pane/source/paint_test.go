package source

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/tui/theme"
)

// Colours add nothing and take nothing away.
func TestHighlightKeepsTheText(t *testing.T) {
	th := theme.New(theme.Options{Profile: colorprofile.TrueColor})
	part := rapid.SampledFrom([]string{"FROM", "RUN", " ", "  ", "--from=", "$", "${A:-b}", "$A", "${", `"`, "'", "AS", " AS ", "as", "#", "x", "é", "漢", "\\", "=", "--"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "")
		if got := ansi.Strip(highlight(th, text, rapid.Bool().Draw(t, "first"))); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

func TestHighlight(t *testing.T) {
	th := theme.New(theme.Options{Profile: colorprofile.TrueColor})
	r := th.Render
	for _, c := range []struct {
		text  string
		first bool
		want  string
	}{
		{"# a comment", true, r(theme.Comment, "# a comment")},
		{"FROM node AS deps", true, r(theme.Keyword, "FROM") + " node " + r(theme.Keyword, "AS") + " deps"},
		{"COPY --from=deps a $B", true, r(theme.Keyword, "COPY") + " " + r(theme.Flag, "--from") + "=deps a " + r(theme.Variable, "$B")},
		{"    RUN it", false, "    RUN it"},
		{`ENV A="b c"`, true, r(theme.Keyword, "ENV") + " A=" + r(theme.String, `"b c"`)},
	} {
		if got := highlight(th, c.text, c.first); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
