//go:build linux

package history_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/engine"
	past "github.com/stagedive/stagedive/buildgraph/history"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
)

// Two stages begin alike, so that one vertex is a step of both.
const stages = `FROM shell AS base
WORKDIR /src
RUN echo shared work
FROM base AS one
COPY main.txt .
RUN echo one out
FROM base AS two
COPY main.txt .
RUN sleep 0.2 && echo two > two
FROM shell AS unused
RUN echo never
FROM scratch AS last
COPY --from=one /src/main.txt /
COPY --from=two /src/two /
`

// list reads the history and wants so many builds in it.
func list(t *testing.T, c *engine.Conn, want int) []history.Record {
	t.Helper()
	records, err := past.Of(c.Client, c.Info).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != want {
		t.Fatalf("%d records, want %d: %+v", len(records), want, records)
	}
	return records
}

func (o *told) same(t *testing.T, live *told) {
	t.Helper()
	if got, want := o.describe(), live.describe(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := o.times(), live.times(); !maps.Equal(got, want) {
		t.Errorf("times %v, want %v", got, want)
	}
	if got, want := o.End.Outcome, live.End.Outcome; got != want {
		t.Errorf("outcome %s, want %s", got, want)
	}
}

// What the engine remembers, also after it was restarted, is what was seen live.
func TestOwnAndForeignBuilds(t *testing.T) {
	m := newMachine(t)
	c := m.dial(t)
	dir := write(t, stages)
	req := request(t, dir)
	req.Export.Dir = t.TempDir()
	first := ours(t.Context(), c, req)
	again := request(t, dir)
	again.NoCache, again.Targets = true, []int{2}
	second := ours(t.Context(), c, again)
	if err := foreign(t.Context(), t, c, dir, map[string]string{"target": "one", "vcs:localdir:context": "services/shop"}); err != nil {
		t.Fatal(err)
	}
	list(t, c, 3)
	c.Close()
	m.gone(t)
	c = m.dial(t)
	records := list(t, c, 3)

	for i, want := range []history.Record{
		{Name: "services/shop", Dockerfile: "Dockerfile", Target: "one"},
		{Name: filepath.Base(dir), Dockerfile: "Dockerfile", Target: "two", Own: true, Project: solve.Project(dir)},
		{Name: filepath.Base(dir), Dockerfile: "Dockerfile", Target: "last", Own: true, Project: solve.Project(dir)},
	} {
		r := records[i]
		if r.Outcome != build.OutcomeSucceeded || r.Running() || r.Elapsed(r.Ended) <= 0 || r.Steps < 5 || r.Completed < r.Cached {
			t.Errorf("record %d: %+v", i, r)
		}
		if r.Name != want.Name || r.Dockerfile != want.Dockerfile || r.Target != want.Target || r.Own != want.Own || r.Project != want.Project {
			t.Errorf("record %d: %+v, want %+v", i, r, want)
		}
	}
	if records[2].Size < 5 || records[1].Size != 0 {
		t.Errorf("sizes %d and %d: the first build was exported, the second was not", records[2].Size, records[1].Size)
	}
	open(t, c, records[2].Ref).same(t, first)
	open(t, c, records[1].Ref).same(t, second)

	o := open(t, c, records[0].Ref)
	if got := strings.Join(o.Begin.Graph.Lines, "\n"); !strings.Contains(got, "RUN echo shared work") {
		t.Errorf("the Dockerfile does not come from the provenance: %q", got)
	}
	if got := o.describe(); !strings.Contains(got, "cached RUN echo one out") || !strings.Contains(got, "two: skipped") {
		t.Errorf("the foreign build:\n%s", got)
	}
}

// docker buildx does not tell the engine a build's directory; it keeps it in a
// file of its own (as its version 0.37 writes it).
func TestNamesOfDockerBuilds(t *testing.T) {
	c := newMachine(t).dial(t)
	dir := write(t, "FROM scratch\nCOPY main.txt /\n")
	if err := foreign(t.Context(), t, c, dir, nil); err != nil {
		t.Fatal(err)
	}
	buildx := t.TempDir()
	file := filepath.Join(buildx, "refs", "default", "default", list(t, c, 1)[0].Ref)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		fmt.Sprintf(`{"Target":"default","LocalPath":%q,"DockerfilePath":%q}`, dir, dir+"/Dockerfile"): filepath.Base(dir),
		`{"Target":"default","LocalPath":"-"}`:                                                         "", "": "",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		e := past.Of(c.Client, c.Info)
		e.BuildxDir = buildx
		records, err := e.List(t.Context())
		if err != nil || len(records) != 1 || records[0].Name != want || (records[0].Project == solve.Project(dir)) != (want != "") {
			t.Errorf("%s: %+v %v", text, records, err)
		}
	}
}

