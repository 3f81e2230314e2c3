package buildgraph_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/model"
)

var update = flag.Bool("update", false, "write the goldens")

// rule is one file of testdata/rules: a Dockerfile that shows one rule, and the
// graph that it makes.
type rule struct {
	src  []byte
	opts buildgraph.Options
	// lineless is set where BuildKit names the line before the one it means.
	lineless bool
	// unasked is set where BuildKit races with itself: it resolves an image twice
	// at once when COPY --from=N reaches it.
	unasked bool
	// shifted names a stage whose FROM BuildKit counts twice.
	shifted string
	graph   string
}

func loadRule(t testing.TB, path string) (rule, *txtar.Archive) {
	t.Helper()
	ar, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rule{opts: buildgraph.Options{
		File: "Dockerfile", BuildPlatform: "linux/amd64", BuildArgs: map[string]string{},
	}}
	var options string
	for _, f := range ar.Files {
		switch f.Name {
		case "Dockerfile":
			r.src = f.Data
		case "options":
			options = string(f.Data)
		case "graph":
			r.graph = string(f.Data)
		}
	}
	for line := range strings.Lines(options) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "build-arg":
			k, v, _ := strings.Cut(value, "=")
			r.opts.BuildArgs[k] = v
		case "platform":
			r.opts.Platforms = append(r.opts.Platforms, value)
		case "context":
			r.opts.NamedContexts = append(r.opts.NamedContexts, value)
		case "crlf":
			r.src = []byte(strings.ReplaceAll(string(r.src), "\n", "\r\n"))
		case "bom":
			r.src = append([]byte("\ufeff"), r.src...)
		case "shifted":
			r.shifted = value
		case "unasked":
			r.unasked = true
		case "line-after":
			r.lineless = true
		default:
			t.Fatalf("%s: unknown option %q", path, key)
		}
	}
	return r, ar
}

func rulePaths(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil || len(paths) < 60 {
		t.Fatalf("%d rules found (%v)", len(paths), err)
	}
	return paths
}

// TestRules holds the graph of every rule against BuildKit's own conversion, for
// every target, and against the graph written down beside it.
func TestRules(t *testing.T) {
	for _, path := range rulePaths(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			r, ar := loadRule(t, path)
			g := buildgraph.Parse(r.src, r.opts)
			checkInvariants(t, g)
			if !r.unasked {
				compareWarnings(t, g, r.src, r.opts)
			}
			for _, target := range targets(g) {
				if r.unasked {
					break
				}
				t.Run("target "+target, func(t *testing.T) {
					opts := r.opts
					opts.Target = target
					g := buildgraph.Parse(r.src, opts)
					stage := g.DefaultTarget()
					if target != "" {
						stage, _ = g.FindStage(target)
					}
					compare(t, g, stage, ask(t, r.src, target, opts), r)
				})
			}
			golden(t, path, ar, describe(g), r.graph)
		})
	}
}

// targets are the names that --target can take, and the default.
func targets(g *model.Graph) []string {
	out := []string{""}
	seen := map[string]bool{}
	for _, s := range g.Stages {
		if s.Name != "" && !seen[s.Name] {
			out = append(out, s.Name)
		}
		seen[s.Name] = true
	}
	return out
}

func golden(t *testing.T, path string, ar *txtar.Archive, got, want string) {
	t.Helper()
	if !*update {
		if got != want {
			t.Errorf("graph:\n%s\nwant:\n%s", got, want)
		}
		return
	}
	for i := range ar.Files {
		if ar.Files[i].Name == "graph" {
			ar.Files[i].Data = []byte(got)
		}
	}
	if err := os.WriteFile(path, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}

// describe writes a graph as lines: what flows where, and what is wrong.
func describe(g *model.Graph) string {
	var b strings.Builder
	for i, s := range g.Stages {
		fmt.Fprintf(&b, "stage %d %s lines %d-%d total %d\n", i, s.Label(), s.Line, s.EndLine, g.Total(i))
	}
	for _, e := range g.Edges {
		from := g.Label(e.From)
		if x, ok := g.External(e.From); ok {
			from = string(x.Kind) + " " + x.Ref
		}
		fmt.Fprintf(&b, "%s: %s → %s", e.Kind, from, g.Label(e.To))
		if len(e.Paths) > 0 {
			fmt.Fprintf(&b, " %q", e.Paths)
		}
		fmt.Fprintf(&b, " line %d\n", e.Line)
	}
	for _, p := range g.Problems {
		always := ""
		if p.Always {
			always = ", every target"
		}
		fmt.Fprintf(&b, "%s line %d stage %d%s: %s\n", p.Level, p.Line, p.Stage, always, p.Message)
	}
	return b.String()
}

// checkInvariants holds a graph against what model.Graph promises.
func checkInvariants(t testing.TB, g *model.Graph) {
	t.Helper()
	for i, s := range g.Stages {
		if s.Index != i || len(s.Steps) == 0 || s.Steps[0].Command != "FROM" {
			t.Fatalf("stage %d: index %d, steps %+v", i, s.Index, s.Steps)
		}
		if s.Line < 1 || s.EndLine < s.Line || s.EndLine > len(g.Lines) {
			t.Fatalf("stage %d is at lines %d-%d of %d", i, s.Line, s.EndLine, len(g.Lines))
		}
		if i > 0 && s.Line <= g.Stages[i-1].EndLine {
			t.Fatalf("stage %d starts at line %d inside the one above, which ends at %d", i, s.Line, g.Stages[i-1].EndLine)
		}
		for j, step := range s.Steps {
			if step.Index != j || step.Line < s.Line || step.EndLine < step.Line || step.EndLine > s.EndLine {
				t.Fatalf("stage %d step %d: %+v outside of lines %d-%d", i, j, step, s.Line, s.EndLine)
			}
		}
	}
	last := model.Edge{To: -1}
	for _, e := range g.Edges {
		if !g.IsStage(e.To) || e.From < 0 || int(e.From) >= g.NodeCount() || g.IsStage(e.From) && e.From >= e.To {
			t.Fatalf("edge %+v among %d stages and %d nodes", e, len(g.Stages), g.NodeCount())
		}
		if e.Step < 0 || e.Step >= len(g.Stages[e.To].Steps) || g.Stages[e.To].Steps[e.Step].Line != e.Line {
			t.Fatalf("edge %+v is not at its step", e)
		}
		if e.To < last.To || e.To == last.To && (e.Step < last.Step || e.Step == last.Step && e.Line < last.Line) {
			t.Fatalf("edge %+v comes after %+v", e, last)
		}
		last = e
	}
	used := map[model.NodeID]bool{}
	for _, e := range g.Edges {
		used[e.From] = true
	}
	for i := range g.Externals {
		if !used[model.NodeID(len(g.Stages)+i)] {
			t.Fatalf("external %+v has no edge", g.Externals[i])
		}
	}
	for i, p := range g.Problems {
		if p.Message == "" || p.Line < 0 || p.EndLine < p.Line || p.Stage < -1 || p.Stage >= len(g.Stages) {
			t.Fatalf("problem %+v", p)
		}
		if i > 0 && p.Line < g.Problems[i-1].Line {
			t.Fatalf("problem %+v comes after %+v", p, g.Problems[i-1])
		}
	}
}
