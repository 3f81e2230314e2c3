package maker_test

import (
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
)

func TestInstruction(t *testing.T) {
	for _, tt := range []struct{ createdBy, command, text string }{
		{"RUN /bin/sh -c apt-get update # buildkit", "RUN", "RUN /bin/sh -c apt-get update"},
		{"COPY --from=build /a /b # buildkit", "COPY", "COPY --from=build /a /b"},
		{"/bin/sh -c #(nop) COPY file:12 in / ", "COPY", "COPY file:12 in /"},
		{"/bin/sh -c #(nop)  ADD file:34 in / ", "ADD", "ADD file:34 in /"},
		{"/bin/sh -c apt-get update", "RUN", "/bin/sh -c apt-get update"},
		{"|1 A=b /bin/sh -c make", "RUN", "|1 A=b /bin/sh -c make"},
		{"WORKDIR /app", "WORKDIR", "WORKDIR /app"},
		{"bazel build ...", "", "bazel build ..."},
		{"", "", ""},
	} {
		if command, text := maker.Instruction(tt.createdBy); command != tt.command || text != tt.text {
			t.Errorf("%q is %q, %q", tt.createdBy, command, text)
		}
	}
}

func TestOf(t *testing.T) {
	g := &model.Graph{Stages: []model.Stage{{}, {Steps: []model.Step{{Command: "FROM"}, {Command: "COPY", Text: "COPY --from=build --chown=a:b /x /y", Line: 7}}}}}
	im := &image.Image{Layers: []image.Layer{
		{CreatedBy: "RUN x", Origin: image.Origin{Base: true, Stage: -1, Line: 3}},
		{CreatedBy: "COPY /x /y # buildkit", Origin: image.Origin{Stage: 1, Step: 1, Line: 7}},
		{CreatedBy: "RUN y", Origin: image.Origin{Stage: 9, Step: 9}},
	}}
	got := maker.Of(im, g)
	if m := got[0]; m.Command != "RUN" || m.Name() != "layer 1 of the base image" {
		t.Errorf("%+v", m)
	}
	if m := got[1]; m.Command != "COPY" || m.From != "build" || m.Name() != "line 7" || !m.Copies() {
		t.Errorf("%+v", m)
	}
	if m := got[2]; m.Command != "RUN" || m.Name() != "layer 3" || m.Copies() {
		t.Errorf("%+v", m)
	}
	if m := maker.Of(im, nil)[1]; m.Text != "COPY /x /y" {
		t.Errorf("without a Dockerfile: %+v", m)
	}
}

func TestQuote(t *testing.T) {
	for path, want := range map[string]string{
		"/usr/share/doc": "/usr/share/doc", "/a b": "'/a b'", "/x; rm -rf ~": "'/x; rm -rf ~'", "/it's": `'/it'\''s'`, "/$(id)`": "'/$(id)`'", "/ünder": "'/ünder'",
	} {
		if got := maker.Quote(path); got != want {
			t.Errorf("%q is quoted %s", path, got)
		}
	}
}