func TestBuildxDir(t *testing.T) {
	env := map[string]string{"HOME": "/home/x"}
	for _, step := range []struct{ key, want string }{
		{"HOME", "/home/x/.docker/buildx"}, {"DOCKER_CONFIG", "/d/buildx"}, {"BUILDX_CONFIG", "/b"},
	} {
		if step.key != "HOME" {
			env[step.key] = "/" + strings.ToLower(step.key[:1])
		}
		if got := past.BuildxDir(func(k string) string { return env[k] }); got != step.want {
			t.Errorf("%v: %s, want %s", env, got, step.want)
		}
	}
}

// A build that failed tells its error, its line and its log, whoever began it.
func TestFailedBuild(t *testing.T) {
	c := newMachine(t).dial(t)
	dir := write(t, "FROM shell AS first\nRUN echo fine\nFROM first AS broken\nRUN echo the reason && \\\n    exit 42\nRUN echo never\n")
	live := ours(t.Context(), c, request(t, dir))
	err := foreign(t.Context(), t, c, dir, map[string]string{"no-cache": ""})
	if err == nil {
		t.Fatal("the foreign build succeeded")
	}
	for i, r := range list(t, c, 2) {
		if r.Outcome != build.OutcomeFailed || !strings.Contains(r.Error, "echo the reason") || strings.Contains(r.Error, "\n") {
			t.Errorf("record %d: %+v", i, r)
		}
		o := open(t, c, r.Ref)
		f := o.End.Failure
		if f == nil || f.Step == nil || *f.Step != (build.StepRef{Stage: 1, Step: 1}) || f.Line != 4 || f.EndLine != 5 || f.ExitCode != 42 {
			t.Fatalf("failure %+v", f)
		}
		if text := o.describe(); !strings.Contains(text, "failed RUN") || !strings.Contains(text, "the reason") || !strings.Contains(text, "waiting RUN echo never") {
			t.Errorf("record %d\n%s", i, text)
		}
		if i == 1 {
			o.same(t, live)
			if f.Message != live.End.Failure.Message {
				t.Errorf("message %q, live %q", f.Message, live.End.Failure.Message)
			}
		}
	}
}

// A running build can be watched from elsewhere; going away does not stop it.
func TestRunningBuild(t *testing.T) {
	m := newMachine(t)
	c, other := m.dial(t), m.dial(t)
	dir := write(t, "FROM shell AS gate\nRUN echo started && sleep 3 && echo over\n")
	started, done := make(chan struct{}), make(chan *told, 1)
	go func() {
		once := false
		done <- ours(context.WithoutCancel(t.Context()), c, request(t, dir), func(e build.Event) {
			if e.Log != nil && strings.Contains(e.Log.Text, "started") && !once {
				once = true
				close(started)
			}
		})
	}()
	<-started
	r := list(t, other, 1)[0]
	if !r.Running() || !r.Own || r.Target != "gate" {
		t.Errorf("%+v", r)
	}
	engineOf := past.Of(other.Client, other.Info)
	if err := engineOf.Remove(t.Context(), r.Ref); err == nil || !strings.Contains(err.Error(), "running") {
		t.Errorf("removing a running build: %v", err)
	}

	// One goes away at the first line of the log …
	ctx, leave := context.WithCancel(t.Context())
	glance := &told{Build: build.New()}
	err := engineOf.Tell(ctx, r.Ref, func(e build.Event) {
		glance.hear(e)
		if e.Log != nil {
			leave()
		}
	})
	if !errors.Is(err, context.Canceled) || glance.End != nil {
		t.Errorf("leaving: %v, end %+v", err, glance.End)
	}
	// … another stays to the end.
	o := open(t, other, r.Ref)
	live := <-done
	o.same(t, live)
	if got := o.describe(); !strings.Contains(got, "over") {
		t.Errorf("the log is not whole:\n%s", got)
	}
}

