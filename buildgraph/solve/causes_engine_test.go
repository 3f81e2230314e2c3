//go:build linux

package solve_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/buildgraph"
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
	r.parse(t)
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

// derived is the shell image with another label: another digest under its name.
func derived(t *testing.T, label string) string {
	t.Helper()
	base, err := shellBase()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(base.LayoutDir)); err != nil {
		t.Fatal(err)
	}
	put := func(v any) (digest.Digest, int64) {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		d := digest.FromBytes(raw)
		if err := os.WriteFile(filepath.Join(dir, "blobs", "sha256", d.Encoded()), raw, 0o644); err != nil {
			t.Fatal(err)
		}
		return d, int64(len(raw))
	}
	var m ocispecs.Manifest
	var config ocispecs.Image
	if err := json.Unmarshal(blob(t, dir, base.Digest), &m); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(blob(t, dir, m.Config.Digest), &config); err != nil {
		t.Fatal(err)
	}
	config.Config.Labels = map[string]string{"moved": label}
	m.Config.Digest, m.Config.Size = put(config)
	d, _ := put(m)
	return "oci-layout://" + dir + "@" + d.String()
}

// A base image that moved is named, wherever it comes in.
func TestCauseBase(t *testing.T) {
	r := newRebuilt(t, map[string]string{"Dockerfile": `ARG BASE=shell
FROM ${BASE} AS build
RUN echo UNIQUE > /built
FROM shell
COPY --from=other:1.0 /bin/sh /sh
COPY --from=build /built /
`})
	r.NamedContexts["other:1.0"] = shell(t)
	r.says(t)
	before := r.NamedContexts["shell"]
	r.NamedContexts["shell"] = derived(t, t.Name()+fmt.Sprint(time.Now().UnixNano()))
	got := r.why(t, build.OutcomeSucceeded)
	const moved = "base: base image shell moved ("
	// Both images have the same files, so that what is copied from it is cached.
	if len(got) == 0 || !strings.HasPrefix(got[0], "build:3 "+moved) || strings.Contains(got[0], "also") {
		t.Errorf("%q", got)
	}
	r.NamedContexts["shell"] = before
	r.says(t) // back to what the cache has
	r.NamedContexts["other:1.0"] = derived(t, t.Name()+fmt.Sprint(time.Now().UnixNano()))
	for _, c := range r.why(t, build.OutcomeSucceeded) {
		if !strings.HasPrefix(c, "stage-1:5 base: image other:1.0 moved") && !strings.HasPrefix(c, "stage-1:6 earlier: ") {
			t.Error(c)
		}
	}
}

// The user's own wish is the cause, of all steps or of a stage's.
func TestCauseNoCache(t *testing.T) {
	r := twoStageProject(t)
	r.says(t)
	r.NoCache = true
	r.says(t,
		"deps:4 no-cache: no cache: --no-cache",
		"deps:5 no-cache: no cache: --no-cache; also an earlier step of this stage ran (line 4)",
		"build:7 no-cache: no cache: --no-cache; also stage deps ran (line 5)",
		"build:8 no-cache: no cache: --no-cache; also an earlier step of this stage ran (line 7)",
		"stage-2:10 no-cache: no cache: --no-cache; also stage build ran (line 8), from which it copies /deps/out",
		"stage-2:11 no-cache: no cache: --no-cache; also an earlier step of this stage ran (line 10)",
	)
	r.NoCache, r.NoCacheFilter = false, []string{"build"}
	r.says(t,
		"build:7 no-cache: no cache: --no-cache-filter=build",
		"build:8 no-cache: no cache: --no-cache-filter=build; also an earlier step of this stage ran (line 7)",
	)
}

// Where nothing changed, the cache has lost it.
func TestCausePruned(t *testing.T) {
	r := twoStageProject(t)
	r.says(t)
	if err := r.c.Prune(t.Context(), nil, client.PruneAll); err != nil {
		t.Fatal(err)
	}
	const gone = " pruned: nothing changed: its result is gone from the cache"
	r.says(t, "deps:3"+gone, "deps:4"+gone, "deps:5"+gone, "build:7"+gone, "build:8"+gone, "stage-2:10"+gone, "stage-2:11"+gone)
}

