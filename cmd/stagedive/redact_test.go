package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/model/build"
)

// A secret that somebody wrote into the Dockerfile stays out of records, rawjson
// and plain lines, whichever event brings it along.
func TestWhatLeavesTheScreenHasNoSecret(t *testing.T) {
	const canary = "hunter2-canary"
	run := "RUN curl --password " + canary + " https://example.com"
	g := buildgraph.Parse([]byte("ARG NPM_TOKEN="+canary+"\nFROM scratch\nENV DB_PASSWORD="+canary+"\n"+run+"\n"), buildgraph.Options{File: "Dockerfile"})
	started := time.Unix(1, 0)
	events := []build.Event{
		{Begin: &build.Begin{Version: build.SchemaVersion, Graph: g, Targets: []int{0}}},
		{Vertex: &build.Vertex{Digest: "a", Name: "[2/2] " + run, Steps: []build.StepRef{{Stage: 0, Step: 2}}, Started: &started}},
		{Vertex: &build.Vertex{Digest: "a", Name: "[2/2] " + run, Started: &started, Completed: &started, Error: `process "` + run + `" did not complete`}},
		{End: &build.End{Outcome: build.OutcomeFailed, Failure: &build.Failure{Message: run + " exited with code 1", Vertex: "a", Line: 4, EndLine: 4}}},
	}
	for _, mode := range []string{"rawjson", "plain"} {
		var out bytes.Buffer
		show, err := shower(environment{stdout: &out, getenv: func(string) string { return "" }}, mode)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if err := show(redacted(e)); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Contains(out.String(), canary) {
			t.Errorf("%s tells it:\n%s", mode, out.String())
		}
		if !strings.Contains(out.String(), "curl") {
			t.Errorf("%s lost the instruction:\n%s", mode, out.String())
		}
	}
	if g.Stages[0].Steps[2].Text != run {
		t.Error("the graph on the screen was changed")
	}
}
