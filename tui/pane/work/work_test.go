package work_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane/work"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

func at(s float64) time.Time { return time.Unix(1000, 0).Add(time.Duration(s * float64(time.Second))) }

// busy is a build that loads a context, pulls an image for a step, and runs one.
func busy() *build.Build {
	b := build.New()
	b.Apply(build.Event{Time: at(0), Begin: &build.Begin{}})
	vertex := func(digest, name string, from float64, to float64, steps ...build.StepRef) {
		v := build.Vertex{Digest: digest, Name: name, Steps: steps}
		start, end := at(from), at(to)
		if v.Started = &start; to > 0 {
			v.Completed = &end
		}
		b.Apply(build.Event{Vertex: &v})
	}
	vertex("def", "[internal] load build definition from Dockerfile", 0, 0.1)
	vertex("ctx", "[internal] load build context", 1, 0)
	vertex("from", "[1/2] FROM docker.io/library/node:20@sha256:abc", 1, 0, build.StepRef{})
	vertex("run", "[2/2] RUN make", 1, 0, build.StepRef{Step: 1})
	b.Apply(build.Event{Progress: &build.Progress{Vertex: "ctx", ID: "transferring context:", Current: 512_000_000}})
	b.Apply(build.Event{Progress: &build.Progress{Vertex: "from", ID: "sha256:1", Current: 10_000_000, Total: 10_000_000, Done: true}})
	b.Apply(build.Event{Progress: &build.Progress{Vertex: "from", ID: "sha256:2", Current: 8_000_000, Total: 30_000_000}})
	return b
}

func TestRunning(t *testing.T) {
	b := busy()
	if jobs := work.Running(b, at(1.2), nil); len(jobs) != 0 {
		t.Errorf("what has just begun is shown: %+v", jobs)
	}
	th := theme.New(theme.Options{Profile: colorprofile.NoTTY})
	jobs := work.Running(b, at(4), nil)
	if len(jobs) != 2 {
		t.Fatalf("%+v", jobs)
	}
	for i, want := range [][]string{
		{"load build context", "transferring context", "512.0 MB", "3s"},
		{"pulling docker.io/library/node:20 ", " 45 % of 40.0 MB", "3s"},
	} {
		line := jobs[i].Line(th, at(4), 90)
		for _, w := range want {
			if !strings.Contains(line, w) {
				t.Errorf("%q is not in %q", w, line)
			}
		}
		if strings.Contains(line, "sha256") || widget.Width(line) != 90 {
			t.Errorf("%q", line)
		}
	}
	if jobs := work.Running(b, at(4), []string{"from"}); len(jobs) != 1 {
		t.Errorf("what is shown already is shown again: %+v", jobs)
	}
	b.Apply(build.Event{Progress: &build.Progress{Vertex: "from", ID: "sha256:2", Current: 30_000_000, Total: 30_000_000, Done: true}})
	b.Apply(build.Event{Progress: &build.Progress{Vertex: "from", ID: "extracting sha256:2", Current: 1}})
	line := work.Running(b, at(4), nil)[1].Line(th, at(4), 90)
	if !strings.Contains(line, "extracting") || !strings.Contains(line, "40.0 MB") || strings.Contains(line, "%") {
		t.Errorf("an image that is unpacked: %q", line)
	}
	b.Apply(build.Event{Time: at(5), End: &build.End{Outcome: build.OutcomeFailed}})
	if jobs := work.Running(b, at(9), nil); len(jobs) != 0 {
		t.Errorf("work goes on after the end: %+v", jobs)
	}
}

func TestJobs(t *testing.T) {
	jobs := work.Jobs(busy(), at(4))
	if len(jobs) != 2 || jobs[0].Name != "load build definition from Dockerfile" || jobs[0].Running || jobs[0].Took != 100*time.Millisecond || !jobs[1].Running {
		t.Errorf("%+v", jobs)
	}
}

func TestShort(t *testing.T) {
	for vertex, want := range map[string]string{
		"[internal] load metadata for docker.io/library/node:20":   "load metadata",
		"[internal] load build definition from Dockerfile":         "load build definition",
		"exporting to oci image format":                            "exporting",
		"[internal] load build context":                            "load build context",
		"docker-image://docker.io/docker/dockerfile:1@sha256:abcd": "docker-image",
	} {
		if got := work.Short(vertex); got != want {
			t.Errorf("%q became %q, want %q", vertex, got, want)
		}
	}
}
