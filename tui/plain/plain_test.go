package plain

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func after(seconds float64) time.Time {
	return start.Add(time.Duration(seconds * float64(time.Second)))
}

func shop() *model.Graph {
	return &model.Graph{
		File:  "shop/Dockerfile",
		Lines: []string{"FROM node AS deps", "RUN npm ci", "FROM deps AS test", "RUN npm test", "FROM deps AS runtime", "ENV A=b", "RUN npm run build"},
		Stages: []model.Stage{
			{Index: 0, Name: "deps", Line: 1, EndLine: 2, Steps: []model.Step{
				{Index: 0, Command: "FROM", Text: "FROM node AS deps", Line: 1, Vertex: true},
				{Index: 1, Command: "RUN", Text: "RUN npm ci", Line: 2, Vertex: true},
			}},
			{Index: 1, Name: "test", Line: 3, EndLine: 4, Steps: []model.Step{
				{Index: 0, Command: "FROM", Text: "FROM deps AS test", Line: 3},
				{Index: 1, Command: "RUN", Text: "RUN npm test", Line: 4, Vertex: true},
			}},
			{Index: 2, Name: "runtime", Line: 5, EndLine: 7, Steps: []model.Step{
				{Index: 0, Command: "FROM", Text: "FROM deps AS runtime", Line: 5},
				{Index: 1, Command: "ENV", Text: "ENV A=b", Line: 6},
				{Index: 2, Command: "RUN", Text: "RUN npm run build", Line: 7, Vertex: true},
			}},
		},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "node"}},
		Edges: []model.Edge{
			{From: 3, To: 0, Kind: model.EdgeBase, Line: 1},
			{From: 0, To: 1, Kind: model.EdgeBase, Line: 3},
			{From: 0, To: 2, Kind: model.EdgeBase, Line: 5},
		},
	}
}

func vertex(at float64, digest string, stage, step int, started, completed float64, errText string) build.Event {
	v := build.Vertex{Digest: digest, Name: digest, Error: errText, Steps: []build.StepRef{{Stage: stage, Step: step}}}
	if stage < 0 {
		v.Steps = nil
	}
	if started >= 0 {
		s := after(started)
		v.Started = &s
	}
	if completed >= 0 {
		c := after(completed)
		v.Completed = &c
		v.Cached = completed == started
	}
	v.Inputs = map[string][]string{"ci": {"from"}, "build": {"ci"}}[digest]
	return build.Event{Time: after(at), Vertex: &v}
}

func log(at float64, digest, text string) build.Event {
	return build.Event{Time: after(at), Log: &build.Log{Vertex: digest, Stream: 1, Text: text}}
}

func opening() []build.Event {
	return []build.Event{
		{Time: after(0), Notice: &build.Notice{Text: "starting the embedded BuildKit"}},
		{Time: after(0), Begin: &build.Begin{
			Version: build.SchemaVersion, Graph: shop(), Targets: []int{2},
			Engine: build.Engine{Name: "embedded", Version: "0.33.1"},
		}},
		vertex(0.1, "load", -1, 0, 0, 0.1, ""),
		vertex(1.5, "[internal] load the context", -1, 0, 0, 1.5, ""),
		vertex(2, "from", 0, 0, 2, 2, ""),
		vertex(2, "ci", 0, 1, 2, -1, ""),
		log(2.2, "ci", "added 1"),
		log(2.3, "ci", "2 packages\n10%\r20%\r\n\x1b[32mfunding\x1b[0m\nno line end"),
		vertex(4.5, "ci", 0, 1, 2, 4.5, ""),
		vertex(4.5, "build", 2, 2, 4.5, -1, ""),
	}
}

func succeeded() []build.Event {
	return append(opening(),
		build.Event{Time: after(5), Warning: &build.Warning{Message: "FROM has no tag", Line: 1}},
		vertex(70, "build", 2, 2, 4.5, 70, ""),
		build.Event{Time: after(71), End: &build.End{
			Outcome: build.OutcomeSucceeded,
			Result:  &build.Result{Digest: "sha256:1234", Tags: []string{"shop:dev"}},
		}},
	)
}

func failed() []build.Event {
	return append(opening(),
		log(5, "build", "src/a.ts(3,1): error TS1005: ';' expected.\n"),
		vertex(6, "build", 2, 2, 4.5, 6, "process did not complete successfully: exit code: 2"),
		build.Event{Time: after(6), End: &build.End{
			Outcome: build.OutcomeFailed,
			Failure: &build.Failure{
				Message: "RUN npm run build ended with exit code 2", ExitCode: 2, Vertex: "build",
				Step: &build.StepRef{Stage: 2, Step: 2}, Line: 7, EndLine: 7,
				Hint: "read the log above, mend line 7, build again",
			},
		}},
	)
}

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []build.Event
		opts   Options
	}{
		{"succeeded", succeeded(), Options{}},
		{"failed", failed(), Options{}},
		{"ascii", failed(), Options{ASCII: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			p := New(&out, c.opts)
			for _, e := range c.events {
				if err := p.Event(e); err != nil {
					t.Fatal(err)
				}
			}
			if strings.Contains(out.String(), "\x1b") {
				t.Error("plain output holds an escape sequence")
			}
			goldens.Check(t, filepath.Join("testdata", c.name+".golden"), out.String())
		})
	}
}

// A vertex event may come many times; a line comes once.
func TestRepeatedVertexEventsPrintOnce(t *testing.T) {
	var out bytes.Buffer
	p := New(&out, Options{})
	events := opening()
	for _, e := range append(events, events[4:]...) {
		if err := p.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(out.String(), "start   RUN npm run build"); n != 1 {
		t.Errorf("the start of build was printed %d times:\n%s", n, out.String())
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("pipe closed") }

func TestWriteErrorIsReported(t *testing.T) {
	p := New(broken{}, Options{})
	if err := p.Event(opening()[1]); err == nil || err.Error() != "pipe closed" {
		t.Errorf("got %v", err)
	}
}
