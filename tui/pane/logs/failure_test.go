package logs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
)

// script is a build whose only step is a heredoc, which fails at its end.
func script(lines int, log ...string) (*model.Graph, *build.Build) {
	g := &model.Graph{File: "Dockerfile", Lines: []string{"FROM busybox AS check", "RUN <<EOT"}}
	for i := range lines {
		g.Lines = append(g.Lines, fmt.Sprintf("say %d", i))
	}
	g.Lines = append(g.Lines, "exit 3", "EOT")
	end := len(g.Lines)
	g.Stages = []model.Stage{{Name: "check", Base: "busybox", Line: 1, EndLine: end, Steps: []model.Step{
		{Index: 0, Command: "FROM", Text: "FROM busybox AS check", Line: 1, EndLine: 1, Vertex: true},
		{Index: 1, Command: "RUN", Text: "RUN <<EOT", Line: 2, EndLine: end, Vertex: true},
	}}}
	at := time.Unix(1, 0)
	ref := build.StepRef{Step: 1}
	b := build.New()
	b.Apply(build.Event{Time: at, Begin: &build.Begin{Version: build.SchemaVersion, Graph: g, Targets: []int{0}}})
	v := build.Vertex{Digest: "r", Name: "RUN <<EOT", Steps: []build.StepRef{ref}, Started: &at}
	b.Apply(build.Event{Time: at, Vertex: &v})
	for _, l := range log {
		b.Apply(build.Event{Time: at, Log: &build.Log{Vertex: "r", Stream: 1, Text: l + "\n"}})
	}
	b.Apply(build.Event{Time: at, Cause: &build.Cause{Step: ref, Text: "build arg PAGES 6 → 7; also build arg PAUSE 2 → 1; stage pages ran, and so did index"}})
	v.Completed, v.Error = &at, "exit code: 3"
	b.Apply(build.Event{Time: at, Vertex: &v})
	b.Apply(build.Event{Time: at, End: &build.End{Outcome: build.OutcomeFailed, Failure: &build.Failure{
		Message: "RUN <<EOT exited with code 3", Step: &ref, Vertex: "r", ExitCode: 3, Line: 2, EndLine: end,
	}}})
	return g, b
}

// Whatever the room, one sees where the instruction begins, how it ends, and the
// last line of its log.
func TestTheEndOfAScriptThatFailed(t *testing.T) {
	for _, lines := range []int{1, 9, 60} {
		for height := 11; height <= 50; height++ {
			log := []string{"one", "two", "three", "the reason"}
			g, b := script(lines, log[height%len(log):]...)
			p := New(time.UTC)
			p.SetSize(52, height)
			p.SetStep(g, b, build.StepRef{Step: 1}, true)
			th := theme.New(theme.Options{Profile: colorprofile.TrueColor})
			view := p.View(pane.Look{Theme: th, Now: b.Ended, Ways: []pane.Way{{Key: "s", Word: "shell"}, {Key: "r", Word: "retry"}}})
			screen := ansi.Strip(strings.Join(view, "\n"))
			for _, want := range []string{"exit code 3 · check:2", "check:2 RUN say 0", "2  RUN <<EOT", "exit 3", "s shell · r retry", "the reason"} {
				if !strings.Contains(screen, want) {
					t.Fatalf("%d lines in %d rows: no %q in\n%s", lines, height, want, screen)
				}
			}
			if strings.Count(screen, "RUN <<EOT") != 1 || len(view) != height {
				t.Fatalf("%d lines in %d rows:\n%s", lines, height, screen)
			}
			if whole := lines+4 <= height-13; whole && strings.Contains(screen, "┄") {
				t.Fatalf("%d lines in %d rows are cut:\n%s", lines, height, screen)
			}
		}
	}
}
