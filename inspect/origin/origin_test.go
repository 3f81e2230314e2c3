package origin_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// TestJoin: each case is a Dockerfile and a history with, before each entry,
// where it comes from: STAGE:LINE, b for the base image, ? for unknown.
func TestJoin(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			g := graph(string(ar.Files[0].Data))
			im, want := history(t, string(ar.Files[1].Data))
			origin.Join(im, g, g.DefaultTarget())
			for i, h := range im.History {
				if got := say(h.Origin); got != want[i] {
					t.Errorf("%s: %s, want %s", h.CreatedBy, got, want[i])
				}
				if h.Layer >= 0 && im.Layers[h.Layer].Origin != h.Origin {
					t.Errorf("layer %d: %+v, want %+v", h.Layer, im.Layers[h.Layer].Origin, h.Origin)
				}
			}
		})
	}
}

func TestWithoutGraph(t *testing.T) {
	im, _ := history(t, `b L "COPY a /a # buildkit"`)
	im.History[0].Origin = image.Origin{Stage: 3}
	origin.Join(im, nil, 0)
	if im.History[0].Origin != image.Unknown || im.Layers[0].Origin != image.Unknown {
		t.Errorf("%+v", im)
	}
	origin.Join(im, &model.Graph{}, -1)
	if im.History[0].Origin != image.Unknown {
		t.Errorf("%+v", im)
	}
}

func say(o image.Origin) string {
	switch {
	case o.Base:
		return "b"
	case o == image.Unknown:
		return "?"
	}
	return fmt.Sprintf("%d:%d", o.Stage, o.Line)
}

func history(t *testing.T, text string) (*image.Image, []string) {
	im := &image.Image{}
	var want []string
	for line := range strings.Lines(strings.TrimSpace(text) + "\n") {
		f := strings.Fields(line)
		h := image.History{Empty: f[1] == "-", Layer: -1}
		if err := json.Unmarshal([]byte(line[strings.IndexByte(line, '"'):]), &h.CreatedBy); err != nil {
			t.Fatal(err)
		}
		if !h.Empty {
			h.Layer = len(im.Layers)
			im.Layers = append(im.Layers, image.Layer{Index: h.Layer})
		}
		im.History = append(im.History, h)
		want = append(want, f[0])
	}
	return im, want
}

// graph reads the plain Dockerfiles of the cases; the real one is buildgraph's,
// which this wing does not know.
func graph(text string) *model.Graph {
	g := &model.Graph{}
	lines := strings.Split(text, "\n")
	for n := 0; n < len(lines); n++ {
		first := n + 1
		full := lines[n]
		for strings.HasSuffix(full, "\\") {
			n++
			full = strings.TrimSuffix(full, "\\") + lines[n]
		}
		if strings.Contains(full, "<<EOT") {
			for n++; lines[n] != "EOT"; n++ {
			}
		}
		f := strings.Fields(full)
		if len(f) == 0 || f[0] == "ARG" && len(g.Stages) == 0 {
			continue
		}
		if f[0] == "FROM" {
			from := model.None
			s := model.Stage{Index: len(g.Stages), Base: f[1], Line: first}
			for _, e := range g.Stages {
				if e.Name == f[1] {
					from = model.NodeID(e.Index)
				}
			}
			if len(f) == 4 {
				s.Name = f[3]
			}
			g.Stages = append(g.Stages, s)
			if f[1] != "scratch" {
				g.Edges = append(g.Edges, model.Edge{From: from, To: model.NodeID(s.Index), Kind: model.EdgeBase})
			}
		}
		s := &g.Stages[len(g.Stages)-1]
		s.Steps = append(s.Steps, model.Step{Index: len(s.Steps), Command: f[0], Text: full, Line: first, EndLine: n + 1})
		if f[0] == "FROM" {
			s.Steps = append(s.Steps, triggered(g, len(s.Steps))...)
		}
	}
	for i, e := range g.Edges {
		if e.From == model.None {
			g.Edges[i].From = model.NodeID(g.NodeCount())
			g.Externals = append(g.Externals, model.External{Kind: model.ExternalImage, Ref: g.Stages[e.To].Base})
		}
	}
	return g
}

// triggered are the ONBUILD instructions of the last stage's base, which run as
// that stage's first and have its FROM's line.
func triggered(g *model.Graph, at int) (steps []model.Step) {
	child := g.Stages[len(g.Stages)-1]
	for _, base := range g.Stages[:child.Index] {
		if base.Name != child.Base {
			continue
		}
		for _, s := range base.Steps {
			if text, ok := strings.CutPrefix(s.Text, "ONBUILD "); ok {
				command, _, _ := strings.Cut(text, " ")
				steps = append(steps, model.Step{Index: at + len(steps), Command: command, Text: text, Line: child.Line, EndLine: child.Line, OnBuild: true})
			}
		}
	}
	return steps
}
