package reproduce_test

import (
	"archive/tar"
	"bytes"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/stagedive/stagedive/inspect/reproduce"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/reproduction"
)

var began = time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)

// member is an entry of a layer's archive; what is not said of it is a file that a build
// wrote.
type member struct {
	tar.Header
	data string
}

func file(name, data string) member { return member{tar.Header{Name: name}, data} }

func (m member) at(seconds int) member {
	m.ModTime = began.Add(time.Duration(seconds) * time.Second)
	return m
}

// step is an instruction and the layer it made.
type step struct {
	by      string // as the history tells; "" for a layer of a base image
	members []member
}

func archive(t testing.TB, members []member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := m.Header
		if h.Typeflag == 0 {
			h.Typeflag, h.Size = tar.TypeReg, int64(len(m.data))
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if h.ModTime.IsZero() {
			h.ModTime = began
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// image writes an image into a layout and gives its reference.
func image(t testing.TB, steps []step) string {
	t.Helper()
	im := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	for _, s := range steps {
		raw := archive(t, s.members)
		l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }, tarball.WithMediaType(types.OCIUncompressedLayer))
		if err != nil {
			t.Fatal(err)
		}
		by := s.by
		if by == "" {
			by = "made elsewhere"
		}
		if im, err = mutate.Append(im, mutate.Addendum{Layer: l, History: v1.History{CreatedBy: by, Comment: "buildkit.dockerfile.v0"}}); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "layout")
	p, err := layout.Write(dir, empty.Index)
	if err == nil {
		err = p.AppendImage(im)
	}
	if err != nil {
		t.Fatal(err)
	}
	d, err := im.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return "oci:" + dir + "@" + d.String()
}

// graph is a Dockerfile of as little as these tests need: FROM, RUN, and COPY of one path
// to an absolute one.
func graph(t testing.TB, text string) *model.Graph {
	t.Helper()
	g := &model.Graph{File: "Dockerfile"}
	node := func(name string) model.NodeID {
		if i, ok := g.FindStage(name); ok {
			return model.NodeID(i)
		}
		i := slices.IndexFunc(g.Externals, func(x model.External) bool { return x.Ref == name })
		if i < 0 {
			i = len(g.Externals)
			g.Externals = append(g.Externals, model.External{Kind: model.ExternalImage, Ref: name})
		}
		return model.NodeID(strings.Count("\n"+text, "\nFROM ") + i)
	}
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		words := strings.Fields(line)
		s := model.Step{Command: words[0], Text: line, Line: i + 1, EndLine: i + 1}
		if words[0] == "FROM" {
			at := model.NodeID(len(g.Stages))
			if words[1] != "scratch" {
				g.Edges = append(g.Edges, model.Edge{From: node(words[1]), To: at, Kind: model.EdgeBase})
			}
			st := model.Stage{Index: int(at), Base: words[1], Line: i + 1}
			if len(words) == 4 {
				st.Name = words[3]
			}
			g.Stages = append(g.Stages, st)
		}
		if words[0] == "COPY" {
			s.Copy = &model.Copy{From: model.None}
			if name, ok := strings.CutPrefix(words[1], "--from="); ok {
				s.Copy.From, words = node(name), words[1:]
			}
			s.Copy.Sources, s.Copy.Dest, s.Copy.Into = words[1:2], path.Clean(words[2]), strings.HasSuffix(words[2], "/")
		}
		st := &g.Stages[len(g.Stages)-1]
		s.Index, st.EndLine = len(st.Steps), i+1
		st.Steps = append(st.Steps, s)
	}
	return g
}

// compare judges two builds of a Dockerfile: images of its stages, in both.
func compare(t testing.TB, dockerfile string, target int, stages map[int][2][]step) *reproduction.Verdict {
	t.Helper()
	g := graph(t, dockerfile)
	refs := map[int][2]string{}
	for i, s := range stages {
		refs[i] = [2]string{image(t, s[0]), image(t, s[1])}
	}
	v, err := reproduce.Compare(t.Context(), reproduce.Options{Graph: g, Target: target, Refs: refs, Began: began})
	if err != nil {
		t.Fatal(err)
	}
	v.Judge(g, target)
	return v
}
