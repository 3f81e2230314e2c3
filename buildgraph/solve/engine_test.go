//go:build linux

package solve_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stagedive/stagedive/model/build"
)

const sevenStages = `FROM shell AS base
WORKDIR /src
FROM base AS deps
RUN sleep 1 && echo deps > deps
FROM deps AS lint
RUN sleep 1 && echo linted > lint
FROM deps AS test
RUN sleep 1 && echo tested > test
FROM deps AS compile
COPY main.txt .
RUN sleep 1 && cat main.txt deps > app
FROM shell AS docs
RUN sleep 2 && echo manual > /manual
FROM scratch AS runtime
COPY --from=compile /src/app /app
COPY --from=docs /manual /manual
COPY --from=lint /src/lint /lint
COPY --from=test /src/test /test
`

// Stages that don't need each other run at the same time; the second time all
// comes from the cache; another target leaves stages out.
func TestSevenStages(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": sevenStages, "main.txt": "main\n"})
	p.NoCache = true
	p.Export.Dir = t.TempDir()
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	for i, s := range o.graph.Stages {
		// BuildKit's no-cache spares WORKDIR, which is all that base has.
		if st := o.Stage(i); st.State != build.Done && s.Name != "base" || st.Done != st.Total {
			t.Errorf("stage %s: %+v", s.Name, st)
		}
	}
	for _, pair := range [][2]int{{2, 3}, {3, 4}, {1, 5}} {
		if !o.overlap(pair[0], pair[1]) {
			t.Errorf("stages %d and %d did not overlap: %v %v", pair[0], pair[1], o.Stage(pair[0]).Intervals, o.Stage(pair[1]).Intervals)
		}
	}
	if o.overlap(1, 2) {
		t.Errorf("deps overlaps lint, which needs it: %v %v", o.Stage(1).Intervals, o.Stage(2).Intervals)
	}

	p.NoCache = false
	p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded) // --no-cache has digests of its own
	o = p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	for i, s := range o.graph.Stages {
		for _, step := range s.Steps {
			if st := o.Step(build.StepRef{Stage: i, Step: step.Index}); step.Vertex && step.Command != "FROM" && st.State != build.Cached {
				t.Errorf("%s %q is %s, want cached", s.Name, step.Text, st.State)
			}
		}
	}

	p.Targets = []int{4}
	o = p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	o.wantStates(t, map[string]build.State{"lint": build.Skipped, "docs": build.Skipped, "runtime": build.Skipped, "deps": build.Cached})
}

// A failing step says what, where and why; the other stages keep what they had.
func TestFailingStage(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell AS good
RUN echo fine
FROM good AS test
RUN sleep 1 && \
    echo before the end && echo the reason >&2 && \
    exit 42
RUN echo never
FROM shell AS slow
RUN sleep 30
FROM scratch
COPY --from=test / /
COPY --from=slow / /
`})
	o := p.run(t.Context(), t, c).must(t, build.OutcomeFailed)
	f := o.end.Failure
	want := build.StepRef{Stage: 1, Step: 1}
	if f.Step == nil || *f.Step != want || f.ExitCode != 42 || f.Line != 4 || f.EndLine != 6 {
		t.Errorf("failure %+v step %v", f, f.Step)
	}
	if !strings.Contains(f.Message, "in stage test exited with code 42") || f.Hint != "" {
		t.Errorf("message %q, hint %q", f.Message, f.Hint)
	}
	if log := o.log(want); !strings.Contains(log, "before the end") || !strings.Contains(log, "the reason") {
		t.Errorf("log %q", log)
	}
	if s := o.Step(want); s.State != build.Failed {
		t.Errorf("the step is %s", s.State)
	}
	o.wantStates(t, map[string]build.State{"test": build.Failed, "slow": build.Cancelled, "": build.Waiting})
	if s := o.states()["good"]; s != build.Done && s != build.Cached {
		t.Errorf("stage good is %s", s)
	}
	if s := o.Step(build.StepRef{Stage: 1, Step: 2}); s.State != build.Waiting {
		t.Errorf("the step after the failing one is %s", s.State)
	}
}

// Cancelling ends the build soon, and it says so.
func TestCancel(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nRUN echo started && sleep 60\n"})
	p.NoCache = true
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := p.run(ctx, t, c, func(e build.Event) {
		if e.Log != nil && strings.Contains(e.Log.Text, "started") {
			cancel()
		}
	}).must(t, build.OutcomeCancelled)
	if s := o.Stage(0); s.State != build.Cancelled {
		t.Errorf("the stage is %s", s.State)
	}
	if d := o.elapsed().Seconds(); d > 30 {
		t.Errorf("it took %.1f s", d)
	}
}

// Two builds at once share the store, and both images are whole.
func TestTwoAtOnce(t *testing.T) {
	c := dial(t)
	store := t.TempDir()
	var wg sync.WaitGroup
	for _, word := range []string{"one", "two"} {
		p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nRUN sleep 1 && echo " + word + " > /word\nCOPY Dockerfile /\n"})
		p.Export.Dir = store
		p.NoCache = true
		wg.Go(func() {
			o := p.run(t.Context(), t, c)
			if o.end.Outcome != build.OutcomeSucceeded {
				t.Errorf("%s: %+v", word, o.end.Failure)
				return
			}
			checkExport(t, o.end.Result)
		})
	}
	wg.Wait()
	var idx struct{ Manifests []any }
	raw, err := os.ReadFile(filepath.Join(store, "index.json"))
	if err != nil || json.Unmarshal(raw, &idx) != nil || len(idx.Manifests) != 2 {
		t.Errorf("index.json: %v %s", err, raw)
	}
	if left, _ := os.ReadDir(filepath.Join(store, "building")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Output can't drive the terminal, and a flood of it is bounded.
func TestLogFlood(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell
RUN printf '\033[31mred\033[0m \033]0;title\007 \033[2J\033[1;1Hhome \033Pq\033\\ end\n'; i=0; while [ $i -lt 20000 ]; do echo line $i of the flood; i=$((i+1)); done; echo the last
`})
	p.NoCache = true
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	for _, e := range o.events {
		if e.Log == nil {
			continue
		}
		for _, bad := range []string{"\x1b]", "\x1b[2J", "\x1b[1;1H", "\x1bP", "\a"} {
			if strings.Contains(e.Log.Text, bad) {
				t.Fatalf("%q came through: %q", bad, e.Log.Text)
			}
		}
	}
	log := o.Log(o.Step(build.StepRef{Stage: 0, Step: 1}).Vertices[0])
	if first := log.Line(0).Text; first != "\x1b[31mred\x1b[0m  home  end" {
		t.Errorf("first line %q", first)
	}
	if n := log.Len() + log.Dropped(); n < 1000 || log.Len() > 11_000 {
		t.Errorf("%d lines kept, %d dropped", log.Len(), log.Dropped())
	}
}
