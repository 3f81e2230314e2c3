//go:build linux

package solve_test

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/model/build"
)

// frontendImage compiles BuildKit's Dockerfile frontend and puts its image into
// a registry on the loopback interface, as docker/dockerfile is elsewhere.
func frontendImage(t *testing.T) (ref string) {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "frontend")
	compile := exec.CommandContext(t.Context(), "go", "build", "-o", exe, "github.com/moby/buildkit/frontend/dockerfile/cmd/dockerfile-frontend")
	compile.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("compiling the frontend: %v\n%s", err, out)
	}
	program, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	var layer bytes.Buffer
	tw := tar.NewWriter(&layer)
	if err := tw.WriteHeader(&tar.Header{Name: "frontend", Mode: 0o755, Size: int64(len(program))}); err != nil {
		t.Fatal(err)
	}
	if _, err := tw.Write(program); err != nil {
		t.Fatal(err)
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(layer.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	img, err := mutate.AppendLayers(empty.Image, l)
	if err != nil {
		t.Fatal(err)
	}
	ref = enginetest.Registry(t) + "/docker/dockerfile:1"
	enginetest.Push(t, ref, enginetest.Configured(t, img, v1.Config{
		Entrypoint: []string{"/frontend"},
		Labels:     map[string]string{"moby.buildkit.frontend.caps": "moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts"},
	}))
	return ref
}

// The image that `# syntax` names does the work when it can be had, and its
// vertices are found again, too.
func TestSyntaxImage(t *testing.T) {
	c := dial(t)
	ref := frontendImage(t)
	p := newProject(t, map[string]string{"a.txt": "a\n", "Dockerfile": "# syntax=" + ref + "\nFROM shell AS a\nRUN echo shared\nCOPY a.txt /\nFROM shell\nRUN echo shared\nRUN cat /no/such/file\n"})
	p.NoCache = true
	p.Targets = []int{0}
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	if len(o.Notices) > 0 {
		t.Errorf("notices: %+v", o.Notices)
	}
	used := false
	for _, d := range o.Others() {
		v, _ := o.Vertex(d)
		used = used || strings.HasPrefix(v.Name, "docker-image://"+ref)
	}
	if !used || o.Stage(0).State != build.Done {
		t.Errorf("the frontend was used: %v\n%s", used, o.describe())
	}
	p.Targets = []int{1}
	f := p.run(t.Context(), t, c).must(t, build.OutcomeFailed).end.Failure
	if f.Step == nil || *f.Step != (build.StepRef{Stage: 1, Step: 2}) || f.Line != 7 || f.ExitCode == 0 {
		t.Errorf("%+v", f)
	}
}

// Offline, `# syntax` must not stop a build that the engine can do by itself.
func TestSyntaxFallback(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "# syntax=registry.invalid/dockerfile:1\nFROM shell\nRUN echo built > /x\n"})
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	if len(o.Notices) != 1 || !strings.Contains(o.Notices[0].Text, "registry.invalid/dockerfile:1 can't be pulled (") {
		t.Errorf("notices: %+v", o.Notices)
	}
	t.Logf("%+v", o.Notices)
	if s := o.Stage(0).State; s != build.Done && s != build.Cached {
		t.Errorf("the stage is %s", s)
	}
}
