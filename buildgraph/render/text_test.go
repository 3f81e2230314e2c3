package render_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/render"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
)

// shapes parses every Dockerfile of testdata/shapes, and those of the examples.
func shapes(t *testing.T) map[string]*model.Graph {
	t.Helper()
	files, err := filepath.Glob("testdata/shapes/*.Dockerfile")
	if err != nil || len(files) < 10 {
		t.Fatalf("shapes: %v, %v", files, err)
	}
	out := map[string]*model.Graph{}
	for _, name := range []string{"logbook", "shop"} {
		files = append(files, filepath.Join("../../examples", name, "Dockerfile"))
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		g := buildgraph.Parse(src, buildgraph.Options{File: filepath.Base(f), BuildPlatform: "linux/amd64"})
		for _, p := range g.Problems {
			if p.Level == model.LevelError {
				t.Fatalf("%s:%d: %s", f, p.Line, p.Message)
			}
		}
		name := strings.TrimSuffix(filepath.Base(f), ".Dockerfile")
		if name == "Dockerfile" {
			name = filepath.Base(filepath.Dir(f))
		}
		out[name] = g
	}
	return out
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldens.Check(t, filepath.Join("testdata", "golden", name), got)
}

func TestTextOfShapes(t *testing.T) {
	for name, g := range shapes(t) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := render.Text(&b, g, g.PlanFor(g.DefaultTarget()), 160); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".txt", b.String())
		})
	}
}

func TestTextKeepsItsWidth(t *testing.T) {
	for name, g := range shapes(t) {
		for _, width := range []int{50, 80, 100, 200} {
			var b bytes.Buffer
			if err := render.Text(&b, g, model.Plan{}, width); err != nil {
				t.Fatal(err)
			}
			drawing, _, drawn := strings.Cut(b.String(), "\n#")
			if !drawn {
				continue
			}
			for i, line := range strings.Split(drawing, "\n") {
				if n := displaywidth.String(line); n > width {
					t.Errorf("%s at %d: line %d of the drawing is %d wide", name, width, i, n)
				}
			}
		}
	}
}

// TestTextOfWhatIsTooWide prints a graph of 36 stages.
func TestTextOfWhatIsTooWide(t *testing.T) {
	g := shapes(t)["buildkit"]
	runc := slices.IndexFunc(g.Stages, func(s model.Stage) bool { return s.Name == "runc" })
	for _, tt := range []struct {
		name   string
		plan   model.Plan
		width  int
		says   string
		draws  string // a box, or none
		leaves string // a box that is left out
	}{
		{"no target", model.Plan{}, 30, "no drawing: it would be at least 190 columns wide; --target NAME draws", "", "╭"},
		{"a target", g.PlanFor(runc), 35, "32 stages that the target skips left out: with all, the drawing is at least 190", "┃ runc  ", "│ dnsname"},
		{"no room for it", g.PlanFor(g.DefaultTarget()), 20, "no drawing: it would be", "", "╭"},
		{"high instead of wide", model.Plan{}, 100, "", " dnsname    ", "no drawing"},
		{"no terminal", model.Plan{}, 0, "", " dnsname    ", "no drawing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := render.Text(&b, g, tt.plan, tt.width); err != nil {
				t.Fatal(err)
			}
			words := strings.Join(strings.Fields(b.String()), " ")
			if !strings.Contains(words, tt.says) || !strings.Contains(b.String(), tt.draws) || strings.Contains(b.String(), tt.leaves) {
				t.Errorf("want %q and %q, not %q:\n%s", tt.says, tt.draws, tt.leaves, b.String())
			}
		})
	}
}

func TestTextOfTroubledFiles(t *testing.T) {
	src := "FROM 基础镜像 AS build\nCOPY --from=nowhere /a /b\nFROM missing-stage-name AS final\nCOPY --from=99 /x /y\n"
	g := buildgraph.Parse([]byte(src), buildgraph.Options{File: "Dockerfile"})
	g.Stages[0].Name = "构建阶段一"
	var b bytes.Buffer
	if err := render.Text(&b, g, g.PlanFor(0), 80); err != nil {
		t.Fatal(err)
	}
	golden(t, "troubled.txt", b.String())

	b.Reset()
	if err := render.Text(&b, &model.Graph{}, model.Plan{}, 80); err != nil || b.String() != "no stages\n" {
		t.Errorf("an empty graph prints %q, %v", b.String(), err)
	}
}

func TestSVGIsWellFormed(t *testing.T) {
	for name, g := range shapes(t) {
		var b bytes.Buffer
		if err := render.SVG(&b, g, g.PlanFor(0)); err != nil {
			t.Fatal(err)
		}
		if name == "seven" {
			golden(t, "seven.svg", b.String())
		}
		dec, boxes, paths := xml.NewDecoder(&b), 0, 0
		for {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if e, ok := tok.(xml.StartElement); ok {
				switch e.Name.Local {
				case "script", "image", "foreignObject":
					t.Errorf("%s holds a <%s>", name, e.Name.Local)
				case "rect":
					boxes++
				case "path":
					paths++
				}
			}
		}
		if boxes != len(g.Stages)+1 {
			t.Errorf("%s: %d rects for %d stages and the ground", name, boxes, len(g.Stages))
		}
		if paths == 0 && len(g.Edges) > 0 {
			t.Errorf("%s: no paths", name)
		}
	}
}

func TestSVGEscapes(t *testing.T) {
	g := &model.Graph{
		File:   `a"><script>`,
		Stages: []model.Stage{{Name: `<script>&"`, Line: 1, EndLine: 1}},
	}
	var b bytes.Buffer
	if err := render.SVG(&b, g, model.Plan{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script>") {
		t.Error("a name became markup")
	}
}
