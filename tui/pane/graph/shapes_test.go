package graph_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane/graph"
	"github.com/stagedive/stagedive/tui/theme"
)

// shapes are Dockerfiles as people have them, Moby's and BuildKit's among them.
var shapes = []string{"moby", "buildkit", "logbook", "shop", "spa", "diamond", "linear", "fan", "monorepo", "single", "islands", "externals"}

// dockerfile reads as much of a Dockerfile as a graph needs. The real parser is
// on the other side of a wall.
func dockerfile(t testing.TB, name string) *model.Graph {
	t.Helper()
	path := filepath.Join("../../../buildgraph/render/testdata/shapes", name+".Dockerfile")
	if name == "logbook" || name == "shop" {
		path = filepath.Join("../../../examples", name, "Dockerfile")
	}
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g := &model.Graph{File: name}
	text := strings.ReplaceAll(string(src), "${GO_VERSION}", "1.26")
	byName := map[string]model.NodeID{}
	type use struct {
		from string
		edge model.Edge
	}
	var uses []use
	heredoc, more := "", false
	for n, line := range strings.Split(text, "\n") {
		n++
		word := strings.Fields(line)
		at := len(g.Stages) - 1
		if at >= 0 && (heredoc != "" || more || len(word) > 0) {
			g.Stages[at].EndLine = n
		}
		if heredoc != "" {
			if line == heredoc {
				heredoc = ""
			}
			continue
		}
		continued := more
		more = strings.HasSuffix(line, "\\")
		if len(word) == 0 || strings.HasPrefix(line, "#") || continued && !strings.Contains(line, "--mount=") {
			continue
		}
		command := word[0]
		if command == "FROM" {
			if strings.HasPrefix(word[1], "--platform") {
				word = word[1:]
			}
			s := model.Stage{Index: len(g.Stages), Base: word[1], Line: n}
			if len(word) > 3 {
				s.Name = word[3]
				byName[s.Name] = model.NodeID(s.Index)
			}
			g.Stages, at = append(g.Stages, s), at+1
			if word[1] != "scratch" {
				uses = append(uses, use{word[1], model.Edge{To: model.NodeID(at), Kind: model.EdgeBase, Line: n}})
			}
		} else if at < 0 {
			continue
		}
		st := &g.Stages[at]
		_, stage := byName[st.Base]
		vertex := command == "RUN" || command == "COPY" || command == "WORKDIR" || command == "FROM" && !stage && st.Base != "scratch"
		if !continued {
			st.Steps = append(st.Steps, model.Step{Index: len(st.Steps), Command: command, Text: line, Line: n, EndLine: n, Vertex: vertex})
		}
		for _, w := range word[1:] {
			step := len(st.Steps) - 1
			if from, ok := strings.CutPrefix(w, "--from="); ok {
				uses = append(uses, use{from, model.Edge{To: model.NodeID(at), Kind: model.EdgeCopy, Step: step, Line: n}})
			}
			if opts, ok := strings.CutPrefix(w, "--mount="); ok {
				for _, o := range strings.Split(opts, ",") {
					if from, ok := strings.CutPrefix(o, "from="); ok {
						uses = append(uses, use{from, model.Edge{To: model.NodeID(at), Kind: model.EdgeMount, Step: step, Line: n}})
					}
				}
			}
			if end, ok := strings.CutPrefix(w, "<<"); ok {
				heredoc = end
			}
		}
	}
	for _, u := range uses {
		id, ok := byName[u.from]
		if n, err := strconv.Atoi(u.from); err == nil {
			id, ok = model.NodeID(n), true
		}
		if !ok {
			id = model.NodeID(len(g.Stages) + len(g.Externals))
			byName[u.from] = id
			g.Externals = append(g.Externals, model.External{Kind: model.ExternalImage, Ref: u.from})
		}
		u.edge.From = id
		g.Edges = append(g.Edges, u.edge)
	}
	return g
}

// panes are the places that the graph has on screens of 60×15, 80×24, 120×40 and
// 200×60.
var panes = [][2]int{{58, 10}, {38, 20}, {58, 36}, {99, 56}}

// TestShapes draws what people build, on every screen.
func TestShapes(t *testing.T) {
	for _, name := range shapes {
		t.Run(name, func(t *testing.T) {
			g := dockerfile(t, name)
			var b strings.Builder
			for _, size := range panes {
				p := paneOf(g, size[0], size[1])
				p.SetPlan(g.PlanFor(g.DefaultTarget()))
				fmt.Fprintf(&b, "%d×%d\n%s\n", size[0], size[1], trimmed(p.View()))
			}
			golden(t, "shape-"+name, b.String())
		})
	}
}

