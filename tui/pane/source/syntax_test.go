package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/tui/theme"
)

// Colours add nothing and take nothing away.
func TestSyntaxKeepsTheText(t *testing.T) {
	part := rapid.SampledFrom([]string{"FROM", "RUN", "COPY", " ", "  ", "--from=", "$", "${A:-b}", "$A", "${", `"`, "'", " AS ", "#", "x", "é", "漢", `\`, "=", "--", "<<EOF", "<<-'E'", "EOF", "<", ","})
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "parts"), "")
		}), 0, 6).Draw(t, "lines")
		for i, spans := range syntax(&model.Graph{Lines: lines, Stages: []model.Stage{{Name: "x"}}})[1:] {
			got := ""
			for _, s := range spans {
				got += s.text
			}
			if got != lines[i] {
				t.Fatalf("%q became %q", lines[i], got)
			}
		}
	})
}

// roles writes the spans that are not plain text as letter:text.
func roles(spans []span) string {
	names := map[theme.Role]string{
		theme.Keyword: "K", theme.Comment: "C", theme.Flag: "F", theme.Variable: "V", theme.String: "S", theme.Reference: "R", theme.Dim: "D",
	}
	var out []string
	for _, s := range spans {
		if name := names[s.role]; name != "" {
			out = append(out, name+":"+s.text)
		}
	}
	return strings.Join(out, " ")
}

func TestSyntax(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"comment":      {"# FROM x", "C:# FROM x"},
		"from":         {"FROM --platform=$BUILDPLATFORM deps AS test", "K:FROM F:--platform V:$BUILDPLATFORM R:deps K:AS R:test"},
		"copy":         {"COPY --from=deps --chown=a:b deps/x $B /", "K:COPY F:--from R:deps F:--chown V:$B"},
		"mount":        {"RUN --mount=type=bind,from=deps,target=/d deps", "K:RUN F:--mount R:deps"},
		"string":       {`ENV A="b $c" D='e'`, `K:ENV S:"b $c" S:'e'`},
		"apostrophe":   {"RUN echo I don't \"know\"", `K:RUN S:"know"`},
		"lower case":   {"from deps as test", "K:from R:deps K:as R:test"},
		"continued":    {"RUN a \\\n  --b=c \\\n# why\n  RUN \"d\nFROM deps", "K:RUN D:\\\nF:--b D:\\\nC:# why\nS:\"d\nK:FROM R:deps"},
		"heredoc":      {"RUN <<EOF\nFROM $x\n# no\nEOF\nFROM deps", "K:RUN F:<<EOF\n\nC:# no\nF:EOF\nK:FROM R:deps"},
		"two of them":  {"COPY <<-A <<'B' /\n  A\nA\nB\nENV x", "K:COPY F:<<-A F:<<'B'\nF:  A\n\nF:B\nK:ENV"},
		"no heredoc":   {"ENV A=<<EOF\nEOF", "K:ENV F:<<EOF\n"},
		"other escape": {"# escape=`\nRUN a `\n b\\\nENV c", "C:# escape=`\nK:RUN D:`\n\nK:ENV"},
	} {
		t.Run(name, func(t *testing.T) {
			g := &model.Graph{Lines: strings.Split(tt.text, "\n"), Stages: []model.Stage{{Name: "deps"}, {Name: "test"}}}
			var got []string
			for _, spans := range syntax(g)[1:] {
				got = append(got, roles(spans))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
