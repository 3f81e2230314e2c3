//go:build linux

package solve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/record"
	"github.com/stagedive/stagedive/model/build"
)

// pushShell puts the shell image into a registry on the loopback interface.
func pushShell(t *testing.T) (ref string) {
	t.Helper()
	shell(t)
	base, _ := shellBase()
	index, err := layout.ImageIndexFromPath(base.LayoutDir)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	img, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	ref = enginetest.Registry(t) + "/base/shell:1"
	enginetest.Push(t, ref, img)
	return ref
}

// Images come from a registry, as a base and for COPY --from, whose loading is
// no step of its own.
func TestImagesFromARegistry(t *testing.T) {
	c := dial(t)
	ref := pushShell(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM " + ref + " AS a\nRUN echo hi > /hi\nFROM scratch\nCOPY --from=" + ref + " /bin/sh /sh\nCOPY --from=a /hi /hi\n"})
	p.Pull = true
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	for ref, want := range map[build.StepRef]int{{Stage: 0, Step: 0}: 1, {Stage: 0, Step: 1}: 1, {Stage: 1, Step: 1}: 1, {Stage: 1, Step: 2}: 1} {
		if got := o.Step(ref); len(got.Vertices) != want || got.State != build.Done && got.State != build.Cached {
			t.Errorf("step %v: %+v", ref, got)
		}
	}
	if t.Failed() {
		t.Log(o.describe())
	}
	o = p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	o.wantStates(t, map[string]build.State{"a": build.Cached, "": build.Cached})
}

func TestOnBuild(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"a.txt": "a\n", "b.txt": "b\n", "Dockerfile": `FROM shell AS parent
ONBUILD COPY a.txt /a
ONBUILD COPY b.txt /b
ONBUILD RUN cat /a
ONBUILD RUN cat /b
FROM parent AS child
RUN echo child
`})
	p.NoCache = true
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	for text, want := range map[string]string{"RUN cat /a": "a\n", "RUN cat /b": "b\n", "RUN echo child": "child\n"} {
		if got := o.log(o.step(t, 1, text)); got != want {
			t.Errorf("%s printed %q\n%s", text, got, o.describe())
		}
	}
	for _, step := range o.graph.Stages[1].Steps[1:] {
		if n := len(o.Step(build.StepRef{Stage: 1, Step: step.Index}).Vertices); n != 1 {
			t.Errorf("%q has %d vertices", step.Text, n)
		}
	}
}

// Several targets are built together; the first is the result.
func TestSeveralTargets(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell AS a
RUN sleep 1; echo a > /a
FROM shell AS b
RUN sleep 1; echo b > /b
FROM shell AS c
RUN echo c > /c
`})
	p.NoCache = true
	p.Targets = []int{0, 1}
	p.Export.Dir = t.TempDir()
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	o.wantStates(t, map[string]build.State{"a": build.Done, "b": build.Done, "c": build.Skipped})
	checkExport(t, o.end.Result)
}

// Each of several targets is exported as an image of its own, in one build: what they
// share runs once. One may be empty, and two may be the same.
func TestSeveralTargetsAreExported(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell AS shared
RUN echo once; cat /proc/sys/kernel/random/uuid > /id
FROM shared AS a
RUN echo a > /a
USER 7
FROM shared AS b
RUN echo b > /b
FROM scratch AS empty
LABEL is=empty
FROM shared AS same
RUN echo a > /a
USER 7
`})
	p.NoCache = true
	p.Targets, p.ExportAll, p.Tags = []int{2, 1, 3, 4, 0}, true, []string{"name:of-b"}
	p.Export.Dir = t.TempDir()
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	res := o.end.Result
	if len(res.Images) != 5 || res.Ref != res.Images[0].Ref || res.Digest != res.Images[0].Digest {
		t.Fatalf("result %+v", res)
	}
	var layers [][]digest.Digest
	for i, im := range res.Images {
		if im.Target != p.Targets[i] {
			t.Errorf("image %d is of target %d", i, im.Target)
		}
		dir, dgst, _ := strings.Cut(strings.TrimPrefix(im.Ref, "oci:"), "@")
		var m ocispecs.Manifest
		if err := json.Unmarshal(blob(t, dir, digest.Digest(dgst)), &m); err != nil {
			t.Fatal(err)
		}
		var config ocispecs.Image
		if err := json.Unmarshal(blob(t, dir, m.Config.Digest), &config); err != nil {
			t.Fatal(err)
		}
		layers = append(layers, config.RootFS.DiffIDs)
		for _, l := range m.Layers {
			blob(t, dir, l.Digest)
		}
		for target, user := range map[int]string{0: "", 1: "7", 2: "", 3: "", 4: "7"} {
			if im.Target == target && config.Config.User != user {
				t.Errorf("the user of target %d is %q", target, config.Config.User)
			}
		}
	}
	if len(o.Warnings) > 0 {
		t.Errorf("warnings: %v", o.Warnings)
	}
	if n := len(layers[2]); n != 0 {
		t.Errorf("the empty image has %d layers", n)
	}
	shared := layers[4]
	for i, l := range [][]digest.Digest{layers[0], layers[1], layers[3]} {
		if len(l) != len(shared)+1 || !slices.Equal(l[:len(shared)], shared) {
			t.Errorf("image %d does not rest on what is shared: %v, %v", i, l, shared)
		}
	}
	if !slices.Equal(layers[1], layers[3]) {
		t.Error("the same steps made other layers")
	}
	if n := strings.Count(o.log(o.step(t, 0, "RUN echo once")), "once"); n != 1 {
		t.Errorf("the shared step ran %d times", n)
	}
}