// TestFromIsAlwaysThere: wherever stages are drawn with their names, so is the
// image that each starts from.
func TestFromIsAlwaysThere(t *testing.T) {
	for _, name := range []string{"logbook", "shop", "spa", "diamond", "linear", "single", "islands"} {
		g := dockerfile(t, name)
		for _, size := range panes {
			p := paneOf(g, size[0], size[1])
			view := trimmed(p.View())
			for _, e := range g.Edges {
				ref := g.Label(e.From)
				if z, _ := p.Level(); z != graph.Dots && !p.Overflows() && !g.IsStage(e.From) && e.Kind == model.EdgeBase && !strings.Contains(view, ref[len(ref)-4:]) {
					t.Errorf("%s at %v: %s is not there\n%s", name, size, ref, view)
				}
			}
		}
	}
}

// BenchmarkShapes is the first frame of a pane: the choice of how to draw, the
// layout and the drawing. The goal is under 50 ms.
func BenchmarkShapes(b *testing.B) {
	graphs := map[string]*model.Graph{"moby": dockerfile(b, "moby"), "buildkit": dockerfile(b, "buildkit"), "200 stages": large(200)}
	for _, name := range []string{"moby", "buildkit", "200 stages"} {
		for _, size := range panes {
			b.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(b *testing.B) {
				g := graphs[name]
				plan := g.PlanFor(g.DefaultTarget())
				for b.Loop() {
					p := paneOf(g, size[0], size[1])
					p.SetPlan(plan)
					if p.View() == "" {
						b.Fatal("nothing is drawn")
					}
				}
			})
		}
	}
}

// TestABuildPlacesNothingAnew: events change faces, not places.
func TestABuildPlacesNothingAnew(t *testing.T) {
	g := large(200)
	p := paneOf(g, 99, 56)
	p.SetPlan(g.PlanFor(199))
	before := p.Drawing()
	b := build.New()
	b.Apply(build.Event{Time: start, Begin: &build.Begin{Graph: g, Targets: []int{199}}})
	for i := range g.Stages {
		for k := range g.Stages[i].Steps {
			at := start.Add(time.Duration(i) * time.Second)
			b.Apply(build.Event{Time: at, Vertex: &build.Vertex{Digest: fmt.Sprint(i, k), Steps: []build.StepRef{{Stage: i, Step: k}}, Started: &at}})
			b.Apply(build.Event{Time: at, Log: &build.Log{Vertex: fmt.Sprint(i, k), Text: "a line\n"}})
			p.SetBuild(b, at)
			p.Select(model.NodeID(i))
			if p.View() == "" || p.Drawing() != before {
				t.Fatalf("placed anew at step %d of stage %d", k, i)
			}
		}
	}
}

// TestLogsDrawNothingAnew: a line of a log does not touch the graph.
func TestLogsDrawNothingAnew(t *testing.T) {
	g := large(200)
	p := paneOf(g, 99, 56)
	b := build.New()
	b.Apply(build.Event{Time: start, Begin: &build.Begin{Graph: g, Targets: []int{199}}})
	p.SetBuild(b, start)
	p.View()
	n := testing.AllocsPerRun(100, func() {
		b.Apply(build.Event{Log: &build.Log{Vertex: "v", Text: "x"}})
		p.SetBuild(b, start)
		p.View()
	})
	if n > 5 {
		t.Errorf("a frame after a log line takes %v allocations", n)
	}
}

// TestNamesAreWhole: no line and no other box is drawn over a name.
func TestNamesAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		p := paneOf(g, rapid.IntRange(30, 200).Draw(t, "w"), rapid.IntRange(8, 60).Draw(t, "h"))
		plan := g.PlanFor(rapid.IntRange(0, len(g.Stages)-1).Draw(t, "target"))
		p.SetPlan(plan)
		for range rapid.IntRange(0, 3).Draw(t, "zooms") {
			p.Zoom(rapid.SampledFrom([]int{-1, 1}).Draw(t, "zoom"))
		}
		if z, _ := p.Level(); z <= graph.Dots || p.Overflows() {
			return
		}
		view := trimmed(p.View())
		for i, s := range g.Stages {
			if p.Hidden() > 0 && !plan.Needs(model.NodeID(i)) {
				continue
			}
			if _, _, ok := find(view, " "+s.Name+" "); !ok {
				t.Errorf("%s is not there\n%s", s.Name, view)
			}
		}
	})
}

// TestPickingLightsUpTheWay: while a target is picked, all lines that lead to it
// look like those of the selection.
func TestPickingLightsUpTheWay(t *testing.T) {
	g := chain("a", "b", "c", "d")
	p := graph.New(theme.New(theme.Options{Profile: colorprofile.TrueColor}))
	p.SetGraph(g)
	p.SetSize(60, 40)
	p.SetPlan(g.PlanFor(2))
	p.Select(2)
	lit := func() int {
		return strings.Count(p.View(), theme.New(theme.Options{Profile: colorprofile.TrueColor}).Render(theme.Highlight, "▼"))
	}
	one := lit()
	p.SetPicking(true)
	if n := lit(); n != 3 { // image → a → b → c, and not c → d
		t.Errorf("%d arrows are lit, %d without picking", n, one)
	}
	p.SetPicking(false)
	if n := lit(); n != one {
		t.Errorf("%d arrows are lit afterwards, want %d", n, one)
	}
}
