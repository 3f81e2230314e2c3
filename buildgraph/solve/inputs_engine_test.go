//go:build linux

package solve_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model/build"
)

// Steps of all kinds are found again in what the engine reports.
func TestAttribution(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"a.txt": "a", "b.txt": "b", "Dockerfile": `FROM shell AS First
RUN echo shared
RUN echo first > /first
FROM shell AS second
RUN echo shared
RUN echo second > /second
FROM shell
WORKDIR /work
COPY --link a.txt b.txt ./
RUN <<EOF
echo here
cat a.txt
EOF
COPY <<EOF /inline
text
EOF
ADD b.txt /added
COPY --from=first /first /
COPY --from=1 /second /
COPY --from=shell /bin/sh /bin/sh2
RUN --mount=type=bind,from=second,target=/mnt cat /mnt/second
ENV A=b
FROM shell AS twin1
RUN echo twin
FROM shell AS twin2
RUN echo twin
FROM scratch
COPY --from=2 /inline /
COPY --from=twin1 /etc /1
COPY --from=twin2 /etc /2
`})
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	o.wantVertices(t)
	a := o.Step(build.StepRef{Stage: 0, Step: 1}).Vertices
	b := o.Step(build.StepRef{Stage: 1, Step: 1}).Vertices
	if len(a) == 0 || len(b) == 0 || a[0] != b[0] {
		t.Errorf("the shared step has the vertices %v and %v", a, b)
	}
	// Neither stage takes it from the other: both show it, with its time.
	one, two := o.Step(build.StepRef{Stage: 0, Step: 1}), o.Step(build.StepRef{Stage: 1, Step: 1})
	if one.State != two.State || !one.State.Ended() || one.Elapsed(o.Ended) != two.Elapsed(o.Ended) {
		t.Errorf("the shared step is %s (%v) in one stage and %s (%v) in the other", one.State, one.Elapsed(o.Ended), two.State, two.Elapsed(o.Ended))
	}
	for i := range 2 {
		if s := o.Stage(i); s.Done != s.Total || s.Elapsed(o.Ended) < one.Elapsed(o.Ended) {
			t.Errorf("stage %d has done %d of %d steps in %v, the shared one took %v", i, s.Done, s.Total, s.Elapsed(o.Ended), one.Elapsed(o.Ended))
		}
	}
	for _, d := range o.Others() {
		if v, _ := o.Vertex(d); !strings.HasPrefix(v.Name, "[internal]") && !strings.HasPrefix(v.Name, "[context ") && !strings.HasPrefix(v.Name, "exporting") {
			t.Errorf("vertex %q belongs to no step", v.Name)
		}
	}
	if t.Failed() {
		t.Log(o.describe())
	}

	p.NoCache = true // other digests
	p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded).wantVertices(t)
}

// wantVertices checks that each needed step has the vertices it should.
func (o *outcome) wantVertices(t *testing.T) {
	t.Helper()
	for i, s := range o.graph.Stages {
		for _, step := range s.Steps {
			n := len(o.Step(build.StepRef{Stage: i, Step: step.Index}).Vertices)
			want := 0
			if step.Vertex || step.Command == "FROM" && s.Base == "shell" {
				want = 1
			}
			if strings.Contains(step.Text, "--link") {
				want = 2 // copy and merge
			}
			if n != want {
				t.Errorf("stage %d %q has %d vertices, want %d", i, step.Text, n, want)
			}
		}
	}
}

