package rewrite

import (
	"path"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"pgregory.net/rapid"
)

// TestCopyLineIsRead: BuildKit reads of a COPY that is written here what was meant, whatever
// is in the paths.
func TestCopyLineIsRead(t *testing.T) {
	name := rapid.StringMatching(`[a-z \\$'"*?\[\]{}!#,;&()é=-]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		from, to := "/"+name.Draw(t, "from"), "/"+name.Draw(t, "to")
		line := Copy{Command: "COPY", Flags: []string{"--from=builder", "--chown=1:1"}, Sources: []string{Literal(from, true)}, Dest: Literal(to, false)}
		res, err := parser.Parse(strings.NewReader("FROM scratch\n" + line.String() + "\n"))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		read, err := instructions.ParseInstruction(res.AST.Children[1])
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		c := read.(*instructions.CopyCommand)
		lex := shell.NewLex('\\')
		if err := c.Expand(func(word string) (string, error) {
			r, err := lex.ProcessWordWithMatches(word, shell.EnvsFromSlice(nil))
			return r.Result, err
		}); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if ok, err := path.Match(c.SourcePaths[0], from); len(c.SourcePaths) != 1 || !ok || err != nil || c.DestPath != to || c.From != "builder" {
			t.Errorf("%s: takes %q to %q; meant %q to %q", line, c.SourcePaths, c.DestPath, from, to)
		}
	})
}

// TestReadCopy takes instructions apart as they are written.
func TestReadCopy(t *testing.T) {
	for _, tt := range []struct{ text, sources, dest, from, short string }{ // sources are parted by bars
		{"COPY --from=b --chown=1:1 /a /b", "/a", "/b", "b", "COPY --from=b /a /b"},
		{"COPY a b c/", "a|b", "c/", "", "COPY a b c/"},
		{`COPY --from=b ["/my app", "/x"]`, "/my app", "/x", "b", `COPY --from=b ["/my app", "/x"]`},
		{"ADD --link a $DIR", "a", "$DIR", "", "ADD a $DIR"},
		{"COPY <<EOT /x", "", "", "", ""},
		{"COPY a", "", "", "", ""},
		{"COPY", "", "", "", ""},
	} {
		c, ok := ReadCopy(tt.text)
		if ok != (tt.dest != "") || strings.Join(c.Sources, "|") != tt.sources || c.Dest != tt.dest || ok && (c.From() != tt.from || c.Short() != tt.short) {
			t.Errorf("%s: %v, %+v, %q", tt.text, ok, c, c.Short())
		}
	}
}
