package model

import (
	"strings"
	"testing"
)

func TestShort(t *testing.T) {
	for _, tt := range []struct{ name, lines, text, want string }{
		{"as it is", "COPY a b", "COPY a b", "COPY a b"},
		{"without flags", "RUN --mount=type=cache,target=/c --network=none make all", "RUN --mount=type=cache,target=/c --network=none make all", "RUN make all"},
		{"a heredoc", "RUN --mount=x <<EOT\nset -e\n# why\n\nfor f in *; do\n\twc $f\ndone\nEOT", "RUN --mount=x <<EOT", "RUN for f in *; do wc $f; done"},
		{"quoted, indented", "RUN <<-\"E\"\n\tone\n\tE", `RUN <<-"E"`, "RUN one"},
		{"read by a program", "RUN python3 <<E\nprint(1)\nE", "RUN python3 <<E", "RUN python3 print(1)"},
		{"of a COPY", "COPY <<E /f\none\ntwo\nE", "COPY <<E /f", "COPY <<E /f one; two"},
		{"empty", "RUN <<E\nE", "RUN <<E", "RUN <<E"},
		{"only comments", "RUN <<E\n# x\nE", "RUN <<E", "RUN <<E"},
		{"no heredoc", "RUN echo $((1<<2)) \\\n  end", "RUN echo $((1<<2))   end", "RUN echo $((1<<2))   end"},
		{"two", "RUN cat <<A <<B\none\nA\ntwo\nB", "RUN cat <<A <<B", "RUN cat one; A; two"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := &Graph{Lines: strings.Split(tt.lines, "\n")}
			command, _, _ := strings.Cut(tt.text, " ")
			s := Step{Command: command, Text: tt.text, Line: 1, EndLine: len(g.Lines)}
			if got := g.Short(s); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if s.OnBuild, s.EndLine = true, 1; g.Short(s) != tt.text {
				t.Errorf("of ONBUILD: %q", g.Short(s))
			}
		})
	}
	long := &Graph{Lines: append(append([]string{"RUN <<E"}, strings.Split(strings.Repeat("a line\n", 1000), "\n")...), "E")}
	if got := long.Short(Step{Command: "RUN", Text: "RUN <<E", Line: 1, EndLine: len(long.Lines)}); len(got) > 2*shortMost {
		t.Errorf("%d bytes of a long one", len(got))
	}
}