// For several platforms a step has a vertex each, but for what they share.
func TestSeveralPlatforms(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"amd64.txt": "a", "arm64.txt": "b", "Dockerfile": `FROM --platform=$BUILDPLATFORM shell AS tool
RUN echo tool > /tool
FROM scratch
ARG TARGETARCH
COPY $TARGETARCH.txt /
COPY --from=tool /tool /
`})
	p.Platforms = []string{"linux/amd64", "linux/arm64"}
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	var platforms []string
	for _, d := range o.Step(build.StepRef{Stage: 1, Step: 2}).Vertices {
		v, _ := o.Vertex(d)
		platforms = append(platforms, v.Platform)
	}
	if slices.Sort(platforms); !slices.Equal(platforms, p.Platforms) {
		t.Errorf("COPY was made for %q", platforms)
	}
	if got, want := o.Platforms(1), []build.PlatformSteps{{Platform: "amd64", Done: 2, Total: 2}, {Platform: "arm64", Done: 2, Total: 2}}; !slices.Equal(got, want) {
		t.Errorf("by platform: %+v, want %+v", got, want)
	}
	if got := o.Platforms(0); got != nil {
		t.Errorf("the tool is made once, not %+v", got)
	}
	for _, d := range o.Step(build.StepRef{Stage: 0, Step: 1}).Vertices {
		if v, _ := o.Vertex(d); v.Platform != "" && v.Platform != "linux/amd64" {
			t.Errorf("the tool was made for %q: %s", v.Platform, v.Name)
		}
	}
	if t.Failed() {
		t.Log(o.describe())
	}
}

func TestCacheGoesOutAndIn(t *testing.T) {
	c := dial(t)
	dir := filepath.Join(t.TempDir(), "cache")
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nRUN date +%N > /x\n"})
	p.NoCache = true
	p.CacheTo = []string{"type=local,dest=" + dir}
	p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	p.NoCache, p.CacheTo = false, nil
	p.CacheFrom = []string{"type=local,src=" + dir}
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	if s := o.Step(build.StepRef{Stage: 0, Step: 1}); s.State != build.Cached {
		t.Errorf("the step is %s\n%s", s.State, o.describe())
	}
}

func TestWarningsHaveLines(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\n\nMAINTAINER me\n"})
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	if len(o.Warnings) != 1 || o.Warnings[0].Line != 3 || o.Warnings[0].URL == "" {
		t.Errorf("%+v", o.Warnings)
	}
}

