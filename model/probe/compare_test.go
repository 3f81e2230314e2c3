package probe_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/probe"
)

func TestCompare(t *testing.T) {
	run := probe.Probe{Name: "run", Ask: probe.End, Ignore: patterns(`pid \d+`)}
	get := probe.Probe{Name: "get", Ask: probe.HTTP}
	ended := func(code int, out string) probe.Outcome {
		return run.Judge(probe.Ran{Exit: number(code), Stdout: said(out), Stderr: said(out + "e")}, nil)
	}
	broken := run.Judge(probe.Ran{Problem: "it did not end"}, nil)
	answered := func(status int, body string) probe.Outcome {
		return get.Judge(probe.Ran{Status: status, Body: said(body)}, nil)
	}
	skipped := probe.Outcome{Name: "run", State: probe.Skipped}
	unknown := probe.Outcome{Name: "run", State: probe.NotRun, Failure: "another platform"}
	long := strings.Repeat("a", probe.MaxText)
	for _, c := range []struct {
		name  string
		sides []probe.Outcome
		row   probe.Verdict
		words string // of the cells
		diff  string // of the last cell
	}{
		{"the same", []probe.Outcome{ended(0, "a\n"), ended(0, "a\n")}, probe.Same, "passed same", ""},
		{"alone", []probe.Outcome{ended(3, "a\n")}, probe.Same, "passed", ""},
		{"what does not count", []probe.Outcome{ended(0, "pid 1\n"), ended(0, "pid 234\n")}, probe.Same, "passed same", ""},
		{"exit code", []probe.Outcome{ended(0, ""), ended(0, ""), ended(1, "")}, probe.Differs, "passed same differs", "exit code: 0 there, 1 here"},
		{"output", []probe.Outcome{ended(0, "a\nb\nc\n"), ended(0, "a\nB\nc\n")}, probe.Differs, "passed differs", `standard output, line 2: "b" there, "B" here`},
		{"longer output", []probe.Outcome{ended(0, "a\n"), ended(0, "a\n\nb\n")}, probe.Differs, "passed differs", `standard output, line 2: its end there, an empty line here`},
		{"the last line feed", []probe.Outcome{ended(0, "a\n"), ended(0, "a")}, probe.Differs, "passed differs", `standard output: a line feed at its end there, no line feed at its end here`},
		{"behind what is kept", []probe.Outcome{ended(0, long+"x"), ended(0, long+"y")}, probe.Differs, "passed differs", `standard output: 16.4 kB there, 16.4 kB, other text behind its first 16.4 kB here`},
		{"one fails", []probe.Outcome{ended(0, ""), broken}, probe.Fails, "passed failed", ""},
		{"the first fails", []probe.Outcome{broken, ended(0, "x")}, probe.Fails, "failed passed", ""},
		{"nobody knows", []probe.Outcome{ended(0, ""), unknown}, probe.Fails, "passed not run", ""},
		{"skipped", []probe.Outcome{skipped, ended(0, "x"), ended(1, "x")}, probe.Differs, "skipped passed differs", "exit code: 0 there, 1 here"},
		{"asked of nobody", []probe.Outcome{skipped, skipped}, probe.NotAsked, "skipped skipped", ""},
		{"status", []probe.Outcome{answered(200, "a"), answered(204, "a")}, probe.Differs, "passed differs", "status: 200 there, 204 here"},
		{"a status that is none, and a body", []probe.Outcome{answered(200, "a"), answered(404, "b")}, probe.Fails, "passed failed", "status: 200 there, 404 here"},
		{"body", []probe.Outcome{answered(200, "a"), answered(200, "b")}, probe.Differs, "passed differs", `body, line 1: "a" there, "b" here`},
	} {
		var sides [][]probe.Outcome
		for _, o := range c.sides {
			sides = append(sides, []probe.Outcome{o})
		}
		rows := probe.Compare(sides...)
		if len(rows) != 1 || len(rows[0].Cells) != len(sides) {
			t.Fatalf("%s: %+v", c.name, rows)
		}
		var words []string
		for i := range rows[0].Cells {
			cell := &rows[0].Cells[i]
			words = append(words, cell.Word())
			if cell.Good() != (cell.Word() == "passed" || cell.Word() == "same" || cell.Word() == "skipped") {
				t.Errorf("%s: cell %d is %q, good: %v", c.name, i, cell.Word(), cell.Good())
			}
		}
		diff := ""
		if d := rows[0].Cells[len(sides)-1].Differences; len(d) > 0 {
			diff = d[0].String()
		}
		if rows[0].Verdict != c.row || strings.Join(words, " ") != c.words || diff != c.diff {
			t.Errorf("%s: %s, %q, %q", c.name, rows[0].Verdict, words, diff)
		}
		if probe.Behaves(rows) != (c.row == probe.Same || c.row == probe.NotAsked) {
			t.Errorf("%s behaves: %v", c.name, probe.Behaves(rows))
		}
	}
}

// A probe that only some sides have is a row too, in the order of the sides.
func TestCompareOfOtherProbes(t *testing.T) {
	of := func(names ...string) (out []probe.Outcome) {
		for _, n := range names {
			out = append(out, probe.Outcome{Name: n, State: probe.Passed, Exit: number(0)})
		}
		return out
	}
	rows := probe.Compare(of("a", "b"), nil, of("c", "b"))
	var got []string
	for _, r := range rows {
		for i := range r.Cells {
			got = append(got, r.Name+":"+r.Cells[i].Word())
		}
	}
	want := "a:passed a:skipped a:skipped b:passed b:skipped b:same c:skipped c:skipped c:passed"
	if strings.Join(got, " ") != want {
		t.Errorf("%q", got)
	}
	if len(probe.Compare()) != 0 || len(probe.Compare(nil, nil)) != 0 {
		t.Error("rows of nothing")
	}
}
