package lint_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/context"
	"github.com/stagedive/stagedive/buildgraph/lint"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
)

var update = flag.Bool("update", false, "write what is found into the files of testdata")

// load reads a file of testdata/rules: a Dockerfile, perhaps options, the findings, and
// below context/ the build context. Without one the context is not known.
func load(t *testing.T, ar *txtar.Archive) (in lint.Input, src []byte, want string) {
	t.Helper()
	opts := buildgraph.Options{File: "Dockerfile", BuildPlatform: "linux/amd64", BuildArgs: map[string]string{}}
	dir, has := t.TempDir(), false
	for _, f := range ar.Files {
		if name, ok := strings.CutPrefix(f.Name, "context/"); ok {
			has = true
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		switch f.Name {
		case "Dockerfile":
			src = f.Data
		case "target":
			opts.Target = strings.TrimSpace(string(f.Data))
		case "findings":
			want = string(f.Data)
		default:
			t.Fatalf("unknown file %s", f.Name)
		}
	}
	in = lint.Input{Detail: buildgraph.Examine(src, opts)}
	in.Target = in.Detail.Graph.DefaultTarget()
	if opts.Target != "" {
		in.Target, _ = in.Detail.Graph.FindStage(opts.Target)
	}
	if has {
		ignore, err := context.ReadIgnore(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		if in.Context, err = context.List(t.Context(), dir, ignore); err != nil {
			t.Fatal(err)
		}
	}
	return in, src, want
}

func describe(findings []finding.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%d %s %s: %s\n", f.Line, f.Severity, f.Rule, f.Title)
		if f.Allowed != nil {
			fmt.Fprintf(&b, "  allowed: %s (%s)\n", f.Allowed.Reason, f.Allowed.Policy)
		}
		for _, e := range f.Evidence {
			fmt.Fprintf(&b, "  seen: %s\n", e)
		}
		fmt.Fprintf(&b, "  fix: %s\n", strings.ReplaceAll(f.Fix, "\n", "\n    "))
	}
	return b.String()
}

// TestRules holds the findings of every file of testdata/rules against those written
// down in it. What a rule must not say has a file too, or stands beside what it says.
func TestRules(t *testing.T) {
	paths, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil || len(paths) < 40 {
		t.Fatalf("%d files (%v)", len(paths), err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			in, src, want := load(t, ar)
			findings := lint.Check(in)
			for _, f := range findings {
				seen[f.Rule] = true
				check(t, f, src)
			}
			got := describe(findings)
			if *update {
				i := slices.IndexFunc(ar.Files, func(f txtar.File) bool { return f.Name == "findings" })
				if i < 0 {
					i = len(ar.Files)
					ar.Files = append(ar.Files, txtar.File{Name: "findings"})
				}
				ar.Files[i].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, r := range lint.Rules() {
		if strings.HasPrefix(r.ID, "SD-") && !seen[r.ID] {
			t.Errorf("no file of testdata/rules shows %s", r.ID)
		}
	}
}

// check holds what every finding promises.
func check(t *testing.T, f finding.Finding, src []byte) {
	t.Helper()
	r, ok := lint.Rule(f.Rule)
	if !ok || f.Title == "" || f.Why == "" || f.Fix == "" || f.Layer != -1 || f.Category != finding.Build || len(f.Evidence) == 0 {
		t.Errorf("%+v lacks something (its rule: %v)", f, r)
	}
	if f.Severity > finding.Critical {
		t.Errorf("%s has severity %v", f.Rule, f.Severity)
	}
	if f.Instead == "" {
		return
	}
	lines := strings.Split(strings.TrimSuffix(string(src), "\n"), "\n")
	if f.Line < 1 || f.EndLine < f.Line || f.EndLine > len(lines) {
		t.Fatalf("%s is to replace lines %d to %d of %d", f.Rule, f.Line, f.EndLine, len(lines))
	}
	fixed := strings.Join(slices.Concat(lines[:f.Line-1], []string{f.Instead}, lines[f.EndLine:]), "\n")
	if _, err := parser.Parse(strings.NewReader(fixed)); err != nil {
		t.Errorf("%s makes a file that BuildKit refuses: %v\n%s", f.Rule, err, fixed)
	}
	again := buildgraph.Examine([]byte(fixed), buildgraph.Options{File: "Dockerfile"})
	if before := buildgraph.Parse(src, buildgraph.Options{File: "Dockerfile"}); refusals(again.Graph) > refusals(before) {
		t.Errorf("%s makes an error:\n%s", f.Rule, fixed)
	}
	for _, g := range lint.Check(lint.Input{Detail: again, Target: again.Graph.DefaultTarget()}) {
		if g.Rule == f.Rule && g.Title == f.Title && g.Line == f.Line {
			t.Errorf("%s is still there after its fix:\n%s", f.Rule, fixed)
		}
	}
}

func refusals(g *model.Graph) int {
	n := 0
	for _, p := range g.Problems {
		if p.Level == model.LevelError {
			n++
		}
	}
	return n
}

func TestRulesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range lint.Rules() {
		if seen[r.ID] || r.Title == "" || r.Why == "" || r.Fix == "" || r.More == "" || r.Category != finding.Build || strings.HasSuffix(r.Title, ".") {
			t.Errorf("%+v", r)
		}
		seen[r.ID] = true
	}
}

// TestLinterRulesAreAllKnown holds the list of BuildKit's rules against the linter's own
// source, which has no list.
func TestLinterRulesAreAllKnown(t *testing.T) {
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/moby/buildkit/frontend/dockerfile/linter").Output()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "ruleset.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^\s+Name:\s+"(\w+)"`).FindAllSubmatch(source, -1)
	if len(names) < 15 {
		t.Fatalf("%d names in the source", len(names))
	}
	for _, m := range names {
		if _, ok := lint.Rule("BK-" + string(m[1])); !ok {
			t.Errorf("%s is not known", m[1])
		}
	}
}

// TestEveryDockerfileOfTheRepository is about files that somebody wrote to be built: no
// finding above low may be said of the examples, none may panic.
func TestEveryDockerfileOfTheRepository(t *testing.T) {
	for _, path := range []string{"../../examples/logbook/Dockerfile", "../../examples/shop/Dockerfile"} {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ignore, err := context.ReadIgnore(filepath.Dir(path), "")
		if err != nil {
			t.Fatal(err)
		}
		list, err := context.List(t.Context(), filepath.Dir(path), ignore)
		if err != nil {
			t.Fatal(err)
		}
		in := lint.Input{Detail: buildgraph.Examine(src, buildgraph.Options{File: path}), Context: list}
		in.Target = in.Detail.Graph.DefaultTarget()
		for _, f := range lint.Check(in) {
			if f.Severity > finding.Low {
				t.Errorf("%s:%d: %s %s", path, f.Line, f.Rule, f.Title)
			}
		}
	}
}

// sixty is a Dockerfile of sixty stages with commands to read.
func sixty() []byte {
	var b strings.Builder
	b.WriteString("FROM golang:1.26 AS s0\nWORKDIR /src\nCOPY . .\nRUN go build -o /out ./...\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&b, "FROM debian:12-slim AS s%d\nRUN apt-get update && apt-get install -y gcc libc6-dev && rm -rf /var/lib/apt/lists/*\nCOPY --from=s%d /out /out\nRUN curl -fsSL https://example.org/x | tar xz && make -C /x all install\n", i, i-1)
	}
	return []byte(b.String())
}

func BenchmarkSixtyStages(b *testing.B) {
	src := sixty()
	b.Run("graph", func(b *testing.B) {
		for b.Loop() {
			buildgraph.Parse(src, buildgraph.Options{})
		}
	})
	b.Run("lint", func(b *testing.B) {
		for b.Loop() {
			d := buildgraph.Examine(src, buildgraph.Options{})
			lint.Check(lint.Input{Detail: d, Target: d.Graph.DefaultTarget()})
		}
	})
}
