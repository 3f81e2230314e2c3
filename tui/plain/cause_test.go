package plain

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/build"
)

// A step says why it runs, the summary what that cost and what would spare it.
func TestCauses(t *testing.T) {
	from := build.StepRef{Stage: 0, Step: 1}
	then := build.StepRef{Stage: 2, Step: 2}
	events := append(opening()[:2],
		vertex(1, "deps", 0, 1, 1, -1, ""),
		build.Event{Time: after(1), Cause: &build.Cause{
			Step: from, Kind: build.CauseFiles, Text: "a.txt changed", Also: []string{"the user changed"},
			Advice: &build.Advice{Text: "move it down", Spare: []build.StepRef{then}},
		}},
		vertex(3, "deps", 0, 1, 1, 3, ""),
		vertex(3, "build", 2, 2, 3, -1, ""),
		build.Event{Time: after(3), Cause: &build.Cause{Step: then, Kind: build.CauseStage, Text: "stage deps ran (line 2)", Earlier: &from}},
		vertex(9, "build", 2, 2, 3, 9, ""),
		build.Event{Time: after(9), End: &build.End{Outcome: build.OutcomeSucceeded}},
	)
	var out bytes.Buffer
	p := New(&out, Options{})
	for _, e := range events {
		if err := p.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		"[deps:2]   because a.txt changed; also the user changed\n",
		"[runtime:7]   because stage deps ran (line 2)\n",
		"what ran, and why:\n  [deps:2] a.txt changed: 2 steps, 8.0s\n      advice: move it down; that would have spared 6.0s of 8.0s\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}

// Steps that the user wanted to run anew need no word each.
func TestNoCacheIsSaidOnce(t *testing.T) {
	var out bytes.Buffer
	p := New(&out, Options{})
	events := opening()[:2]
	for i, ref := range []build.StepRef{{Stage: 0, Step: 1}, {Stage: 2, Step: 2}} {
		at := float64(i)
		events = append(events, vertex(at+1, string(rune('a'+i)), ref.Stage, ref.Step, at, at+1, ""),
			build.Event{Time: after(at), Cause: &build.Cause{Step: ref, Kind: build.CauseNoCache, Text: "no cache: --no-cache"}})
	}
	for _, e := range append(events, build.Event{Time: after(9), End: &build.End{Outcome: build.OutcomeSucceeded}}) {
		if err := p.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(out.String(), "--no-cache"); n != 1 || !strings.Contains(out.String(), "no cache: --no-cache: 2 steps, 2.0s") {
		t.Errorf("said %d times:\n%s", n, out.String())
	}
}
