package graph_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane/graph"
	"github.com/stagedive/stagedive/tui/theme"
)

// shop is a build of seven stages with every kind of edge. parse reads lines
// "to: kind from, …"; a name that no line defines is an external image.
const shop = `base: base golang:1.26
deps: base base
lint: base deps, mount golangci/golangci-lint:v2.5
unit: base deps
build: base deps
assets: base node:22
runtime: base gcr.io/distroless/static, copy build, copy assets`

func parse(text string) *model.Graph {
	g := &model.Graph{}
	byName := map[string]model.NodeID{}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		name, _, _ := strings.Cut(l, ":")
		byName[name] = model.NodeID(i)
		s := model.Stage{Index: i, Name: name, Line: 1 + 7*i, EndLine: 6 + 7*i}
		for k := range 2 + i%3 {
			command := "RUN"
			if k == 0 {
				command = "FROM"
			}
			s.Steps = append(s.Steps, model.Step{Index: k, Command: command, Line: s.Line + k, EndLine: s.Line + k, Vertex: true})
		}
		g.Stages = append(g.Stages, s)
	}
	for i, l := range lines {
		_, uses, _ := strings.Cut(l, ":")
		for _, use := range strings.Split(uses, ",") {
			kind, from, ok := strings.Cut(strings.TrimSpace(use), " ")
			if !ok {
				continue
			}
			id, known := byName[from]
			if !known {
				id = model.NodeID(len(g.Stages) + len(g.Externals))
				byName[from] = id
				g.Externals = append(g.Externals, model.External{Kind: model.ExternalImage, Ref: from})
			}
			if kind == "base" {
				g.Stages[i].Base = from
			}
			g.Edges = append(g.Edges, model.Edge{From: id, To: model.NodeID(i), Kind: model.EdgeKind(kind), Line: 1 + 7*i})
		}
	}
	return g
}

// large has chains, fans and long edges between n stages.
func large(n int) *model.Graph {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch {
		case i%9 == 0:
			fmt.Fprintf(&b, "stage%d: base image%d:latest", i, i/30)
		default:
			fmt.Fprintf(&b, "stage%d: base stage%d", i, i-1-i%4%i)
		}
		if i > 12 && i%3 == 0 {
			fmt.Fprintf(&b, ", copy stage%d", i-1-i%11)
		}
		if i > 30 && i%7 == 0 {
			fmt.Fprintf(&b, ", mount stage%d", i-20)
		}
	}
	return parse(b.String())
}

var start = time.Unix(1000, 0)

// playing is a build of shop in its midst: base came from cache, deps is done,
// build has failed when fails, else runs; assets runs.
func playing(g *model.Graph, fails bool) (*build.Build, time.Time) {
	b := build.New()
	b.Apply(build.Event{Time: start, Begin: &build.Begin{Graph: g, Targets: []int{6}}})
	n := 0
	step := func(stage, step int, from, to time.Duration, cached bool, err string) {
		n++
		at, end := start.Add(from), start.Add(to)
		v := &build.Vertex{
			Digest: fmt.Sprint("sha256:", n), Steps: []build.StepRef{{Stage: stage, Step: step}},
			Started: &at, Cached: cached, Error: err,
		}
		if to > 0 {
			v.Completed = &end
		}
		b.Apply(build.Event{Time: end, Vertex: v})
	}
	step(0, 0, 0, 1, true, "")
	step(0, 1, 0, 1, true, "")
	step(1, 0, 0, time.Second, false, "")
	step(1, 1, time.Second, 9*time.Second, false, "")
	step(1, 2, 9*time.Second, 12*time.Second, false, "")
	step(5, 0, 0, 2*time.Second, false, "")
	step(5, 1, 2*time.Second, 0, false, "")
	step(4, 0, 12*time.Second, 13*time.Second, false, "")
	if !fails {
		step(4, 1, 13*time.Second, 0, false, "")
		return b, start.Add(16200 * time.Millisecond)
	}
	step(4, 1, 13*time.Second, 15*time.Second, false, "process failed")
	b.Apply(build.Event{Time: start.Add(15 * time.Second), End: &build.End{
		Outcome: build.OutcomeFailed,
		Failure: &build.Failure{Message: "it failed", Step: &build.StepRef{Stage: 4, Step: 1}, Vertex: fmt.Sprint("sha256:", n), ExitCode: 2},
	}})
	return b, start.Add(20 * time.Second)
}

func plain() *theme.Theme { return theme.New(theme.Options{Profile: colorprofile.ASCII}) }

func paneOf(g *model.Graph, w, h int) *graph.Pane {
	p := graph.New(plain())
	p.SetGraph(g)
	p.SetFocus(true)
	p.SetSize(w, h)
	return p
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldens.Check(t, filepath.Join("testdata", name+".golden"), got)
}

