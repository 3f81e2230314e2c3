package maker_test

import (
	"strings"
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

// TestBaseByHistory: without a Dockerfile the history tells what the base image brought.
func TestBaseByHistory(t *testing.T) {
	for _, tt := range []struct {
		name    string
		history string // "-" before what made no layer
		want    int    // layers of the base image
	}{
		{"a distribution's script", "# debian.sh --arch 'amd64' out/ 'bookworm' '@1';-ENV A=b;RUN /bin/sh -c apt-get install x # buildkit;-CMD [\"nginx\"]", 1},
		{"an image on an image", "ADD rootfs.tar / # buildkit;-CMD [\"bash\"];RUN a;COPY b /b;-CMD [\"node\"];COPY . /app;RUN c;-CMD [\"npm\"]", 3},
		{"the older builder", "/bin/sh -c #(nop) ADD file:1 in / ;-/bin/sh -c #(nop)  CMD [\"sh\"];/bin/sh -c make", 1},
		{"the distribution itself", "ADD rootfs.tar / # buildkit;-CMD [\"sh\"]", 0},
		{"from scratch", "COPY a /a # buildkit;COPY b /b # buildkit;-CMD [\"/a\"]", 0},
		{"nobody knows", ";", 0},
	} {
		im := &image.Image{}
		for s := range strings.SplitSeq(tt.history, ";") {
			h := image.History{CreatedBy: s, Layer: -1}
			if h.CreatedBy, h.Empty = strings.CutPrefix(s, "-"); !h.Empty {
				h.Layer = len(im.Layers)
				im.Layers = append(im.Layers, image.Layer{Index: h.Layer, CreatedBy: s, Origin: image.Unknown})
			}
			im.History = append(im.History, h)
		}
		got := 0
		for i, m := range maker.Of(im, nil) {
			if m.Base && i == got {
				got++
			}
		}
		if got != tt.want {
			t.Errorf("%s: %d layers are the base image's, want %d", tt.name, got, tt.want)
		}
		for i := range im.Layers { // whose Dockerfile is known
			im.Layers[i].Origin = image.Origin{Stage: 0, Step: i, Line: i + 1}
		}
		for i, m := range maker.Of(im, nil) {
			if m.Base {
				t.Errorf("%s: layer %d, of a line that is known, is said to be the base image's", tt.name, i)
			}
		}
	}
}
