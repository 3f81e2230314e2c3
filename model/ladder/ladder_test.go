package ladder_test

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/ladder"
)

// file is a layer of one file; its content is what its size stands for.
func file(path string, size int64) *image.Tree {
	b := image.NewBuilder()
	b.Add(image.Entry{Path: path, Mode: 0o644, Size: size, Sum: uint64(size) + 1})
	return b.Tree()
}

// of makes an image of layers; a stage of -1 is the base image.
type written struct {
	stage, step int
	tree        *image.Tree
}

func img(layers ...written) *crossing.Look {
	im := &image.Image{}
	for i, l := range layers {
		o := image.Origin{Stage: l.stage, Step: l.step, Base: l.stage < 0}
		im.Layers = append(im.Layers, image.Layer{Index: i, Origin: o, Tree: l.tree, Size: l.tree.Size(image.Root)})
	}
	return &crossing.Look{Image: im}
}

const dockerfile = `ARG VERSION=1
FROM golang:$VERSION AS deps
RUN get
FROM busybox AS assets
RUN pack
FROM deps AS build
COPY . .
RUN --mount=type=bind,from=assets,source=/out/static,target=/static \
    make
FROM alpine AS runtime
RUN apk add certs
COPY --chown=app --from=build /out/app /app
COPY --from=assets /out/static/*.css /static/
`

// shop is a Dockerfile with two builders, and the images of its stages.
func shop() crossing.Input {
	step := func(i int, command, text string, line, end int) model.Step {
		return model.Step{Index: i, Command: command, Text: text, Line: line, EndLine: end}
	}
	g := &model.Graph{
		File: "Dockerfile", Lines: strings.Split(strings.TrimSuffix(dockerfile, "\n"), "\n"),
		Args: []model.Arg{{Name: "VERSION", Value: "1", Default: "1", Line: 1}},
		Stages: []model.Stage{
			{Index: 0, Name: "deps", Base: "golang:1", BaseRaw: "golang:$VERSION", Steps: []model.Step{step(0, "FROM", "FROM golang:$VERSION AS deps", 2, 2), step(1, "RUN", "RUN get", 3, 3)}},
			{Index: 1, Name: "assets", Base: "busybox", Steps: []model.Step{step(0, "FROM", "FROM busybox AS assets", 4, 4), step(1, "RUN", "RUN pack", 5, 5)}},
			{Index: 2, Name: "build", Base: "deps", Steps: []model.Step{step(0, "FROM", "FROM deps AS build", 6, 6), step(1, "COPY", "COPY . .", 7, 7), step(2, "RUN", "RUN --mount=type=bind,from=assets,source=/out/static,target=/static make", 8, 9)}},
			{Index: 3, Name: "runtime", Base: "alpine", Steps: []model.Step{
				step(0, "FROM", "FROM alpine AS runtime", 10, 10), step(1, "RUN", "RUN apk add certs", 11, 11),
				step(2, "COPY", "COPY --chown=app --from=build /out/app /app", 12, 12), step(3, "COPY", "COPY --from=assets /out/static/*.css /static/", 13, 13),
			}},
		},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "golang:1"}, {Kind: model.ExternalImage, Ref: "busybox"}, {Kind: model.ExternalImage, Ref: "alpine"}},
		Edges: []model.Edge{
			{From: 4, To: 0, Kind: model.EdgeBase, Line: 2},
			{From: 5, To: 1, Kind: model.EdgeBase, Line: 4},
			{From: 0, To: 2, Kind: model.EdgeBase, Line: 6},
			{From: 1, To: 2, Kind: model.EdgeMount, Step: 2, Line: 8, Paths: []string{"/out/static"}},
			{From: 6, To: 3, Kind: model.EdgeBase, Line: 10},
			{From: 2, To: 3, Kind: model.EdgeCopy, Step: 2, Line: 12, Paths: []string{"/out/app"}},
			{From: 1, To: 3, Kind: model.EdgeCopy, Step: 3, Line: 13, Paths: []string{"/out/static/*.css"}},
		},
	}
	g.Stages[2].Steps[2].Mounts = []model.Mount{{Type: "bind", From: "assets", Source: "/out/static", Target: "/static"}}
	g.Stages[2].Steps[1].Copy = &model.Copy{From: model.None, Sources: []string{"."}, Dest: "/src"}
	g.Stages[3].Steps[2].Copy = &model.Copy{From: 2, Sources: []string{"/out/app"}, Dest: "/app"}
	g.Stages[3].Steps[3].Copy = &model.Copy{From: 1, Sources: []string{"/out/static/*.css"}, Dest: "/static", Into: true}
	golang, busybox, alpine := written{-1, -1, file("usr/go", 400_000)}, written{-1, -1, file("bin/sh", 4_000)}, written{-1, -1, file("lib/musl", 7_000)}
	deps := written{0, 1, file("cache", 50_000)}
	pack := written{1, 1, file("out/static/a.css", 300)}
	return crossing.Input{Graph: g, Target: 3, Looks: map[int]*crossing.Look{
		0: img(golang, deps),
		1: img(busybox, pack),
		2: img(golang, deps, written{2, 1, file("src/main.go", 100)}, written{2, 2, file("out/app", 9_000)}),
		3: img(alpine, written{3, 1, file("etc/certs", 200)}, written{3, 2, file("app", 9_000)}, written{3, 3, file("static/a.css", 300)}),
	}}
}

