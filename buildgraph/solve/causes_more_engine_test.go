//go:build linux

package solve_test

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stagedive/stagedive/model/build"
)

// What a URL serves can't be seen from here, and that is said.
func TestCauseRemote(t *testing.T) {
	var text atomic.Value
	text.Store("one")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, text.Load().(string))
	}))
	defer server.Close()
	r := newRebuilt(t, map[string]string{"Dockerfile": "FROM shell\nRUN echo UNIQUE\nADD " + server.URL + "/f /f\n"})
	r.says(t)
	r.says(t)
	text.Store("two")
	r.says(t, "stage-0:3 unknown: no change was found, but what "+server.URL+"/f serves cannot be compared from here")
	r.edit(t, "/f /f", "/g /f")
	text.Store("three")
	got := r.why(t, build.OutcomeSucceeded)
	if len(got) != 1 || !strings.Contains(got[0], "stage-0:3") || !strings.Contains(got[0], "it takes "+server.URL+"/g now") {
		t.Errorf("%q", got)
	}
}

// Values that look like secrets stand neither in what is kept nor in what is said.
func TestNothingSecretIsKept(t *testing.T) {
	const secret, next, given = "hunter2-hunter2", "hunter3-hunter3", "from-the-secret-flag"
	r := newRebuilt(t, map[string]string{"Dockerfile": `FROM shell
ARG API_TOKEN
ARG PLAIN=` + given + `
ENV DB_PASSWORD=` + secret + `
RUN echo UNIQUE token=` + given + `
`})
	r.Secrets = []string{"id=x,env=X"}
	r.LookupEnv = func(string) (string, bool) { return given, true }
	r.Baseline.Redact = func(s string) string { return strings.ReplaceAll(s, secret, "***") }
	r.BuildArgs = map[string]string{"API_TOKEN": secret}
	r.says(t)
	r.BuildArgs = map[string]string{"API_TOKEN": next, "PLAIN": "open"}
	o := r.run(t.Context(), t, r.c).must(t, build.OutcomeSucceeded)
	raw, err := json.Marshal(o.Causes())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), "build arg API_TOKEN changed") || !strings.Contains(string(raw), "PLAIN changed") {
		t.Errorf("causes: %s", raw)
	}
	err = filepath.WalkDir(r.Baseline.Dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kept, err := os.ReadFile(p)
		raw = append(raw, kept...)
		if fi, err := d.Info(); err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", p, fi.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{secret, next, given} {
		if strings.Contains(string(raw), word) {
			t.Errorf("%q is kept or said", word)
		}
	}
}

// A record that cannot be read is said once, and made anew.
func TestDamagedRecord(t *testing.T) {
	r := twoStageProject(t)
	r.says(t)
	records, err := filepath.Glob(filepath.Join(r.Baseline.Dir, "*.baseline"))
	if err != nil || len(records) != 1 {
		t.Fatalf("%v %v", records, err)
	}
	if err := os.WriteFile(records[0], []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.write(t, "src/server.ts", "three\n")
	o := r.run(t.Context(), t, r.c).must(t, build.OutcomeSucceeded)
	if len(o.Causes()) > 0 || len(o.Notices) != 1 || !strings.Contains(o.Notices[0].Text, "made anew") {
		t.Errorf("%+v %+v", o.Causes(), o.Notices)
	}
	r.write(t, "src/server.ts", "four\n")
	if got := r.why(t, build.OutcomeSucceeded); len(got) == 0 {
		t.Error("the new record is not used")
	}
}

// A build that was stopped is compared with as far as it came.
func TestCausesAfterACancel(t *testing.T) {
	r := newRebuilt(t, map[string]string{"a": "a\n", "Dockerfile": "FROM shell\nCOPY a .\nRUN echo UNIQUE begun && [ -n \"$QUICK\" ] || sleep 60\n"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r.run(ctx, t, r.c, func(e build.Event) {
		if e.Log != nil && strings.Contains(e.Log.Text, "begun") {
			cancel()
		}
	}).must(t, build.OutcomeCancelled)
	r.edit(t, "sleep 60", "true")
	r.says(t, "stage-0:3 instruction: the instruction's text changed; also it was stopped last time")
}

// Two stages with the same step share a vertex: each has its cause.
func TestCauseOfSharedSteps(t *testing.T) {
	r := newRebuilt(t, map[string]string{"a": "a\n", "Dockerfile": `FROM shell AS one
COPY a .
RUN echo UNIQUE > /o
FROM shell AS two
COPY a .
RUN echo UNIQUE > /o
FROM shell
COPY --from=one /o /1
COPY --from=two /o /2
`})
	r.says(t)
	r.write(t, "a", "other\n")
	r.says(t,
		"one:2 files: a changed (COPY a .)",
		"one:3 earlier: an earlier step of this stage ran (line 2)",
		"two:5 files: a changed (COPY a .)",
		"two:6 earlier: an earlier step of this stage ran (line 5)",
	)
}

// What a step sees counts in its order too, and through every instruction above.
func TestCauseOfWhatIsAbove(t *testing.T) {
	r := newRebuilt(t, map[string]string{"a": "a\n", "Dockerfile": `FROM shell AS base
ARG NAME=a
ENV A=1
ENV B=2
WORKDIR /one
SHELL ["/bin/sh", "-c"]
RUN echo UNIQUE
COPY a here
COPY $NAME /copied
`})
	r.says(t)
	r.edit(t, "ENV A=1\nENV B=2\n", "ENV B=2\nENV A=1\n")
	first := func(want ...string) {
		t.Helper()
		got := r.why(t, build.OutcomeSucceeded)
		var own []string
		for _, c := range got {
			if !strings.Contains(c, " earlier: ") {
				own = append(own, c)
			}
		}
		if strings.Join(own, "\n") != strings.Join(want, "\n") {
			t.Errorf("got:\n  %s\nwant:\n  %s", strings.Join(own, "\n  "), strings.Join(want, "\n  "))
		}
	}
	first("base:7 environment: the order of the ENV and ARG above it changed")
	r.edit(t, "WORKDIR /one", "WORKDIR /two")
	first("base:5 instruction: the instruction's text changed",
		"base:7 environment: the working directory changed, /one → /two (WORKDIR, line 5); also an earlier step of this stage ran (line 5)",
		"base:8 environment: where it writes to changed, /one/here → /two/here (WORKDIR, line 5); also an earlier step of this stage ran (line 7)")
	r.edit(t, `SHELL ["/bin/sh", "-c"]`, `SHELL ["/bin/sh", "-ec"]`)
	first("base:7 environment: the shell changed (SHELL, line 6)")
	r.write(t, "b", "b\n")
	r.BuildArgs = map[string]string{"NAME": "b"}
	r.parse(t)
	first("base:7 arg: build arg NAME a → b",
		"base:9 arg: build arg NAME=b is new; also an earlier step of this stage ran (line 7)")
}