// New, moved and removed instructions are told from edited ones.
func TestCauseInstructions(t *testing.T) {
	r := newRebuilt(t, map[string]string{"Dockerfile": `FROM shell
RUN echo UNIQUE one
RUN echo two
RUN echo three
RUN echo four
`})
	r.says(t)
	r.edit(t, "RUN echo three\n", "RUN echo three\nRUN echo new\n")
	r.says(t,
		"stage-0:5 instruction: this instruction is new",
		"stage-0:6 earlier: an earlier step of this stage ran (line 5)",
	)
	r.edit(t, "RUN echo two\n", "")
	r.says(t,
		"stage-0:3 instruction: RUN echo two above it was removed",
		"stage-0:4 earlier: an earlier step of this stage ran (line 3)",
		"stage-0:5 earlier: an earlier step of this stage ran (line 3)",
	)
	r.edit(t, "RUN echo new\n", "", "RUN echo three\n", "RUN echo new\nRUN echo three\n")
	r.says(t,
		"stage-0:3 instruction: the order of the instructions above it changed",
		"stage-0:4 instruction: this instruction was moved",
		"stage-0:5 earlier: an earlier step of this stage ran (line 4)",
	)
	r.edit(t, "RUN echo four", "RUN <<EOF\necho four\necho five\nEOF")
	r.says(t, "stage-0:5 instruction: the instruction's text changed")
	r.edit(t, "echo five", "echo six")
	r.says(t, "stage-0:5 instruction: the instruction's text changed")
}

// What no cache key has is no cause: the values of secrets, which cache is
// mounted, proxies.
func TestNoCauseOfSecrets(t *testing.T) {
	r := newRebuilt(t, map[string]string{"file": "a\n", "Dockerfile": `FROM shell
RUN --mount=type=secret,id=token --mount=type=cache,target=/c --mount=type=ssh echo UNIQUE
`})
	value := "one-value"
	r.Secrets = []string{"id=token,env=TOKEN"}
	r.LookupEnv = func(string) (string, bool) { return value, true }
	r.says(t)
	value = "another-value"
	r.BuildArgs = map[string]string{"HTTP_PROXY": "http://127.0.0.1:1"}
	r.says(t)
	r.edit(t, "type=cache,target=/c", "type=cache,id=mine,target=/c")
	r.says(t, "stage-0:2 instruction: the instruction's text changed") // from the usual ID to one of its own
	r.edit(t, "id=mine", "id=other,sharing=locked")
	r.says(t)
	r.edit(t, "target=/c", "target=/d")
	r.says(t, "stage-0:2 instruction: the instruction's text changed")
}