// A secret reaches the step and nobody else.
func TestSecret(t *testing.T) {
	c := dial(t)
	const value = "correct-horse-battery"
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell
RUN --mount=type=secret,id=token [ "$(cat /run/secrets/token)" = "$(printf correct-; printf horse-; printf battery)" ]
RUN --mount=type=secret,id=token cat /run/secrets/token && echo && for w in correct- horse- battery; do printf $w; sleep 0.2; done; echo; cat /run/secrets/token >&2; exit 3
`})
	p.NoCache = true
	p.Secrets = []string{"id=token,env=TOKEN"}
	p.LookupEnv = func(name string) (string, bool) { return value, name == "TOKEN" }
	o := p.run(t.Context(), t, c).must(t, build.OutcomeFailed)
	raw, err := json.Marshal(o.events)
	if err != nil {
		t.Fatal(err)
	}
	if o.end.Failure.ExitCode != 3 {
		t.Fatalf("%+v\n%s", o.end.Failure, o.describe())
	}
	log := o.log(*o.end.Failure.Step)
	if strings.Contains(string(raw), value) {
		t.Errorf("the value stands in the events: %q", log)
	}
	if n := strings.Count(log, "•••"); n != 3 {
		t.Errorf("%d of 3 places were marked: %q", n, log)
	}
}

// What is wrong is said in one sentence with a way out.
func TestFailuresInWords(t *testing.T) {
	c := dial(t)
	for name, tt := range map[string]struct {
		dockerfile string
		change     func(*project)
		message    string // a part of it
		hint       string
		line       int
	}{
		"base image": {
			dockerfile: "FROM registry.invalid/no/such:1\nRUN true\n",
			message:    "the image registry.invalid/no/such:1 can't be pulled", hint: "--build-context", line: 1,
		},
		"copy of nothing": {
			dockerfile: "FROM scratch\nCOPY nothing.txt /\n",
			message:    "nothing.txt", hint: ".dockerignore", line: 2,
		},
		"copy of nothing from a stage": {
			dockerfile: "FROM shell AS a\nFROM scratch\nCOPY --from=a /nothing /\n",
			message:    "/nothing does not exist in the result of stage a", hint: "shell --target a", line: 3,
		},
		"copy from no stage": {
			dockerfile: "FROM shell AS builder\nFROM scratch\nCOPY --from=biulder / /\n",
			message:    "no stage is called biulder", hint: "did you mean stage builder?", line: 3,
		},
		"no such secret": {
			dockerfile: "FROM shell\nRUN --mount=type=secret,id=tok,required=true true\n",
			message:    "the secret tok was not given", hint: "--secret id=tok", line: 2,
		},
		"no such command": {
			dockerfile: "FROM shell\nRUN no-such-command\n",
			message:    "exited with code 127", hint: "not found", line: 2,
		},
		"no secret file": {
			dockerfile: "FROM scratch\n",
			change:     func(p *project) { p.Secrets = []string{"id=x,src=/no/such/file"} },
			message:    "secret x", hint: "--secret id=NAME",
		},
		"no context": {
			dockerfile: "FROM scratch\n",
			change:     func(p *project) { p.ContextDir = "/no/such/dir" },
			message:    "opening the build context", hint: "existing directory",
		},
		"no named context": {
			dockerfile: "FROM scratch\n",
			change:     func(p *project) { p.NamedContexts["x"] = "/no/such/dir" },
			message:    "opening the build context x", hint: "--build-context x",
		},
		"copy from a later stage": {
			dockerfile: "FROM scratch AS a\nCOPY --from=b / /\nFROM a AS b\n",
			message:    "cannot copy from stage", line: 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t, map[string]string{"Dockerfile": tt.dockerfile})
			if tt.change != nil {
				tt.change(p)
			}
			f := p.run(t.Context(), t, c).must(t, build.OutcomeFailed).end.Failure
			t.Logf("%+v", f)
			if !strings.Contains(f.Message, tt.message) || !strings.Contains(f.Hint, tt.hint) || f.Line != tt.line {
				t.Errorf("want message with %q, hint with %q, line %d", tt.message, tt.hint, tt.line)
			}
			if strings.Contains(f.Message, "\n") || strings.Contains(f.Message, "rpc error") {
				t.Errorf("not a sentence: %q", f.Message)
			}
		})
	}
}

// Unnamed stages and those whose name was taken over are targets too.
func TestTargetsWithoutAName(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell
RUN echo zero
FROM shell AS x
RUN echo one
FROM shell AS x
RUN echo two
FROM shell
RUN exit 9
`})
	for target, word := range []string{"zero", "one", "two"} {
		p.Targets = []int{target}
		o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
		if st := o.Step(o.step(t, target, "RUN echo "+word)); len(st.Vertices) != 1 {
			t.Errorf("target %d: %+v\n%s", target, st, o.describe())
		}
	}
}

// The Dockerfile may come from nowhere, contexts from other directories.
func TestContexts(t *testing.T) {
	c := dial(t)
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "file"), []byte("from the other\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := newProject(t, map[string]string{
		"Dockerfile":              "FROM shell\nCOPY . /all\nCOPY --from=other:1.0 file /\nRUN cat /file && ls /all\n",
		"seen.txt":                "",
		"hidden.txt":              "",
		".dockerignore":           "seen.txt\n",
		"Dockerfile.dockerignore": "hidden.txt\n",
	})
	p.NoCache = true
	p.NamedContexts["other:1.0"] = other
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	log := o.log(o.step(t, 0, "RUN"))
	if !strings.Contains(log, "from the other") || !strings.Contains(log, "seen.txt") || strings.Contains(log, "hidden.txt") {
		t.Errorf("the Dockerfile's own ignore file must win: %q", log)
	}
	p.DockerfilePath = "" // as from stdin
	o = p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	if log := o.log(o.step(t, 0, "RUN")); strings.Contains(log, "seen.txt") || !strings.Contains(log, "hidden.txt") {
		t.Errorf("the context's ignore file must hold: %q", log)
	}
}

// The store keeps the newest exports only, and only their blobs.
func TestStoreIsBounded(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{})
	p.Export = solve.Export{Dir: t.TempDir(), Keep: 2}
	for _, word := range []string{"a", "b", "c", "d"} {
		p.Dockerfile = []byte("FROM shell\nRUN echo " + word + " > /word\n")
		p.Graph = graphOf(t, p.Dockerfile)
		checkExport(t, p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded).end.Result)
	}
	blobs, err := os.ReadDir(filepath.Join(p.Export.Dir, "blobs", "sha256"))
	if err != nil {
		t.Fatal(err)
	}
	if len(blobs) != 2*3+1 { // manifest, config and layer of each, and the base's layer
		t.Errorf("%d blobs are kept", len(blobs))
	}
}

// A key that is named with --ssh can be used by the steps that ask for it.
func TestSSH(t *testing.T) {
	c := dial(t)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nRUN --mount=type=ssh,required=true [ -S \"$SSH_AUTH_SOCK\" ]\n"})
	p.NoCache = true
	p.SSH = []string{"default=" + file}
	p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)

	p.SSH = nil
	f := p.run(t.Context(), t, c).must(t, build.OutcomeFailed).end.Failure
	if t.Logf("%+v", f); !strings.Contains(f.Message, "SSH agent") || !strings.Contains(f.Hint, "--ssh") || f.Line != 2 {
		t.Errorf("%+v", f)
	}
	p.SSH = []string{"default=/no/such/key"}
	f = p.run(t.Context(), t, c).must(t, build.OutcomeFailed).end.Failure
	if t.Logf("%+v", f); !strings.Contains(f.Message, "--ssh") || !strings.Contains(f.Hint, "ssh-add") {
		t.Errorf("%+v", f)
	}
}