// Nothing in an image is still an image.
func TestEmptyImage(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM scratch\nLABEL a=b\n"})
	p.Export.Dir = t.TempDir()
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	if o.end.Result == nil || o.end.Result.Ref == "" {
		t.Errorf("%+v", o.end.Result)
	}
}

func TestUnreachableEngine(t *testing.T) {
	c, err := client.New(t.Context(), "unix://"+filepath.Join(t.TempDir(), "none.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p := newProject(t, map[string]string{"Dockerfile": "FROM scratch\n"})
	o := p.run(t.Context(), t, c).must(t, build.OutcomeFailed)
	if f := o.end.Failure; !strings.Contains(f.Message, "engine") || f.Hint == "" {
		t.Errorf("%+v", f)
	}
	t.Logf("%+v", o.end.Failure)
}

// A record of a build plays to the same build.
func TestRecordOfABuild(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": sevenStages, "main.txt": "main\n"})
	var file bytes.Buffer
	w := record.NewWriter(&file)
	o := p.run(t.Context(), t, c, func(e build.Event) {
		if err := w.Write(e); err != nil {
			t.Error(err)
		}
	})
	o.must(t, build.OutcomeSucceeded)
	again := build.New()
	if err := record.Play(t.Context(), &file, 0, record.WallClock{}, again.Apply); err != nil {
		t.Fatal(err)
	}
	for i, s := range o.graph.Stages {
		a, b := o.Stage(i), again.Stage(i)
		if a.State != b.State || a.Done != b.Done || a.Total != b.Total || a.Elapsed(time.Time{}) != b.Elapsed(time.Time{}) {
			t.Errorf("stage %s: %+v became %+v", s.Name, a, b)
		}
	}
	if again.Rev() != o.Rev() {
		t.Errorf("%d events became %d", o.Rev(), again.Rev())
	}
}

// Times go forward within a vertex and lie between Begin and End, and the first
// and last events are those two.
func TestOrderOfEvents(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nRUN echo a; sleep 0.1; echo b\n"})
	p.NoCache = true
	p.Export = solve.Export{Dir: t.TempDir()}
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	first, last := o.events[0], o.events[len(o.events)-1]
	if first.Begin == nil || last.End == nil {
		t.Fatalf("first %+v last %+v", first, last)
	}
	for i, e := range o.events {
		if e.Time.IsZero() {
			t.Errorf("event %d has no time: %+v", i, e)
		}
		if i > 0 && i < len(o.events)-1 && (e.Begin != nil || e.End != nil) {
			t.Errorf("event %d of %d: %+v", i, len(o.events), e)
		}
	}
}

// The engine may go away in the middle of a build.
func TestEngineGoesAway(t *testing.T) {
	dial(t)
	sockets, _ := filepath.Glob(filepath.Join(theEngine.Dir(), "run", "*.sock"))
	if len(sockets) == 0 {
		t.Skip("BUILDKIT_HOST names the engine: the embedded one is tested by default")
	}
	var mu sync.Mutex
	var conns []net.Conn
	gone := false
	c, err := client.New(t.Context(), "unix://"+sockets[0], client.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		if gone {
			return nil, syscall.ECONNREFUSED
		}
		conn, err := new(net.Dialer).DialContext(ctx, "unix", sockets[0])
		conns = append(conns, conn)
		return conn, err
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nRUN echo started && sleep 60\n"})
	p.NoCache = true
	o := p.run(t.Context(), t, c, func(e build.Event) {
		if e.Log != nil && strings.Contains(e.Log.Text, "started") {
			mu.Lock()
			defer mu.Unlock()
			gone = true
			for _, conn := range conns {
				conn.Close()
			}
		}
	}).must(t, build.OutcomeFailed)
	t.Logf("%+v", o.end.Failure)
	if f := o.end.Failure; !strings.Contains(f.Message, "the engine does not answer") || strings.Contains(f.Message, "desc =") || f.Hint == "" {
		t.Errorf("%+v", f)
	}
	if d := o.elapsed().Seconds(); d > 20 {
		t.Errorf("it took %.1f s to notice", d)
	}
}
