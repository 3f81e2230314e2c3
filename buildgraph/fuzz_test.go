package buildgraph_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/sanitize"
)

// FuzzParse feeds Parse anything: it must come back with a graph that keeps the
// model's promises, in text that a terminal may be given.
func FuzzParse(f *testing.F) {
	for _, path := range rulePaths(f) {
		r, _ := loadRule(f, path)
		f.Add(r.src, "V=3", "base")
	}
	f.Fuzz(func(t *testing.T, src []byte, arg, context string) {
		k, v, _ := strings.Cut(arg, "=")
		g := buildgraph.Parse(src, buildgraph.Options{
			File: "Dockerfile", BuildPlatform: "linux/amd64",
			BuildArgs: map[string]string{k: v}, NamedContexts: []string{context},
		})
		checkInvariants(t, g)
		checkText(t, g)
		for i := range g.Stages {
			g.PlanFor(i)
			g.Total(i)
		}
	})
}

func checkText(t testing.TB, g *model.Graph) {
	t.Helper()
	check := func(what, s string) {
		if s != sanitize.Text(s) || !utf8.ValidString(s) {
			t.Fatalf("%s is not sanitised: %q", what, s)
		}
	}
	for _, l := range g.Lines {
		check("line", l)
	}
	check("syntax", g.Syntax)
	for _, a := range g.Args {
		check("arg", a.Name+a.Value+a.Default)
	}
	for _, s := range g.Stages {
		check("stage", s.Name+s.Base+s.BaseRaw+s.Platform+s.Doc)
		for _, step := range s.Steps {
			check("step", step.Command+step.Text)
			for _, m := range step.Mounts {
				check("mount", m.Type+m.From+m.Source+m.Target+m.ID)
			}
		}
	}
	for _, x := range g.Externals {
		check("external", x.Ref)
	}
	for _, e := range g.Edges {
		check("paths", strings.Join(e.Paths, ""))
	}
	for _, p := range g.Problems {
		check("problem", p.Message)
	}
}

// TestHostileFiles gives Parse files that would cost gigabytes or minutes if
// their words were taken at face value.
func TestHostileFiles(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("ARG A=xxxxxxxxxxxxxxxx\n")
	for range 8 {
		bomb.WriteString("ARG A=" + strings.Repeat("$A", 2000) + "\n")
	}
	bomb.WriteString("FROM scratch\nENV B=" + strings.Repeat("${A//x/$A}", 100) + "\n")
	for _, c := range []struct{ name, src string }{
		{"variables that double", bomb.String()},
		{"ONBUILD times children", "FROM a AS b\n" + strings.Repeat("ONBUILD RUN x\n", 500) + strings.Repeat("FROM b\n", 500)},
		{"nothing but errors", strings.Repeat("RUN <<\"\nCOPY --from='\n", 2000)},
		{"a line without end", "FROM a\nRUN " + strings.Repeat("x", 1<<20) + "\nFROM b AS b\nRUN y\n"},
		{"a first line without end", strings.Repeat("x", 1<<20) + "\nFROM b AS b\n"},
		{"heredocs without end", strings.Repeat("FROM a\nRUN <<E\n", 500)},
		{"many stages", strings.Repeat("FROM a AS x\nCOPY --from=x a b\nRUN --mount=target=/x y\n", 1000)},
		{"a chain of stages", "FROM a AS x\n" + strings.Repeat("FROM x AS x\nENV A=$B\n", 1000)},
		{"NUL and broken UTF-8", "FROM a\x00b\nRUN \xff\xfe \x1b[2J\nENV A=\x00$\xff\n"},
		{"only line ends", strings.Repeat("\r\n", 10_000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			g := buildgraph.Parse([]byte(c.src), buildgraph.Options{File: "Dockerfile"})
			checkInvariants(t, g)
			checkText(t, g)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestStagesAfterALineWithoutEndShow: the parser's scanner gives up on a line of
// 64 KiB, the graph does not.
func TestStagesAfterALineWithoutEndShow(t *testing.T) {
	g := buildgraph.Parse([]byte("FROM a AS a\nRUN "+strings.Repeat("x", 1<<17)+"\nRUN z\nFROM b AS b\nCOPY --from=a y /\n"), buildgraph.Options{})
	if len(g.Stages) != 2 || len(g.Into(1)) != 2 {
		t.Fatalf("%d stages, edges %+v", len(g.Stages), g.Edges)
	}
	if len(g.Problems) != 1 || g.Problems[0].Line != 2 || !strings.HasPrefix(g.Problems[0].Message, "dockerfile line greater than max allowed size") {
		t.Errorf("problems %+v", g.Problems)
	}
}
