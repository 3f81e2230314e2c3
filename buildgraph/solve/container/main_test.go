//go:build linux

package container_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/container"
	"github.com/stagedive/stagedive/examples/bases"
)

// theEngine is one engine for all tests of this package.
var theEngine enginetest.Shared

func TestMain(m *testing.M) {
	enginetest.BeDaemon()
	solve.LibraryLog(io.Discard)
	os.Exit(theEngine.Main(m))
}

// dial gives a real BuildKit: the embedded one, or that of BUILDKIT_HOST.
func dial(t testing.TB) *client.Client {
	t.Helper()
	return theEngine.Client(t)
}

var shellBase = sync.OnceValues(func() (bases.Base, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return bases.Base{}, err
	}
	return bases.Shell(context.Background(), filepath.Join(dir, "stagedive-test", "bases"))
})

// shell is the image with a shell and coreutils, and the directory of its layout.
func shell(t testing.TB) (container.Image, string) {
	t.Helper()
	b, err := shellBase()
	if err != nil {
		t.Fatalf("making the shell image: %v", err)
	}
	return layoutImage(t, b.LayoutDir, b.Digest), b.LayoutDir
}

// layoutImage is an image in an OCI layout.
func layoutImage(t testing.TB, dir string, manifest digest.Digest) container.Image {
	t.Helper()
	var m ocispecs.Manifest
	var c ocispecs.Image
	read(t, blobPath(dir, manifest), &m)
	read(t, blobPath(dir, m.Config.Digest), &c)
	im := container.Image{Open: func(_ context.Context, i int) (io.ReadCloser, error) {
		return os.Open(blobPath(dir, m.Layers[i].Digest))
	}}
	for i, l := range m.Layers {
		im.Layers = append(im.Layers, container.Layer{
			Digest: l.Digest.String(), DiffID: c.RootFS.DiffIDs[i].String(), MediaType: l.MediaType, Size: l.Size,
		})
	}
	return im
}

func blobPath(dir string, d digest.Digest) string {
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

// packed is an image of one layer that is kept in memory.
func packed(layer []byte) container.Image {
	d := digest.FromBytes(layer).String()
	return container.Image{
		Layers: []container.Layer{{Digest: d, DiffID: d, MediaType: ocispecs.MediaTypeImageLayer, Size: int64(len(layer))}},
		Open: func(context.Context, int) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(layer)), nil
		},
	}
}

// opened is an image at the engine, closed with the test.
func opened(t testing.TB, im container.Image) *container.Root {
	t.Helper()
	r, err := container.Open(t.Context(), dial(t), im)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}
