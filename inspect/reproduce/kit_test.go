package reproduce_test

import (
	"archive/tar"
	"bytes"
	"io"
	"path/filepath"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/inspect/reproduce"
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

// compare judges two builds of a Dockerfile: images of its stages, in both.
func compare(t testing.TB, dockerfile string, target int, stages map[int][2][]step) *reproduction.Verdict {
	t.Helper()
	g := buildgraph.Parse([]byte(dockerfile), buildgraph.Options{File: "Dockerfile"})
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
