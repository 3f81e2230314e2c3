//go:build linux

package solve_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moby/buildkit/client"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/examples/bases"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// outcome is a build that was run to its end.
type outcome struct {
	*build.Build
	events []build.Event
	end    build.End
	held   *hold.Hold
	graph  *model.Graph
}

// project is a directory with a Dockerfile and files beside it.
type project struct {
	solve.Request
	dir string
}

// newProject writes files; that called Dockerfile is what is built. The image
// "shell" is a named context with a shell and coreutils.
func newProject(t testing.TB, files map[string]string) *project {
	t.Helper()
	p := &project{dir: t.TempDir()}
	for name, text := range files {
		path := filepath.Join(p.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	src := []byte(files["Dockerfile"])
	p.Request = solve.Request{
		Graph: graphOf(t, src), Dockerfile: src, DockerfilePath: filepath.Join(p.dir, "Dockerfile"), ContextDir: p.dir,
		NamedContexts:   map[string]string{"shell": shell(t)},
		DockerConfigDir: t.TempDir(),
		Engine:          build.Engine{Name: "test"},
	}
	return p
}

var shellBase = sync.OnceValues(func() (bases.Base, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return bases.Base{}, err
	}
	return bases.Shell(context.Background(), filepath.Join(dir, "stagedive-test", "bases"))
})

func shell(t testing.TB) string {
	t.Helper()
	b, err := shellBase()
	if err != nil {
		t.Fatalf("making the shell image: %v", err)
	}
	return b.Context()
}

// run builds and folds the events.
func (p *project) run(ctx context.Context, t testing.TB, c *client.Client, watch ...func(build.Event)) *outcome {
	t.Helper()
	o := &outcome{Build: build.New(), graph: p.Graph}
	o.end, o.held = solve.Run(ctx, c, p.Request, func(e build.Event) {
		o.events = append(o.events, e)
		o.Apply(e)
		for _, w := range watch {
			w(e)
		}
	})
	return o
}

// must fails the test unless the build ended so.
func (o *outcome) must(t testing.TB, want build.Outcome) *outcome {
	t.Helper()
	if o.end.Outcome != want {
		t.Fatalf("outcome %s, want %s: %+v\n%s", o.end.Outcome, want, o.end.Failure, o.describe())
	}
	return o
}

// describe lists stages, steps and vertices, for failed tests.
func (o *outcome) describe() string {
	var b strings.Builder
	for i, s := range o.graph.Stages {
		b.WriteString("stage " + s.Name + ": " + o.Stage(i).State.String() + "\n")
		for _, step := range s.Steps {
			st := o.Step(build.StepRef{Stage: i, Step: step.Index})
			if step.Vertex {
				b.WriteString("   " + st.State.String() + " " + step.Text + " " + st.Error + "\n")
			}
		}
	}
	for _, d := range o.Vertices() {
		v, _ := o.Vertex(d)
		b.WriteString("vertex " + v.Name + " " + v.Error + "\n")
	}
	return b.String()
}

func (o *outcome) elapsed() time.Duration { return o.Elapsed(time.Time{}) }

// log is all output of a step.
func (o *outcome) log(ref build.StepRef) string {
	var b strings.Builder
	for _, d := range o.Step(ref).Vertices {
		for _, l := range o.Log(d).Last(1 << 20) {
			b.WriteString(l.Text + "\n")
		}
	}
	return b.String()
}

// step finds the step of a stage whose text starts so.
func (o *outcome) step(t testing.TB, stage int, text string) build.StepRef {
	t.Helper()
	for _, s := range o.graph.Stages[stage].Steps {
		if strings.HasPrefix(s.Text, text) {
			return build.StepRef{Stage: stage, Step: s.Index}
		}
	}
	t.Fatalf("stage %d has no step %q", stage, text)
	return build.StepRef{}
}

// states gives each stage's state, by name.
func (o *outcome) states() map[string]build.State {
	m := map[string]build.State{}
	for i, s := range o.graph.Stages {
		m[s.Name] = o.Stage(i).State
	}
	return m
}

func (o *outcome) wantStates(t testing.TB, want map[string]build.State) {
	t.Helper()
	got := o.states()
	for name, w := range want {
		if got[name] != w {
			t.Errorf("stage %q is %s, want %s\n%s", name, got[name], w, o.describe())
		}
	}
}

// overlap says whether two stages ran at the same time at some moment.
func (o *outcome) overlap(a, b int) bool {
	for _, x := range o.Stage(a).Intervals {
		for _, y := range o.Stage(b).Intervals {
			if x.Start.Before(y.End) && y.Start.Before(x.End) {
				return true
			}
		}
	}
	return false
}

func graphOf(t testing.TB, src []byte) *model.Graph {
	t.Helper()
	g := buildgraph.Parse(src, buildgraph.Options{File: "Dockerfile", NamedContexts: []string{"shell", "other:1.0"}})
	if len(src) > 0 && len(g.Stages) == 0 {
		t.Fatalf("no stages: %+v", g.Problems)
	}
	return g
}
