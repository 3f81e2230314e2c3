package comparison_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/internal/manual"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/probe"
)

// asked are sides of which one behaves otherwise, and one does not work.
func asked() *compare.Comparison {
	number := func(n int) *int { return &n }
	said := func(s string) probe.Bytes { return probe.Bytes{Kept: []byte(s), All: int64(len(s))} }
	version := probe.Probe{Name: "version", Start: probe.Command, Args: []string{"app", "--version"}, Ask: probe.End}
	serves := probe.Probe{Name: "serves what it has with a name that is longer than any column", Start: probe.Itself, Ask: probe.HTTP, Port: 8080, Path: "/healthz"}
	check := probe.Probe{Name: "HEALTHCHECK", Start: probe.Itself, Ask: probe.Healthcheck}
	long := strings.Repeat("a line that is printed\n", 20)
	side := func(name string, all ...probe.Outcome) compare.Side { return compare.Side{Name: name, Probes: all} }
	skipped := check.Judge(probe.Ran{Problem: "the image has no HEALTHCHECK"}, nil)
	skipped.State = probe.Skipped
	unknown := check.Judge(probe.Ran{Problem: "this is an image for another platform"}, nil)
	unknown.State = probe.NotRun
	return compare.New(
		side("registry.example.com/team/project/fat:1.2.3",
			version.Judge(probe.Ran{Exit: number(0), Stdout: said(long), Stderr: said("warning: slow\n"), Took: 120 * time.Millisecond}, nil),
			serves.Judge(probe.Ran{Status: 200, Body: said("ok\n"), Took: 300 * time.Millisecond}, nil),
			check.Judge(probe.Ran{Exit: number(0), Took: time.Second}, nil)),
		side("slim",
			version.Judge(probe.Ran{Exit: number(0), Stdout: said(long), Took: 90 * time.Millisecond}, nil),
			serves.Judge(probe.Ran{Status: 204, Took: 300 * time.Millisecond}, nil), skipped),
		side("broken",
			version.Judge(probe.Ran{Exit: number(127), Problem: "app: there is no such program in the image's PATH"}, nil),
			serves.Judge(probe.Ran{Problem: "it ended with exit code 3 before it answered", Last: []byte("starting\nfatal: no database\n"), Took: 70 * time.Millisecond}, nil), unknown),
	)
}

func TestBehaviour(t *testing.T) {
	for _, width := range []int{60, 80, 120, 200} {
		for _, ascii := range []bool{false, true} {
			r := comparison.Report{Comparison: asked(), Width: width, ASCII: ascii}
			var b bytes.Buffer
			if err := comparison.Behaviour(&b, r); err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("testdata/behaviour-%d.txt", width)
			if ascii {
				name = fmt.Sprintf("testdata/behaviour-%d-ascii.txt", width)
			}
			goldens.Check(t, name, b.String())
			for line := range strings.Lines(b.String()) {
				if n := displaywidth.String(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%d cells in %d: %s", n, width, line)
				}
				if ascii && strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
					t.Errorf("no ASCII: %q", line)
				}
			}
		}
	}
	var b bytes.Buffer
	if err := comparison.Text(&b, comparison.Report{Comparison: compare.New(compare.Side{Name: "a"}, compare.Side{Name: "b"})}); err != nil || strings.Contains(b.String(), "behaviour") {
		t.Errorf("nothing was asked: %v\n%s", err, b.String())
	}
}

// The page on probes tells of every key of the JSON form, and of no other.
func TestBehaviourJSON(t *testing.T) {
	var b bytes.Buffer
	if err := comparison.BehaviourJSON(&b, comparison.Report{Comparison: asked()}); err != nil {
		t.Fatal(err)
	}
	var back comparison.Behaved
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back.Behaves || len(back.Sides) != 3 || !reflect.DeepEqual(back.Probes, asked().Behaviour()) {
		t.Errorf("%v %+v", err, back)
	}
	want := slices.Compact(manual.KeysOf(reflect.TypeFor[comparison.Behaved]()))
	if got := manual.Keys(t, "../../../docs/probes.md", "## As JSON"); !slices.Equal(got, want) {
		t.Errorf("the page tells of\n%q\nthere are\n%q", got, want)
	}
}