// Where nobody has the Dockerfile, stages are drawn from the names of steps.
func TestWithoutDockerfile(t *testing.T) {
	m := newMachine(t)
	c, other := m.dial(t), m.dial(t)
	dir := write(t, stages+"RUN never\nFROM one AS slow\nRUN --mount=type=bind,from=two,target=/two echo slow && sleep 60\n")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- foreign(ctx, t, c, dir, nil) }()
	var running history.Record
	for running.Ref == "" {
		records, err := past.Of(other.Client, other.Info).List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(records) > 0 {
			running = records[0]
		}
	}
	live := &told{Build: build.New()}
	err := past.Of(other.Client, other.Info).Tell(t.Context(), running.Ref, func(e build.Event) {
		live.hear(e)
		if e.Log != nil && strings.Contains(e.Log.Text, "slow") {
			cancel() // by its owner
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Fatal("the build was not cancelled")
	}
	if lines := live.Begin.Graph.Lines; len(lines) == 0 || !strings.HasPrefix(lines[0], "# The engine has not told") || !slices.Contains(lines, "FROM one AS slow") {
		t.Errorf("lines %q", lines)
	}
	o := open(t, c, list(t, c, 1)[0].Ref)
	o.same(t, live)
	if o.End.Outcome != build.OutcomeCancelled {
		t.Errorf("outcome %s", o.End.Outcome)
	}
	const want = `base: done
  done WORKDIR /src
  done RUN echo shared work
    shared work
one: done
  done COPY main.txt .
  done RUN echo one out
    one out
two: done
  done COPY main.txt .
  done RUN sleep 0.2 && echo two > two
slow: cancelled
  cancelled RUN --mount=type=bind,from=two,target=/two echo slow && sleep 60
    slow
`
	if got := o.describe(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var edges []string
	g := o.Begin.Graph
	for _, e := range g.Edges {
		edges = append(edges, g.Label(e.From)+" "+string(e.Kind)+" "+g.Label(e.To))
	}
	if got := strings.Join(edges, ", "); got != "base base one, base base two, one base slow, two mount slow" {
		t.Errorf("edges %s", got)
	}
}

// When the build that was watched has ended, its Dockerfile is known.
func TestForeignBuildToItsEnd(t *testing.T) {
	m := newMachine(t)
	c, other := m.dial(t), m.dial(t)
	dir := write(t, "# a comment of its own\nFROM shell AS first\nRUN echo started && sleep 2\nFROM first AS second\nRUN echo over\n")
	ended := make(chan error, 1)
	go func() { ended <- foreign(context.WithoutCancel(t.Context()), t, c, dir, nil) }()
	var running []history.Record
	for len(running) == 0 {
		var err error
		if running, err = past.Of(other.Client, other.Info).List(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	live := open(t, other, running[0].Ref)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if lines := live.Begin.Graph.Lines; len(lines) == 0 || lines[0] != "# a comment of its own" {
		t.Errorf("lines %q", lines)
	}
	live.same(t, open(t, other, running[0].Ref))
	if text := live.describe(); !strings.Contains(text, "done RUN echo over\n    over") {
		t.Errorf("got\n%s", text)
	}
}

// A secret that a step prints does not stay in the engine's history.
func TestSecretIsForgotten(t *testing.T) {
	m := newMachine(t)
	c := m.dial(t)
	const secret = "xyzzy-plugh-1234"
	dir := write(t, "FROM shell\nRUN --mount=type=secret,id=word cat /run/secrets/word\n")
	req := request(t, dir)
	req.Secrets = []string{"id=word,env=WORD"}
	req.LookupEnv = func(string) (string, bool) { return secret, true }
	req.BuildArgs = map[string]string{"SAME": secret}
	o := ours(t.Context(), c, req)
	if o.End.Outcome != build.OutcomeSucceeded || len(o.Notices) != 1 || !strings.Contains(o.Notices[0].Text, "removed from the engine's history") {
		t.Errorf("%+v, notices %+v", o.End, o.Notices)
	}
	list(t, c, 0)
	c.Close()
	m.gone(t)
	list(t, m.dial(t), 0)
}

// What is gone or damaged is a sentence, and the list stays readable.
func TestLostRecords(t *testing.T) {
	m := newMachine(t)
	c := m.dial(t)
	dir := write(t, stages)
	for range 2 {
		if o := ours(t.Context(), c, request(t, dir)); o.End.Outcome != build.OutcomeSucceeded {
			t.Fatalf("%+v", o.End)
		}
	}
	records := list(t, c, 2)
	e := past.Of(c.Client, c.Info)
	if err := e.Remove(t.Context(), records[0].Ref); err != nil {
		t.Fatal(err)
	}
	ignore := func(build.Event) {}
	if err := e.Tell(t.Context(), records[0].Ref, ignore); !errors.Is(err, past.ErrGone) {
		t.Errorf("telling of a removed build: %v", err)
	}
	if err := e.Remove(t.Context(), records[0].Ref); !errors.Is(err, past.ErrGone) {
		t.Errorf("removing twice: %v", err)
	}
	blobs, err := filepath.Glob(filepath.Join(m.Options.Dirs.State, "buildkit", "*", "content", "blobs", "sha256", "*"))
	if err != nil || len(blobs) == 0 {
		t.Fatalf("no blobs: %v", err)
	}
	for _, path := range blobs {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Tell(t.Context(), list(t, c, 1)[0].Ref, ignore); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("telling of a damaged build: %v", err)
	} else {
		t.Log(err)
	}
}

// The engine forgets the oldest builds beyond its bounds when it starts.
func TestHistoryIsBounded(t *testing.T) {
	m := newMachine(t)
	m.Options.ConfigFile = filepath.Join(t.TempDir(), "buildkitd.toml")
	if err := os.WriteFile(m.Options.ConfigFile, []byte("[history]\n  maxAge = 0\n  maxEntries = 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := m.dial(t)
	dir := write(t, "FROM scratch\nCOPY main.txt /\n")
	for range 4 {
		if o := ours(t.Context(), c, request(t, dir)); o.End.Outcome != build.OutcomeSucceeded {
			t.Fatalf("%+v", o.End)
		}
	}
	newest := list(t, c, 4)[:2]
	c.Close()
	m.gone(t)
	c = m.dial(t)
	var left []history.Record
	for len(left) != 2 { // it tidies up beside its work
		var err error
		if left, err = past.Of(c.Client, c.Info).List(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i, r := range left {
		if r.Ref != newest[i].Ref {
			t.Errorf("build %d is %s, want %s", i, r.Ref, newest[i].Ref)
		}
	}
}

// A build that is kept open after it failed has failed, and took as long as it
// ran, for whoever lists it, now and later.
func TestHeldBuild(t *testing.T) {
	c := newMachine(t).dial(t)
	req := request(t, write(t, "FROM shell AS first\nRUN echo fine\nFROM first AS broken\nRUN echo the reason && exit 42\n"))
	req.HoldFailure = true
	live := &told{Build: build.New()}
	_, held := solve.Run(t.Context(), c.Client, req, live.hear)
	if held == nil {
		t.Fatal("nothing is held")
	}
	check := func(when string, r history.Record) {
		if r.Outcome != build.OutcomeFailed || r.Error != "RUN echo the reason && exit 42 exited with code 42" || r.Completed < 2 {
			t.Errorf("%s: %+v", when, r)
		}
		o := open(t, c, r.Ref)
		o.same(t, live)
		f := o.End.Failure
		if f == nil || f.Step == nil || f.Line != 4 || f.ExitCode != 42 || f.Message != live.End.Failure.Message {
			t.Errorf("%s: failure %+v, live %+v", when, f, live.End.Failure)
		}
		if d := o.Ended.Sub(r.Ended); d < -time.Second || d > time.Second {
			t.Errorf("%s: ended at %s, the list says %s", when, o.Ended, r.Ended)
		}
	}
	var r history.Record
	for r.Running() { // whether it has come to a stand is looked at for a moment only
		r = list(t, c, 1)[0]
	}
	check("held", r)
	if err := past.Of(c.Client, c.Info).Remove(t.Context(), r.Ref); err == nil {
		t.Error("a build that is open was removed")
	}
	let := time.Now()
	held.Close()
	later := list(t, c, 1)[0]
	check("let go", later)
	if !later.Ended.Before(let) || !later.Ended.Equal(r.Ended) {
		t.Errorf("ended at %s, before it was let go %s", later.Ended, r.Ended)
	}
}
