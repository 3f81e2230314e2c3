package render_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awalterschulze/gographviz"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/render"
	"github.com/stagedive/stagedive/internal/manual"
	"github.com/stagedive/stagedive/model"
)

// exotic has every kind of node and edge, a named context, and skipped stages.
func exotic(t *testing.T) *model.Graph {
	t.Helper()
	src, err := os.ReadFile("testdata/exotic.Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	return buildgraph.Parse(src, buildgraph.Options{
		File: "exotic.Dockerfile", BuildPlatform: "linux/amd64", NamedContexts: []string{"assets"}, BuildArgs: map[string]string{"GO": "1.26"},
	})
}

func write(t *testing.T, g *model.Graph, plan model.Plan, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.Write(&b, g, plan, format, 0); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGraphFormats(t *testing.T) {
	g := exotic(t)
	for _, format := range []string{"json", "dot", "mermaid"} {
		golden(t, "exotic."+format, write(t, g, model.Plan{}, format))
		golden(t, "exotic-target."+format, write(t, g, g.PlanFor(g.DefaultTarget()), format))
	}
}

func TestEveryFormatWritesEveryGraph(t *testing.T) {
	graphs := shapes(t)
	graphs["empty"] = buildgraph.Parse(nil, buildgraph.Options{File: "Dockerfile"})
	graphs["broken"] = buildgraph.Parse([]byte("FROM\nRUM x\nFROM $X AS y\nCOPY --from=z a b"), buildgraph.Options{File: "Dockerfile"})
	for name, g := range graphs {
		for _, f := range render.Formats() {
			if write(t, g, g.PlanFor(g.DefaultTarget()), f.Name) == "" {
				t.Errorf("%s as %s is empty", name, f.Name)
			}
		}
	}
}

func TestUnknownFormatNamesTheKnown(t *testing.T) {
	err := render.Write(&bytes.Buffer{}, exotic(t), model.Plan{}, "gif", 0)
	if err == nil || err.Error() != `there is no graph format "gif"; use one of text, json, dot, mermaid, svg` {
		t.Errorf("got %v", err)
	}
}

// TestJSONIsWhatTheDocumentSays checks every field of the output against the
// tables in docs/graph-json.md, both ways.
func TestJSONIsWhatTheDocumentSays(t *testing.T) {
	var out map[string]any
	g := exotic(t)
	if err := json.Unmarshal([]byte(write(t, g, g.PlanFor(g.DefaultTarget()), "json")), &out); err != nil {
		t.Fatal(err)
	}
	if out["version"] != float64(render.Version) {
		t.Errorf("version %v", out["version"])
	}
	manual.Same(t, manual.Keys(t, filepath.Join("..", "..", "docs", "graph-json.md"), ""), manual.KeysIn(out))
}

// hostile has names that mean something to Graphviz, Mermaid and HTML.
func hostile() *model.Graph {
	return &model.Graph{
		File: `a"] b`,
		Stages: []model.Stage{
			{Index: 0, Name: `x"]; evil [label="`, Line: 1, EndLine: 1},
			{Index: 1, Name: `<b>&\N end`, Line: 2, EndLine: 3},
		},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "a|b`c`\\"}},
		Edges: []model.Edge{
			{From: 2, To: 0, Kind: model.EdgeBase, Line: 1},
			{From: 0, To: 1, Kind: model.EdgeCopy, Line: 3, Paths: []string{`/"|-->x;`, "/b", "/c", "/d"}},
		},
	}
}

func TestHostileNamesStayInTheirQuotes(t *testing.T) {
	for _, format := range []string{"dot", "mermaid"} {
		golden(t, "hostile."+format, write(t, hostile(), model.Plan{}, format))
	}
	for line := range strings.Lines(write(t, hostile(), model.Plan{}, "mermaid")) {
		if n := strings.Count(line, `"`); n != 0 && n != 2 {
			t.Errorf("%d quotes in %q", n, line)
		}
	}
}

// A parser of the DOT language reads what is written, hostile names and all, and
// finds every node and arrow in it.
func TestDOTIsWellFormed(t *testing.T) {
	for name, g := range map[string]*model.Graph{"exotic": exotic(t), "hostile": hostile()} {
		read, err := gographviz.Read([]byte(write(t, g, model.Plan{}, "dot")))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := len(read.Nodes.Nodes); n != g.NodeCount() {
			t.Errorf("%s: %d nodes, want %d", name, n, g.NodeCount())
		}
		if n := len(read.Edges.Edges); n == 0 || n > len(g.Edges) {
			t.Errorf("%s: %d arrows for %d edges", name, n, len(g.Edges))
		}
	}
}
