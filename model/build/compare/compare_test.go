package compare

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/internal/manual"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

func at(s float64) time.Time { return time.Unix(100, 0).Add(time.Duration(s * float64(time.Second))) }

// made is a build of stages; a line is "stage: INSTRUCTION @start+seconds" for a
// step that ran and "stage: INSTRUCTION cached" for one that did not.
func made(lines ...string) *build.Build {
	g := &model.Graph{}
	var events []build.Event
	for n, line := range lines {
		name, rest, _ := strings.Cut(line, ": ")
		at0 := slices.IndexFunc(g.Stages, func(s model.Stage) bool { return s.Name == name })
		if at0 < 0 {
			at0 = len(g.Stages)
			g.Stages = append(g.Stages, model.Stage{Index: at0, Name: name, Steps: []model.Step{{Command: "FROM", Text: "FROM x"}}})
			if at0 > 0 {
				g.Edges = append(g.Edges, model.Edge{From: model.NodeID(at0 - 1), To: model.NodeID(at0), Kind: model.EdgeBase})
			}
		}
		s := &g.Stages[at0]
		v := build.Vertex{Digest: fmt.Sprint("d", n), Steps: []build.StepRef{{Stage: at0, Step: len(s.Steps)}}}
		text, ok := strings.CutSuffix(rest, " cached")
		if ok {
			v.Cached = true
			t := at(0)
			v.Started, v.Completed = &t, &t
		} else {
			var from, took float64
			i := strings.LastIndex(rest, " @")
			text = rest[:i]
			if _, err := fmt.Sscanf(rest[i:], " @%f+%f", &from, &took); err != nil {
				panic(err)
			}
			a, b := at(from), at(from+took)
			v.Started, v.Completed = &a, &b
		}
		command, _, _ := strings.Cut(text, " ")
		s.Steps = append(s.Steps, model.Step{Index: len(s.Steps), Command: command, Text: text, Line: n + 1, Vertex: true})
		events = append(events, build.Event{Time: at(0), Vertex: &v})
	}
	b := build.New()
	b.Apply(build.Event{Time: at(0), Begin: &build.Begin{Graph: g, Targets: []int{len(g.Stages) - 1}}})
	for _, e := range events {
		b.Apply(e)
	}
	b.Apply(build.Event{Time: at(9), End: &build.End{Outcome: build.OutcomeSucceeded}})
	return b
}

func (c Comparison) table() string {
	var out []string
	for _, s := range c.Stages {
		out = append(out, fmt.Sprintf("%s %s %s %v", s.Name, s.A.Cell(), s.B.Cell(), s.Delta))
		for _, step := range s.Steps {
			out = append(out, strings.TrimSpace(fmt.Sprintf("  %s %s %s %v %s", step.Half().Text, step.A.Cell(), step.B.Cell(), step.Delta, step.Note())))
		}
	}
	if c.Broke != nil {
		out = append(out, "broke "+c.Stages[c.Broke.Stage].Steps[c.Broke.Step].Half().Text)
	}
	return strings.Join(out, "\n")
}

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		name string
		a, b []string
		want string
	}{
		{
			"the same",
			[]string{"s: RUN one cached", "s: RUN two cached"},
			[]string{"s: RUN one cached", "s: RUN two cached"},
			"s cached cached 0s\nRUN one cached cached 0s\nRUN two cached cached 0s",
		},
		{
			"the cache broke in the stage that began first",
			[]string{"a: COPY . . cached", "a: RUN a cached", "b: RUN b cached"},
			[]string{"a: COPY . . @2+1", "a: RUN a @3+4", "b: RUN b @1+1"},
			"a cached 5.0s 5s\nCOPY . . cached 1.0s 1s cache lost\nRUN a cached 4.0s 4s cache lost\nb cached 1.0s 1s\nRUN b cached 1.0s 1s cache lost\nbroke RUN b",
		},
		{
			"a step was put in, and what is below it lost the cache",
			[]string{"a: RUN one cached", "a: RUN two cached"},
			[]string{"a: RUN one cached", "a: ENV x @1+1", "a: RUN two @2+1"},
			"a cached 2.0s 2s\nRUN one cached cached 0s\nENV x - 1.0s 1s new\nRUN two cached 1.0s 1s cache lost\nbroke ENV x",
		},
		{
			"a step was changed",
			[]string{"a: RUN one cached", "a: COPY x y cached"},
			[]string{"a: RUN eins @1+1", "a: COPY x y @2+1"},
			"a cached 2.0s 2s\nRUN eins cached 1.0s 1s text changed\nCOPY x y cached 1.0s 1s cache lost\nbroke RUN eins",
		},
		{
			"warm after cold",
			[]string{"a: RUN one @1+3"},
			[]string{"a: RUN one cached"},
			"a 3.0s cached -3s\nRUN one 3.0s cached -3s now cached",
		},
		{
			"stages came and went",
			[]string{"old: RUN o @0+1", "same: RUN s @1+1"},
			[]string{"same: RUN s @0+2", "new: RUN n @2+1"},
			"same 1.0s 2.0s 1s\nRUN s 1.0s 2.0s 1s\nnew - 1.0s 1s\nRUN n - 1.0s 1s new\nold 1.0s - -1s\nRUN o 1.0s - -1s gone",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Of(made(tt.a...), made(tt.b...), at(99))
			if got := c.table(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestSides(t *testing.T) {
	a, b := made("s: RUN one cached", "s: RUN two @1+1"), build.New()
	c := Of(a, b, at(99))
	if c.A != (Side{build.OutcomeSucceeded, 9 * time.Second, 1, 1}) || c.B != (Side{}) || c.Delta != -9*time.Second {
		t.Errorf("%+v", c)
	}
	d := c.Document("x", "y", func(s string) string { return strings.ReplaceAll(s, "two", "***") })
	raw, err := json.Marshal(d)
	if err != nil || strings.Contains(string(raw), "RUN two") || !strings.Contains(string(raw), "RUN ***") || d.A.Ref != "x" || d.DeltaMS != -9000 {
		t.Errorf("%s %v", raw, err)
	}
}

// Every step of both builds stands in the pairs once, and in its order.
func TestPair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.Map(rapid.StringMatching(`(RUN|COPY) [abc]`), func(s string) Half { return Half{Text: s} }), 0, 9)
		a, b := steps.Draw(t, "a"), steps.Draw(t, "b")
		var gotA, gotB []Half
		for _, p := range pair(a, b) {
			if p.a == nil && p.b == nil {
				t.Fatal("an empty pair")
			}
			if p.a != nil {
				gotA = append(gotA, *p.a)
			}
			if p.b != nil {
				gotB = append(gotB, *p.b)
			}
			if p.a != nil && p.b != nil && command(*p.a) != command(*p.b) {
				t.Fatalf("%v is paired with %v", p.a, p.b)
			}
		}
		if !slices.Equal(gotA, slices.Clip(a)) || !slices.Equal(gotB, slices.Clip(b)) {
			t.Fatalf("%v %v from %v %v", gotA, gotB, a, b)
		}
	})
}

// docs/history-json.md explains the keys that there are, and no others.
func TestDocs(t *testing.T) {
	manual.Same(t, manual.Keys(t, filepath.Join("..", "..", "..", "docs", "history-json.md"), "## Two builds"), manual.KeysOf(reflect.TypeFor[Document]()))
}