// trimmed is a view without styles and trailing spaces.
func trimmed(view string) string {
	lines := strings.Split(ansi.Strip(view), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestViewAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{30, 12}, {60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		for _, state := range []string{"idle", "running", "failed"} {
			g := parse(shop)
			p := paneOf(g, size[0], size[1])
			p.SetPlan(g.PlanFor(6))
			if state != "idle" {
				p.SetBuild(playing(g, state == "failed"))
			}
			golden(t, fmt.Sprintf("%s-%dx%d", state, size[0], size[1]), trimmed(p.View()))
		}
	}
}

func TestASCII(t *testing.T) {
	p := graph.New(theme.New(theme.Options{Profile: colorprofile.ASCII, ASCII: true}))
	g := parse(shop)
	p.SetGraph(g)
	p.SetSize(100, 30)
	p.SetBuild(playing(g, false))
	view := trimmed(p.View())
	for _, r := range view {
		if r > 126 {
			t.Fatalf("%q is no ASCII:\n%s", r, view)
		}
	}
	golden(t, "ascii-100x30", view)
}

// check asserts what every view promises.
func check(t interface {
	Helper()
	Fatalf(string, ...any)
}, p *graph.Pane, w, h int,
) {
	t.Helper()
	view := p.View()
	lines := strings.Split(view, "\n")
	if w == 0 || h == 0 {
		if view != "" {
			t.Fatalf("%d×%d draws %q", w, h, view)
		}
		return
	}
	if len(lines) != h {
		t.Fatalf("%d×%d has %d lines", w, h, len(lines))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			t.Fatalf("%d×%d: line %d is %d wide: %q", w, h, i, n, l)
		}
	}
}

func TestAnySizeAndAnyKeys(t *testing.T) {
	wide := parse("构建阶段一号很长的名字: base 基础镜像:最新\nzwj👩‍💻: base 构建阶段一号很长的名字\na-very-long-stage-name-that-does-not-fit-anywhere: copy zwj👩‍💻")
	graphs := []*model.Graph{parse(shop), large(60), wide, {}, parse("alone:")}
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.SampledFrom(graphs).Draw(t, "graph")
		w, h := rapid.IntRange(0, 210).Draw(t, "w"), rapid.IntRange(0, 62).Draw(t, "h")
		p := paneOf(g, w, h)
		check(t, p, w, h)
		for range rapid.IntRange(0, 12).Draw(t, "keys") {
			switch rapid.IntRange(0, 13).Draw(t, "key") {
			case 0:
				p.Move(graph.Direction(rapid.IntRange(0, 3).Draw(t, "direction")))
			case 1:
				p.Zoom(rapid.IntRange(-1, 1).Draw(t, "zoom"))
			case 2:
				p.Pan(rapid.IntRange(-40, 40).Draw(t, "dx"), rapid.IntRange(-20, 20).Draw(t, "dy"))
			case 3:
				p.Click(rapid.IntRange(-1, 210).Draw(t, "x"), rapid.IntRange(-1, 62).Draw(t, "y"))
			case 4:
				p.Step(rapid.IntRange(-1, 1).Draw(t, "by"))
			case 5:
				p.SetPlan(g.PlanFor(rapid.IntRange(-1, 8).Draw(t, "target")))
			case 6:
				p.SetFocus(rapid.Bool().Draw(t, "focus"))
			case 7:
				w, h = rapid.IntRange(0, 210).Draw(t, "w"), rapid.IntRange(0, 62).Draw(t, "h")
				p.SetSize(w, h)
			case 8:
				p.ToggleOverview()
			case 10:
				p.SetPicking(rapid.Bool().Draw(t, "picking"))
			case 11:
				p.ToggleSkipped()
			case 12:
				p.Show(rapid.IntRange(-1, 210).Draw(t, "x"), rapid.IntRange(-1, 62).Draw(t, "y"))
			case 13:
				p.Select(model.NodeID(rapid.IntRange(0, 70).Draw(t, "node")))
			case 9:
				p.SetNote(strings.Repeat("long ", rapid.IntRange(0, 30).Draw(t, "note")), "short")
			}
			check(t, p, w, h)
		}
	})
}

// Where the pane is narrow because the user looks elsewhere, the picture stays:
// drawn in dots, with nearly all names.
func TestTheNarrowPicture(t *testing.T) {
	g := dockerfile(t, "logbook")
	p := paneOf(g, 26, 19)
	view := trimmed(p.View())
	if strings.Contains(view, "━━ entries") || !strings.Contains(view, "━━╋━━") {
		t.Fatalf("a list:\n%s", view)
	}
	for _, i := range []model.NodeID{0, 3, 6} { // it does not hang on what is selected
		q := graph.New(theme.New(theme.Options{Profile: colorprofile.TrueColor}))
		q.SetGraph(g)
		q.Select(i)
		q.SetSize(26, 19)
		named := 0
		for _, s := range g.Stages {
			if strings.Contains(q.View(), s.Name) {
				named++
			}
		}
		if named < len(g.Stages)-1 {
			t.Errorf("%d of %d names with stage %d selected:\n%s", named, len(g.Stages), i, trimmed(q.View()))
		}
	}
}