func TestRungs(t *testing.T) {
	in := shop()
	l := ladder.Of(in, crossing.Of(in))
	got := ""
	for _, r := range l.Rungs {
		got += fmt.Sprintf("%s %s from %q: %d, base %d, %.3f\n", r.Kind, r.Name, r.From, r.Bytes, r.Base, r.Share)
	}
	// In one stage: the builder, what assets packs, and the certificates.
	want := `base golang:1 from "": 400000, base 400000, 0.870
base busybox from "": 4000, base 4000, 0.009
base alpine from "": 7000, base 7000, 0.015
stage deps from "golang:1": 450000, base 400000, 0.979
stage assets from "busybox": 4300, base 4000, 0.009
stage build from "deps": 459100, base 400000, 0.999
single all in one stage from "golang:1": 459600, base 400000, 1.000
final runtime from "alpine": 16500, base 7000, 0.036
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if want := "at least 459.6 kB in one stage → 16.5 kB, 96 % less; 7.0 kB of it is the base, alpine"; l.Headline != want {
		t.Errorf("got  %s\nwant %s", l.Headline, want)
	}
	if d := l.Derived; d.Builder != "build" || len(d.Misses) != 2 || d.Misses[0] != "busybox (assets)" || d.Misses[1] != "alpine (runtime)" {
		t.Errorf("%+v", d)
	}
}

func TestSameFilesAreThereOnce(t *testing.T) {
	in := shop()
	in.Looks[3].Image.Layers[1].Tree = file("src/main.go", 100) // what the builder has already
	l := ladder.Of(in, crossing.Of(in))
	if single, _ := l.Rung(ladder.Single); single.Bytes != 459_400 {
		t.Errorf("%d bytes", single.Bytes)
	}
}

func TestOneStage(t *testing.T) {
	in := shop()
	in.Target = 1
	l := ladder.Of(in, crossing.Of(in))
	if l.Derived != nil || l.Separate != nil || l.Headline != "4.3 kB; 4.0 kB of it is the base, busybox" || len(l.Rungs) != 2 {
		t.Errorf("%+v", l)
	}
	in.Target = 0
	in.Looks = nil
	if l := ladder.Of(in, crossing.Of(in)); l.Headline != "deps was not looked at" {
		t.Error(l.Headline)
	}
	if l := ladder.Of(crossing.Input{}, crossing.Of(crossing.Input{})); len(l.Rungs) != 0 {
		t.Errorf("%+v", l)
	}
}

// A target that is built upon its builder leaves nothing behind.
func TestTargetUponItsBuilder(t *testing.T) {
	in := shop()
	in.Target = 2
	l := ladder.Of(in, crossing.Of(in))
	if single, _ := l.Rung(ladder.Single); single.Bytes != 459_400 || l.Derived.Builder != "deps" {
		t.Errorf("%d bytes upon %s", single.Bytes, l.Derived.Builder)
	}
	if less, ok := l.Less(); !ok || less < 0 || less > 0.01 {
		t.Errorf("%f less", less)
	}
}

// A target that ships the tools is as large as one stage would be, whatever else it takes.
func TestTargetThatShipsItsTools(t *testing.T) {
	in := shop()
	g := in.Graph
	g.Stages[3].Base, g.Stages[3].Steps[0].Text = "build", "FROM build AS runtime"
	g.Edges[4].From = 2
	build := in.Looks[2].Image.Layers
	look := img(written{3, 1, file("etc/certs", 200)}, written{3, 3, file("static/a.css", 300)})
	look.Image.Layers = append(slices.Clone(build), look.Image.Layers...)
	in.Looks[3] = look
	l := ladder.Of(in, crossing.Of(in))
	// What assets packs is there, and copied to another path once more.
	if single, _ := l.Rung(ladder.Single); l.Derived.Builder != "build" || single.Bytes != 459_600 {
		t.Errorf("%d bytes upon %s", single.Bytes, l.Derived.Builder)
	}
	if want := "at least 459.6 kB in one stage → 459.6 kB, as large; 400.0 kB of it is the base, golang:1"; l.Headline != want {
		t.Errorf("got  %s\nwant %s", l.Headline, want)
	}
}

func TestSeparateFiles(t *testing.T) {
	in := shop()
	s := ladder.Of(in, crossing.Of(in)).Separate
	got := ""
	for _, f := range s.Files {
		got += fmt.Sprintf("-- %s (%s) --\n%s\n", f.Name, strings.Join(f.Stages, ", "), strings.Join(f.Lines, "\n"))
	}
	got += "-- build.sh --\n" + strings.Join(s.Script, "\n") + "\n-- replaces --\n" + strings.Join(s.Replaces, "\n") + "\n"
	goldens.Check(t, "testdata/separate.txt", got)
}

// A shell must be able to read what is printed for it.
func TestScriptIsOne(t *testing.T) {
	in := shop()
	cmd := exec.Command("sh", "-n")
	cmd.Stdin = strings.NewReader(strings.Join(ladder.Of(in, crossing.Of(in)).Separate.Script, "\n"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
