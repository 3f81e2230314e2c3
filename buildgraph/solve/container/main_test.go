//go:build linux

package container_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/embedded"
	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/container"
	"github.com/stagedive/stagedive/examples/bases"
)

// TestMain makes the test binary its own embedded engine, as the program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.DaemonCommand {
		os.Exit(embedded.Main(context.Background(), os.Args[2:], os.Stderr))
	}
	solve.LibraryLog(io.Discard)
	code := m.Run()
	if err := theEngine.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "ending the engine:", err)
		code = 1
	}
	os.Exit(code)
}

// theEngine is one engine for all tests of this package.
var theEngine sharedEngine

type sharedEngine struct {
	once sync.Once
	dir  string
	conn *engine.Conn
	err  error
}

func (s *sharedEngine) start() {
	if s.dir, s.err = os.MkdirTemp("", "stagedive-container-"); s.err != nil {
		return
	}
	exe, err := os.Executable()
	if err != nil {
		s.err = err
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s.conn, s.err = engine.Dial(ctx, engine.Options{
		Address: os.Getenv("BUILDKIT_HOST"),
		Exe:     exe,
		Dirs:    engine.Dirs{State: filepath.Join(s.dir, "state"), Runtime: filepath.Join(s.dir, "run"), Temp: os.TempDir()},
		Idle:    time.Second,
		Env:     append(os.Environ(), "XDG_CONFIG_HOME="+filepath.Join(s.dir, "config")),
	})
}

// stop gives the engine up, waits until it has ended, and removes what it left.
func (s *sharedEngine) stop() error {
	if s.conn != nil {
		s.conn.Close()
		lock := filepath.Join(s.dir, "state", "buildkit", "engine.lock")
		if _, err := os.Stat(lock); err == nil { // the embedded one's: it holds it to its end
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			held := flock.New(lock)
			if _, err := held.TryLockContext(ctx, 20*time.Millisecond); err != nil {
				return err
			}
			defer held.Unlock()
		}
	}
	if s.dir == "" {
		return nil
	}
	mounts, err := enginetest.Mounts(s.dir)
	if sockets := enginetest.Sockets(s.dir); err == nil && len(mounts)+len(sockets) > 0 {
		err = fmt.Errorf("left: %q, %q", mounts, sockets)
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// dial gives a real BuildKit: the embedded one, or that of BUILDKIT_HOST.
func dial(t testing.TB) *client.Client {
	t.Helper()
	theEngine.once.Do(theEngine.start)
	if err := theEngine.err; err != nil {
		if os.Getenv("STAGEDIVE_REQUIRE_ENGINE") != "" {
			t.Fatalf("no engine: %v", err)
		}
		t.Skipf("no engine: %v", err)
	}
	return theEngine.conn.Client
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
