//go:build linux

package solve_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/buildkit/client"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model/build"
)

// project is built again and again, and each time asked why.
type rebuilt struct {
	*project
	c *client.Client
}

// newRebuilt makes a project whose steps nobody else has in the cache.
func newRebuilt(t *testing.T, files map[string]string) *rebuilt {
	t.Helper()
	c := dial(t)
	files["Dockerfile"] = strings.ReplaceAll(files["Dockerfile"], "UNIQUE", t.Name()+fmt.Sprint(time.Now().UnixNano()))
	p := newProject(t, files)
	p.Baseline = solve.Baseline{Dir: t.TempDir(), Patience: time.Minute}
	return &rebuilt{p, c}
}

// write changes a file; without a text it is removed.
func (r *rebuilt) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(r.dir, name)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if text == "" {
		err = os.Remove(path)
	} else if err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// edit changes the Dockerfile.
func (r *rebuilt) edit(t *testing.T, replace ...string) {
	t.Helper()
	text := strings.NewReplacer(replace...).Replace(string(r.Dockerfile))
	if text == string(r.Dockerfile) {
		t.Fatalf("%q is not in the Dockerfile", replace[0])
	}
	r.Dockerfile = []byte(text)
	r.Graph = graphOf(t, r.Dockerfile)
}

// why builds and lists each cause as "stage:line kind: text; also …".
func (r *rebuilt) why(t *testing.T, want build.Outcome) []string {
	t.Helper()
	o := r.run(t.Context(), t, r.c).must(t, want)
	out := []string{}
	for i, s := range o.graph.Stages {
		for _, step := range s.Steps {
			ref := build.StepRef{Stage: i, Step: step.Index}
			c, ok := o.Cause(ref)
			if st := o.Step(ref); ok && st.State == build.Cached {
				t.Errorf("%s is cached and has a cause: %+v", step.Text, c)
			}
			if !ok {
				continue
			}
			line := fmt.Sprintf("%s:%d %s: %s", s.Label(), step.Line, c.Kind, c.Text)
			if len(c.Also) > 0 {
				line += "; also " + strings.Join(c.Also, "; ")
			}
			if c.Kind.Follows() && c.Earlier == nil {
				line += " (of no step)"
			}
			out = append(out, line)
		}
	}
	return out
}

// says builds and checks the causes.
func (r *rebuilt) says(t *testing.T, want ...string) {
	t.Helper()
	got := r.why(t, build.OutcomeSucceeded)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("causes:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

const twoStages = `FROM shell AS deps
ARG VERSION=1.2
WORKDIR /deps
COPY package.json .
RUN echo UNIQUE; cp package.json modules
FROM deps AS build
COPY . .
RUN cp src/server.ts out
FROM shell
COPY --from=build /deps/out /app
RUN cat /app
`

func twoStageProject(t *testing.T) *rebuilt {
	return newRebuilt(t, map[string]string{
		"Dockerfile": twoStages, "package.json": "{}\n", "src/server.ts": "one\n", "src/client.ts": "two\n", ".dockerignore": "Dockerfile\n*.log\n",
	})
}

// A build that comes from the cache needs no word, and neither does the first.
func TestNoCauses(t *testing.T) {
	r := twoStageProject(t)
	r.says(t)
	r.says(t)
	if err := os.Chtimes(filepath.Join(r.dir, "src/server.ts"), time.Now(), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	r.says(t) // times do not count
}

// Files that changed are named, and what ran because of them is a consequence.
func TestCauseFiles(t *testing.T) {
	r := twoStageProject(t)
	r.says(t)
	r.write(t, "src/server.ts", "three\n")
	r.says(t,
		"build:7 files: src/server.ts changed (COPY . .)",
		"build:8 earlier: an earlier step of this stage ran (line 7)",
		"stage-2:10 stage: stage build ran (line 7), from which it copies /deps/out",
		"stage-2:11 earlier: an earlier step of this stage ran (line 10)",
	)
	r.write(t, "src/client.ts", "four\n")
	r.write(t, "src/new.ts", "five\n")
	r.says(t, // what is copied on is the same, so that COPY --from is cached
		"build:7 files: src/client.ts changed (2 files in COPY . .)",
		"build:8 earlier: an earlier step of this stage ran (line 7)",
	)
	r.write(t, "src/client.ts", "two\n")
	r.write(t, "src/new.ts", "")
	r.says(t) // as it was two builds ago: that is still in the cache
	r.write(t, "src/client.ts", "")
	r.says(t,
		"build:7 files: src/client.ts was removed (COPY . .)",
		"build:8 earlier: an earlier step of this stage ran (line 7)",
	)
	if err := os.Chmod(filepath.Join(r.dir, "src/server.ts"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.says(t,
		"build:7 files: src/server.ts changed its mode (COPY . .)",
		"build:8 earlier: an earlier step of this stage ran (line 7)",
		"stage-2:10 stage: stage build ran (line 7), from which it copies /deps/out",
		"stage-2:11 earlier: an earlier step of this stage ran (line 10)",
	)
	r.write(t, "debug.log", "ignored\n")
	r.says(t)
	r.write(t, ".dockerignore", "Dockerfile\n")
	r.says(t,
		"build:7 files: .dockerignore changed (2 files in COPY . .): 1 of them because .dockerignore changed",
		"build:8 earlier: an earlier step of this stage ran (line 7)",
	)
	r.write(t, "package.json", "{1}\n")
	r.says(t,
		"deps:4 files: package.json changed (COPY package.json .)",
		"deps:5 earlier: an earlier step of this stage ran (line 4)",
		"build:7 files: package.json changed (COPY . .); also stage deps ran (line 4)",
		"build:8 earlier: an earlier step of this stage ran (line 7)",
	)
}

// What the Dockerfile says above a step counts where it enters the step.
func TestCauseOfTheDockerfile(t *testing.T) {
	r := twoStageProject(t)
	r.says(t)
	r.BuildArgs = map[string]string{"VERSION": "1.3"}
	follow := []string{
		"build:7 stage: stage deps ran (line 5)",
		"build:8 arg: build arg VERSION 1.2 → 1.3; also an earlier step of this stage ran (line 7)",
	}
	r.says(t, append([]string{"deps:5 arg: build arg VERSION 1.2 → 1.3"}, follow...)...)
	r.edit(t, "echo ", "echo  again ")
	r.says(t,
		"deps:5 instruction: the instruction's text changed",
		"build:7 stage: stage deps ran (line 5)",
		"build:8 earlier: an earlier step of this stage ran (line 7)",
	)
	r.edit(t, "WORKDIR /deps\n", "WORKDIR /deps\nENV MODE=fast\nUSER 7\n", "/deps/out", "/deps/out")
	o := r.why(t, build.OutcomeFailed) // that user may not write there
	if len(o) == 0 || o[len(o)-1] != "deps:7 environment: ENV MODE=fast is new (line 4); also the user changed, nothing → 7 (USER, line 5)" {
		t.Errorf("%q", o)
	}
	r.edit(t, "USER 7\n", "")
	r.says(t,
		"deps:6 environment: the user changed, 7 → nothing (USER was removed); also it failed last time",
		"build:8 stage: stage deps ran (line 6)",
		"build:9 environment: ENV MODE=fast is new (line 4); also an earlier step of this stage ran (line 8)",
	)
}
