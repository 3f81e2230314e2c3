//go:build linux

package prober_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
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
	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/buildgraph/solve/prober/asker"
	"github.com/stagedive/stagedive/examples/bases"
)

// inside is how the test binary is called as the helper in a container.
const inside = "inside"

// TestMain makes the test binary its own embedded engine and its own helper, as the
// program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.DaemonCommand {
		os.Exit(embedded.Main(context.Background(), os.Args[2:], os.Stderr))
	}
	if len(os.Args) > 2 && os.Args[1] == inside && os.Args[2] == asker.Command {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		err := asker.Main(ctx, os.Args[3:], os.Stdout)
		stop()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
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
	if s.dir, s.err = os.MkdirTemp("", "stagedive-prober-"); s.err != nil {
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

// server is the program of testdata/server, static.
var server = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "stagedive-server-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "server")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", name, "./testdata/server")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return os.ReadFile(name)
})

// layerOf is a layer with the server in it.
func layerOf(t testing.TB, name string) []byte {
	t.Helper()
	data, err := server()
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(data))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// scratch is an image that holds the server and nothing else.
func scratch(t testing.TB) container.Image {
	return over(container.Image{}, layerOf(t, "server"))
}

// fat is one with a shell and commands, and the server.
func fat(t testing.TB) container.Image {
	t.Helper()
	b, err := shellBase()
	if err != nil {
		t.Fatalf("making the shell image: %v", err)
	}
	return over(layoutImage(t, b.LayoutDir, b.Digest), layerOf(t, "server"))
}

var shellBase = sync.OnceValues(func() (bases.Base, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return bases.Base{}, err
	}
	return bases.Shell(context.Background(), filepath.Join(dir, "stagedive-test", "bases"))
})

// over puts a layer over an image.
func over(im container.Image, layer []byte) container.Image {
	d, n, below := digest.FromBytes(layer).String(), len(im.Layers), im.Open
	im.Layers = append(im.Layers, container.Layer{Digest: d, DiffID: d, MediaType: ocispecs.MediaTypeImageLayer, Size: int64(len(layer))})
	im.Open = func(ctx context.Context, i int) (io.ReadCloser, error) {
		if i < n {
			return below(ctx, i)
		}
		return io.NopCloser(bytes.NewReader(layer)), nil
	}
	return im
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

// opened is an image at the engine, closed with the test.
func opened(t testing.TB, im container.Image) *container.Root {
	t.Helper()
	im.Helper = hold.Self(inside, func(string) bool { return false })
	r, err := container.Open(t.Context(), dial(t), im)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}
