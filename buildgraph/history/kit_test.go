//go:build linux

package history_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/moby/buildkit/client"
	"github.com/tonistiigi/fsutil"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/history"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model/build"
)

// told is a build as its events add up.
type told struct {
	*build.Build
	events []build.Event
}

func (o *told) hear(e build.Event) {
	o.events = append(o.events, e)
	o.Apply(e)
}

// write makes a project directory.
func write(t *testing.T, dockerfile string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"Dockerfile": dockerfile, "main.txt": "main\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// request is a build of a project by stagedive.
func request(t *testing.T, dir string) solve.Request {
	t.Helper()
	path := filepath.Join(dir, "Dockerfile")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return solve.Request{
		Graph:      buildgraph.Parse(text, buildgraph.Options{File: "Dockerfile", NamedContexts: []string{"shell"}}),
		Dockerfile: text, DockerfilePath: path, ContextDir: dir,
		NamedContexts:   map[string]string{"shell": shell(t).Context()},
		DockerConfigDir: t.TempDir(),
	}
}

// ours builds as stagedive does.
func ours(ctx context.Context, c *engine.Conn, req solve.Request, watch ...func(build.Event)) *told {
	o := &told{Build: build.New()}
	solve.Run(ctx, c.Client, req, func(e build.Event) {
		o.hear(e)
		for _, w := range watch {
			w(e)
		}
	})
	return o
}

// foreign builds as buildctl does: the frontend in the request, no provenance of
// stagedive's, and none of its attributes.
func foreign(ctx context.Context, t *testing.T, c *engine.Conn, dir string, attrs map[string]string) error {
	t.Helper()
	files, err := fsutil.NewFS(dir)
	if err != nil {
		t.Fatal(err)
	}
	image := shell(t)
	store, err := local.NewStore(image.LayoutDir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"filename": "Dockerfile", "context:shell": "oci-layout://shell@" + image.Digest.String()}
	for k, v := range attrs {
		all[k] = v
	}
	_, err = c.Client.Solve(ctx, nil, client.SolveOpt{
		Frontend: "dockerfile.v0", FrontendAttrs: all,
		LocalMounts: map[string]fsutil.FS{"dockerfile": files, "context": files},
		OCIStores:   map[string]content.Store{"shell": store},
	}, nil)
	return err
}

// open reads a build from the history.
func open(t *testing.T, c *engine.Conn, ref string) *told {
	t.Helper()
	o := &told{Build: build.New()}
	if err := history.Of(c.Client, c.Info).Tell(t.Context(), ref, o.hear); err != nil {
		t.Fatal(err)
	}
	return o
}

// describe lists stages and steps with what became of them.
func (o *told) describe() string {
	var b strings.Builder
	g := o.Begin.Graph
	for i, s := range g.Stages {
		b.WriteString(s.Label() + ": " + o.Stage(i).State.String() + "\n")
		for _, step := range s.Steps {
			if !step.Vertex {
				continue
			}
			st := o.Step(build.StepRef{Stage: i, Step: step.Index})
			b.WriteString("  " + st.State.String() + " " + step.Text + "\n")
			for _, d := range st.Vertices {
				for _, l := range o.Log(d).Last(100) {
					b.WriteString("    " + l.Text + "\n")
				}
			}
		}
	}
	return b.String()
}

// times gives the time that each step took.
func (o *told) times() map[build.StepRef]time.Duration {
	out := map[build.StepRef]time.Duration{}
	for i, s := range o.Begin.Graph.Stages {
		for _, step := range s.Steps {
			ref := build.StepRef{Stage: i, Step: step.Index}
			out[ref] = o.Step(ref).Elapsed(o.Ended)
		}
	}
	return out
}