// Files come in by many doors.
func TestCauseByOtherDoors(t *testing.T) {
	other := t.TempDir()
	r := newRebuilt(t, map[string]string{
		"conf/a.conf": "a\n", "conf/b.txt": "b\n", "real/x": "x\n", "deep/one/m.txt": "m\n", "unused": "u\n",
		"Dockerfile": `FROM shell
RUN echo UNIQUE
COPY conf/*.conf /conf/
COPY --link linked /linked
ADD --chmod=600 deep /deep
COPY --exclude=**/*.md deep /pruned
RUN --mount=type=bind,source=real,target=/src cat /src/x
COPY --from=extra f /
COPY <<END /inline
text
END
`,
	})
	if err := os.Symlink("real", filepath.Join(r.dir, "linked")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "f"), []byte("one\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r.NamedContexts["extra"] = other
	r.parse(t)
	r.says(t)
	r.write(t, "unused", "other\n")
	r.write(t, "conf/b.txt", "other\n")
	r.says(t)
	first := func(name, text string, want ...string) {
		t.Helper()
		r.write(t, name, text)
		var own []string
		for _, c := range r.why(t, build.OutcomeSucceeded) {
			if !strings.Contains(c, " earlier: ") {
				own = append(own, c)
			}
		}
		if strings.Join(own, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s:\n  %s\nwant:\n  %s", name, strings.Join(own, "\n  "), strings.Join(want, "\n  "))
		}
	}
	const ran = "; also an earlier step of this stage ran"
	first("conf/a.conf", "other\n", "stage-0:3 files: conf/a.conf changed (COPY conf/*.conf /conf/)")
	first("conf/c.conf", "new\n", "stage-0:3 files: conf/c.conf was added (COPY conf/*.conf /conf/)")
	first("real/x", "other\n",
		"stage-0:4 files: real/x changed (COPY --link linked /linked)",
		"stage-0:7 files: real/x changed (RUN --mount=type=bind,source=real,target=/src cat /src/x)"+ran+" (line 4)")
	first("deep/one/m.txt", "other\n",
		"stage-0:5 files: deep/one/m.txt changed (ADD --chmod=600 deep /deep)",
		"stage-0:6 files: deep/one/m.txt changed (COPY --exclude=**/*.md deep /pruned)"+ran+" (line 5)")
	first("deep/one/r.md", "read me\n", "stage-0:5 files: deep/one/r.md was added (ADD --chmod=600 deep /deep)")
	if err := os.WriteFile(filepath.Join(other, "f"), []byte("two\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	first("unused", "again\n", "stage-0:8 files: f changed (COPY --from=extra f /, context extra)")
	r.edit(t, "text\n", "new text\n")
	first("unused", "once more\n", "stage-0:9 instruction: the instruction's text changed")
}

// A build that did not come to its end is compared with as far as it came.
func TestCausesAfterAFailure(t *testing.T) {
	r := newRebuilt(t, map[string]string{"a": "a\n", "ok": "yes\n", "Dockerfile": `FROM shell AS one
COPY a .
RUN echo UNIQUE
FROM one
COPY ok .
RUN grep -q yes ok
RUN echo last
`})
	r.says(t)
	r.write(t, "ok", "no\n")
	if got := r.why(t, build.OutcomeFailed); len(got) != 2 {
		t.Errorf("%q", got)
	}
	if got := r.why(t, build.OutcomeFailed); len(got) != 1 || got[0] != "stage-1:6 retry: it failed last time" {
		t.Errorf("%q", got)
	}
	r.write(t, "ok", "yes yes\n")
	r.says(t,
		"stage-1:5 files: ok changed (COPY ok .)",
		"stage-1:6 earlier: an earlier step of this stage ran (line 5); also it failed last time",
		"stage-1:7 earlier: an earlier step of this stage ran (line 5)",
	)
}

// Another platform, another target: each has its own last time.
func TestBaselinesApart(t *testing.T) {
	r := twoStageProject(t)
	r.says(t)
	r.Targets = []int{1}
	r.write(t, "src/server.ts", "three\n")
	r.says(t)
	r.Targets = nil
	r.Platforms = []string{"linux/amd64"}
	r.write(t, "src/server.ts", "four\n")
	r.says(t)
	r.Platforms = nil
	r.write(t, "src/server.ts", "one\n") // as the first time
	r.says(t)
}

// parse reads the Dockerfile in the light of all that the request says.
func (r *rebuilt) parse(t *testing.T) {
	t.Helper()
	r.Graph = buildgraph.Parse(r.Dockerfile, buildgraph.Options{
		File: "Dockerfile", BuildArgs: r.BuildArgs, NamedContexts: slices.Sorted(maps.Keys(r.NamedContexts)),
	})
}

// A copy that is too broad and stands too early is told, with the time it cost.
func TestOrderingAdvice(t *testing.T) {
	r := newRebuilt(t, map[string]string{
		"package.json": `{"dependencies":{}}`, "src/a.ts": "one\n", ".dockerignore": "Dockerfile\n",
		"Dockerfile": `FROM shell
WORKDIR /app
RUN mkdir -p /usr/local/bin && printf '#!/bin/sh\nsleep 1; echo UNIQUE\n' > /bin/npm && chmod 755 /bin/npm
COPY . .
RUN npm ci
RUN cat src/a.ts
`,
	})
	r.says(t)
	r.write(t, "src/a.ts", "two\n")
	o := r.run(t.Context(), t, r.c).must(t, build.OutcomeSucceeded)
	all := o.Rebuilds(o.Ended)
	if len(all) != 1 || all[0].Advice == nil || all[0].Saved < time.Second || all[0].Saved > all[0].Took {
		t.Fatalf("%+v\n%s", all, o.describe())
	}
	if got := all[0].Advice.Text; got != "move COPY . . (line 4) below RUN npm ci (line 5), which needs only package.json, copied before" {
		t.Error(got)
	}
	r.write(t, "package.json", `{"dependencies":{"a":"1"}}`)
	o = r.run(t.Context(), t, r.c).must(t, build.OutcomeSucceeded)
	if all := o.Rebuilds(o.Ended); len(all) != 1 || all[0].Advice != nil {
		t.Errorf("advice where what npm reads changed: %+v", all)
	}
}
