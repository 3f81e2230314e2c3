// Package containertest makes images for tests that run commands in containers.
package containertest

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/buildgraph/solve/container"
	"github.com/stagedive/stagedive/examples/bases"
)

// Shell is the image with a shell and coreutils. It is made once for this machine.
func Shell(t testing.TB) container.Image {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bases.Shell(context.Background(), filepath.Join(dir, "stagedive-test", "bases"))
	if err != nil {
		t.Fatalf("making the shell image: %v", err)
	}
	return layout(t, b.LayoutDir, b.Digest)
}

// Over puts a layer over an image; over the zero Image it is one of that layer alone.
func Over(im container.Image, layer []byte) container.Image {
	d, n, below := digest.FromBytes(layer).String(), len(im.Layers), im.Open
	im.Layers = append(im.Layers[:n:n], container.Layer{Digest: d, DiffID: d, MediaType: ocispecs.MediaTypeImageLayer, Size: int64(len(layer))})
	im.Open = func(ctx context.Context, i int) (io.ReadCloser, error) {
		if i < n {
			return below(ctx, i)
		}
		return io.NopCloser(bytes.NewReader(layer)), nil
	}
	return im
}

// Layer is a layer with a program in it.
func Layer(t testing.TB, name string, program []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(program))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(program); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// layout is an image in an OCI layout.
func layout(t testing.TB, dir string, manifest digest.Digest) container.Image {
	t.Helper()
	var m ocispecs.Manifest
	var c ocispecs.Image
	read(t, blob(dir, manifest), &m)
	read(t, blob(dir, m.Config.Digest), &c)
	im := container.Image{Open: func(_ context.Context, i int) (io.ReadCloser, error) {
		return os.Open(blob(dir, m.Layers[i].Digest))
	}}
	for i, l := range m.Layers {
		im.Layers = append(im.Layers, container.Layer{
			Digest: l.Digest.String(), DiffID: c.RootFS.DiffIDs[i].String(), MediaType: l.MediaType, Size: l.Size,
		})
	}
	return im
}

func blob(dir string, d digest.Digest) string {
	return filepath.Join(dir, ocispecs.ImageBlobsDir, d.Algorithm().String(), d.Encoded())
}

func read(t testing.TB, name string, to any) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(raw, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}
