package baseline

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
)

// steps makes lines of letters: upper case is a COPY, lower case a RUN.
func steps(text string) []Line {
	out := make([]Line, 0, len(text))
	for i, c := range text {
		l := Line{Step: i, Command: "RUN", Key: Sum(c)}
		if c < 'a' {
			l.Command = "COPY"
		}
		out = append(out, l)
	}
	return out
}

func TestPairs(t *testing.T) {
	for _, c := range []struct{ then, now, want string }{
		{"abc", "abc", "aa bb cc"},
		{"abc", "abxc", "aa bb cc"},
		{"abc", "ac", "aa cc"},
		{"abc", "axc", "aa bx cc"},  // edited
		{"abc", "aXc", "aa cc"},     // another instruction
		{"aBc", "aXyc", "aa BX cc"}, // edited, and one more
		{"ab", "ba", "bb"},          // moved
		{"", "ab", ""},
		{"ab", "", ""},
		{"Ab", "Cd", "AC bd"},
	} {
		var got []string
		for _, p := range pairs(steps(c.then), steps(c.now)) {
			got = append(got, string(c.then[p[0]])+string(c.now[p[1]]))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s → %s: %v, want %s", c.then, c.now, got, c.want)
		}
	}
}

// Each step has one ancestor at most, in the order of the file, of its own kind.
func TestPairsAreAMatching(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		then := steps(rapid.StringMatching(`[abcABC]{0,12}`).Draw(t, "then"))
		now := steps(rapid.StringMatching(`[abcABC]{0,12}`).Draw(t, "now"))
		last := [2]int{-1, -1}
		for _, p := range pairs(then, now) {
			if p[0] <= last[0] || p[1] <= last[1] || then[p[0]].Command != now[p[1]].Command {
				t.Fatalf("%v after %v", p, last)
			}
			last = p
		}
	})
}

func TestAlignStages(t *testing.T) {
	stages := func(labels ...string) []Stage {
		var out []Stage
		for _, l := range labels {
			out = append(out, Stage{Label: l, Steps: steps("a")})
		}
		return out
	}
	for _, c := range []struct {
		then, now []Stage
		want      string
	}{
		{stages("x", "y"), stages("y", "x"), "map[0:1 1:0]"},
		{stages("x", "y"), stages("x", "new", "y"), "map[0:0 1:-1 2:1]"},
		{stages("x", "y"), stages("x", "renamed"), "map[0:0 1:1]"},
	} {
		if got := fmt.Sprint(align(c.then, c.now).stages); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestChanges(t *testing.T) {
	f := func(name, value string) Field { return Field{Name: name, Sum: Sum(value)} }
	got := ""
	for _, c := range changes([]Field{f("a", "1"), f("b", "1"), f("d", "1"), f("d", "2")}, []Field{f("b", "2"), f("c", "1"), f("d", "1"), f("d", "3")}) {
		got += fmt.Sprintf("%s:%v:%v ", c.name, c.was != nil, c.now != nil)
	}
	if want := "a:true:false b:true:true c:false:true d:true:true "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestSetter(t *testing.T) {
	g := &model.Graph{
		Stages: []model.Stage{
			{Index: 0, Name: "base", Steps: []model.Step{{Text: "FROM x", Command: "FROM"}, {Command: "ARG", Text: "ARG A=1", Line: 2}, {Command: "ENV", Text: "ENV B=1 C=2", Line: 3}, {Command: "ENV", Text: `ENV OLD form Q=q`, Line: 4}, {Command: "ENV", Text: `ENV S='a T=1' U="b" V=c`, Line: 5}}},
			{Index: 1, Name: "next", Steps: []model.Step{{Text: "FROM base", Command: "FROM"}, {Command: "ARG", Text: "ARG C", Line: 6}, {Command: "ENV", Text: "ENV D=$A", Line: 7}, {Command: "RUN", Text: "RUN x", Line: 8}}},
		},
		Edges: []model.Edge{{From: 0, To: 1, Kind: model.EdgeBase}},
	}
	for i := range g.Stages {
		for k := range g.Stages[i].Steps {
			g.Stages[i].Steps[k].Index = k
		}
	}
	ref := Ref{Stage: 1, Step: 3}
	for name, want := range map[string]string{"A": "arg", "B": "env", "C": "env", "D": "env", "OLD": "env", "Q": "", "S": "env", "T": "", "U": "env", "V": "env", "E": "", "orm": ""} {
		if got := newVariables(g).scope(ref, name); got != want {
			t.Errorf("%s comes by %q, want %q", name, got, want)
		}
	}
	if _, line := newVariables(g).setter(ref, "C"); line != 3 {
		t.Errorf("C is set in line %d: ENV wins over ARG wherever it stands", line)
	}
	if got := lastOf(g, ref, "ENV"); got != 7 {
		t.Errorf("the last ENV is in line %d", got)
	}
	if got := lastOf(g, Ref{Stage: 1, Step: 1}, "ENV"); got != 5 {
		t.Errorf("the last ENV of the stage below is in line %d", got)
	}
}

// A stage of thousands of steps is aligned at once, wherever it was edited.
func TestPairsOfLongStages(t *testing.T) {
	var then, now []Line
	for i := range 5_000 {
		l := Line{Step: i, Command: "RUN", Key: Sum(fmt.Sprint(i))}
		then, now = append(then, l), append(now, l)
	}
	now[2_500].Key = "edited"
	got := pairs(then, now)
	if len(got) != 5_000 || got[2_500] != [2]int{2_500, 2_500} || got[4_999] != [2]int{4_999, 4_999} {
		t.Errorf("%d pairs", len(got))
	}
	for i := range now {
		now[i].Key += "all edited"
	}
	if got := pairs(then, now); len(got) != 5_000 {
		t.Errorf("%d pairs", len(got))
	}
}
