//go:build linux

package solve_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/build"
)

var (
	edits = flag.Int("edits", 14, "how many random edits TestCausesOfRandomEdits makes")
	seed  = flag.Uint64("edits-seed", 20261121, "which ones")
)

// playground is a project whose every part can be another one.
type playground struct {
	order, extra, env, workdir, text int
	linked, fails, narrow            bool
}

func (p playground) dockerfile(unique string) string {
	pick := func(n int, of ...string) string { return of[n%len(of)] }
	steps := []string{"RUN echo first >> log", "RUN echo second >> log"}
	if p.order%2 == 1 {
		steps[0], steps[1] = steps[1], steps[0]
	}
	link := ""
	if p.linked {
		link = "--link "
	}
	fail := "true"
	if p.fails {
		fail = "false"
	}
	from := "."
	if p.narrow {
		from = "src"
	}
	return fmt.Sprintf(`FROM shell AS deps
ARG VERSION=0
WORKDIR %s
RUN echo %s > unique
COPY package.json .
%s
%s
FROM deps AS build
%s
COPY %s%s ./in
RUN %s
RUN find in > list && wc -l < list > count && %s
FROM shell AS tools
COPY tools/*.sh /tools/
FROM shell
%sCOPY --from=build %s/count /count
COPY --from=tools /tools /tools
RUN --mount=type=bind,source=src,target=/m ls /m > /listing
RUN --mount=type=bind,from=build,source=/,target=/b echo ok
`, pick(p.workdir, "/w", "/v"), unique, steps[0], steps[1],
		pick(p.env, "ENV MODE=a", "ENV MODE=b", "LABEL a=b"), link, from, pick(p.text, "echo one", "echo two", "echo $VERSION"), fail,
		pick(p.extra, "", "RUN echo extra\n", "USER 0\n"), pick(p.workdir, "/w", "/v"))
}

// Whatever is edited: each step that runs has a cause, none that is cached has
// one, and as nothing is ever pruned here, no cause may say that it was, or that
// it is not known.
func TestCausesOfRandomEdits(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 1))
	p := newRebuilt(t, map[string]string{
		"Dockerfile": "FROM shell\n", "package.json": "0", "src/a.ts": "0", "src/b/c.ts": "0", "tools/x.sh": "0", "tools/y.txt": "0", "notes.log": "0",
		".dockerignore": "Dockerfile\n",
	})
	unique := t.Name() + filepath.Base(p.dir) + fmt.Sprint(os.Getpid())
	var state playground
	p.BuildArgs = map[string]string{}
	was := ""
	for i := range *edits {
		for range 1 + r.IntN(2) {
			if i > 0 {
				was += "; " + p.editAtRandom(t, r, &state)
			}
		}
		p.Dockerfile = []byte(state.dockerfile(unique))
		p.parse(t)
		o := p.run(t.Context(), t, p.c)
		if want := state.fails; (o.end.Outcome == build.OutcomeFailed) != want {
			t.Fatalf("after %s: %+v", was, o.end)
		}
		if i > 0 {
			p.checkCauses(t, was, o)
		} else if len(o.Causes()) > 0 {
			t.Errorf("the first build has causes: %+v", o.Causes())
		}
		was = ""
	}
}

func (r *rebuilt) editAtRandom(t *testing.T, n *rand.Rand, state *playground) string {
	t.Helper()
	value := fmt.Sprint(n.IntN(3)) // what was there before comes back
	switch n.IntN(14) {
	case 0:
		r.write(t, "package.json", value)
		return "package.json " + value
	case 1, 2:
		r.write(t, "src/a.ts", value)
		return "src/a.ts " + value
	case 3:
		r.write(t, "src/b/c.ts", value)
		return "src/b/c.ts " + value
	case 4:
		file := filepath.Join(r.dir, "src/new.ts")
		if _, err := os.Stat(file); err == nil {
			r.write(t, "src/new.ts", "")
			return "remove src/new.ts"
		}
		r.write(t, "src/new.ts", value)
		return "add src/new.ts"
	case 5:
		r.write(t, "tools/x.sh", value)
		return "tools/x.sh " + value
	case 6:
		ignored := []string{"Dockerfile\n", "Dockerfile\n*.log\n", "Dockerfile\n*.log\nsrc/b\n"}[n.IntN(3)]
		r.write(t, ".dockerignore", ignored)
		return fmt.Sprintf(".dockerignore %q", ignored)
	case 7:
		mode := []os.FileMode{0o644, 0o755}[n.IntN(2)]
		if err := os.Chmod(filepath.Join(r.dir, "src/a.ts"), mode); err != nil {
			t.Fatal(err)
		}
		return "mode " + mode.String()
	case 8:
		r.BuildArgs["VERSION"] = value
		return "VERSION " + value
	case 9:
		state.text = n.IntN(3)
	case 10:
		state.order, state.extra = n.IntN(2), n.IntN(3)
	case 11:
		state.env, state.workdir = n.IntN(3), n.IntN(2)
	case 12:
		state.linked, state.narrow = n.IntN(2) == 1, n.IntN(2) == 1
	case 13:
		state.fails = !state.fails
	}
	return fmt.Sprintf("%+v", *state)
}

func (r *rebuilt) checkCauses(t *testing.T, edit string, o *outcome) {
	t.Helper()
	var lines []string
	for i, s := range o.graph.Stages {
		for _, step := range s.Steps {
			ref := build.StepRef{Stage: i, Step: step.Index}
			c, ok := o.Cause(ref)
			st := o.Step(ref)
			lines = append(lines, fmt.Sprintf("%-9s %s:%d %-40s %s: %s %q", st.State, s.Label(), step.Line, step.Text, c.Kind, c.Text, c.Also))
			ran := step.Vertex && step.Command != "FROM" && (st.State == build.Done || st.State == build.Failed)
			switch {
			case ran && !ok && len(st.Vertices) > 0:
				t.Errorf("%s ran and nobody knows why", step.Text)
			case ok && st.State == build.Cached:
				t.Errorf("%s is cached and has a cause", step.Text)
			case c.Kind == build.CauseUnknown && strings.Contains(c.Text, " takes from stage build may differ"):
				// A copy that came from the cache by its content, of some earlier build.
			case c.Kind == build.CausePruned, c.Kind == build.CauseUnknown, c.Kind == build.CauseEngine:
				t.Errorf("%s: %s", step.Text, c.Text)
			case c.Kind.Follows() && c.Earlier == nil:
				t.Errorf("%s follows from nothing", step.Text)
			}
		}
	}
	if t.Failed() {
		t.Fatalf("after %s:\n%s", edit, strings.Join(lines, "\n"))
	}
}
