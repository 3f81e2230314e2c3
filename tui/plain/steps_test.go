package plain

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// told prints events and returns the lines.
func told(t *testing.T, g *model.Graph, target int, events ...build.Event) []string {
	t.Helper()
	var out bytes.Buffer
	p := New(&out, Options{ASCII: true})
	begin := build.Event{Time: after(0), Begin: &build.Begin{Graph: g, Targets: []int{target}}}
	if err := p.Event(begin); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	for _, e := range events {
		if err := p.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

// copies is a stage of two copies and a RUN.
func copies() *model.Graph {
	lines := []string{"FROM scratch AS a", "COPY one /", "COPY two /", "RUN true"}
	g := &model.Graph{File: "Dockerfile", Lines: lines, Stages: []model.Stage{{Name: "a", Line: 1, EndLine: 4}}}
	for i, text := range lines {
		command, _, _ := strings.Cut(text, " ")
		g.Stages[0].Steps = append(g.Stages[0].Steps, model.Step{Index: i, Command: command, Text: text, Line: i + 1, EndLine: i + 1, Vertex: i > 0})
	}
	return g
}

func progress(at float64, digest, id string, current, total int64) build.Event {
	return build.Event{Time: after(at), Progress: &build.Progress{Vertex: digest, ID: id, Current: current, Total: total}}
}

func TestHowMuchIsSaid(t *testing.T) {
	for name, tt := range map[string]struct {
		events []build.Event
		want   string
	}{
		"a quick copy is one line": {
			[]build.Event{vertex(1, "c", 0, 1, 1, -1, ""), vertex(1.5, "c", 0, 1, 1, 1.5, "")},
			"[a:2] done    COPY one /  0.5s",
		},
		"a slow one is two": {
			[]build.Event{vertex(1, "c", 0, 1, 1, -1, ""), vertex(2.5, "x", -1, 0, 2, -1, ""), vertex(3, "c", 0, 1, 1, 3, "")},
			"[a:2] start   COPY one /\n[a:2] done    COPY one /  2.0s",
		},
		"one that prints begins first": {
			[]build.Event{vertex(1, "c", 0, 1, 1, -1, ""), log(1, "c", "hm\n")},
			"[a:2] start   COPY one /\n[a:2]   hm",
		},
		"a stage from the cache is one line": {
			[]build.Event{vertex(1, "c", 0, 1, 1, 1, ""), vertex(1, "d", 0, 2, 1, 1, ""), vertex(1, "r", 0, 3, 1, 1, "")},
			"stage a: cached, 3 steps (1 of 1 stages)",
		},
		"else its steps are named": {
			[]build.Event{vertex(1, "c", 0, 1, 1, 1, ""), vertex(1, "d", 0, 2, 1, 1, ""), vertex(2, "r", 0, 3, 2, -1, ""), vertex(4, "r", 0, 3, 2, 4, "")},
			"[a:2] cached  COPY one /\n[a:3] cached  COPY two /\n[a:4] start   RUN true\n[a:4] done    RUN true  2.0s\nstage a: done, 3 steps, 2 cached, 2.0s (1 of 1 stages)",
		},
		"a long transfer is told of now and then": {
			[]build.Event{
				vertex(0, "c", 0, 1, 0, -1, ""), progress(1, "c", "x", 1e6, 9e6), progress(6, "c", "x", 3e6, 9e6),
				progress(7, "c", "y", 1e6, 1e6), progress(9, "c", "x", 5e6, 9e6), progress(12, "c", "x", 9e6, 9e6),
			},
			"[a:2] start   COPY one /\n[a:2] so far  COPY one /: 3.0 MB of 9.0 MB\n[a:2] so far  COPY one /: 10.0 MB",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, strings.Join(told(t, copies(), 0, tt.events...), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInstructionsInFewWords(t *testing.T) {
	for name, tt := range map[string]struct{ lines, want string }{
		"short":        {"RUN make", "RUN make"},
		"flags":        {"RUN --mount=type=cache,target=/root/.cache --network=none make all", "RUN make all"},
		"copy":         {"COPY --from=x a b", "COPY --from=x a b"},
		"long":         {"RUN " + strings.Repeat("word ", 30), "RUN word word word word word word word word word word..."},
		"heredoc":      {"RUN <<EOF\nset -eu\n# why\nfor f in *; do\n  cat $f\ndone\nEOF", "RUN for f in *; do cat $f; done"},
		"copy heredoc": {"COPY <<EOF /etc/motd\nhello\nEOF", "COPY <<EOF /etc/motd hello"},
	} {
		t.Run(name, func(t *testing.T) {
			lines := strings.Split(tt.lines, "\n")
			command, _, _ := strings.Cut(lines[0], " ")
			g := copies()
			g.Lines = append(g.Lines, lines...)
			g.Stages[0].Steps[1] = model.Step{Index: 1, Command: command, Text: lines[0], Line: 5, EndLine: 4 + len(lines), Vertex: true}
			got := told(t, g, 0, vertex(1, "v", 0, 1, 0, 1, ""))
			if want := "[a:5] done    " + tt.want + "  1.0s"; got[0] != want {
				t.Errorf("got %q, want %q", got[0], want)
			}
		})
	}
}

// What many stages share has one line, and lists of many fold.
func TestManyStages(t *testing.T) {
	g := &model.Graph{File: "Dockerfile", Lines: []string{"RUN x"}}
	var refs []build.StepRef
	for i := range 30 {
		g.Stages = append(g.Stages, model.Stage{Index: i, Name: fmt.Sprintf("stage%d", i), Line: 1, EndLine: 1, Steps: []model.Step{{Command: "RUN", Text: "RUN x", Line: 1, EndLine: 1, Vertex: true}}})
		if i > 0 {
			g.Edges = append(g.Edges, model.Edge{From: model.NodeID(i - 1), To: model.NodeID(i), Kind: model.EdgeCopy})
		}
		refs = append(refs, build.StepRef{Stage: i})
	}
	var out bytes.Buffer
	p := New(&out, Options{})
	two, many := vertex(1, "two", 0, 0, 0, 1, ""), vertex(1, "many", 0, 0, 0, 1, "")
	two.Vertex.Steps, many.Vertex.Steps = refs[:2], refs[2:]
	for _, e := range []build.Event{{Time: after(0), Begin: &build.Begin{Graph: g, Targets: []int{29}}}, two, many} {
		if err := p.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"[stage0:1, stage1:1] done", "[stage2:1 and 27 more] done"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	for l := range strings.Lines(out.String()) {
		if len(l) > lineWidth+1 {
			t.Errorf("%d wide: %s", len(l), l)
		}
	}
}

// The last ten lines of a failed build say all that matters.
func TestTheLastTenLines(t *testing.T) {
	var out bytes.Buffer
	p := New(&out, Options{})
	for _, e := range failed() {
		if err := p.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	last := strings.Join(lines[len(lines)-10:], "\n")
	for _, want := range []string{"failed after", "exit code 2", "line 7", "shop/Dockerfile", "RUN npm run build", "[runtime:7]   src/a.ts(3,1): error TS1005", "next: "} {
		if !strings.Contains(last, want) {
			t.Errorf("no %q in\n%s", want, last)
		}
	}
}
