//go:build engines

package inspect_test

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/moby/sys/mountinfo"

	"github.com/stagedive/stagedive/model/image"
)

// These tests run real engines, each with directories and a socket of its own, and ask
// for nothing outside them. They are for root: `make test-engines`.

// slow is how long an engine may take to start, and to stop: long enough for a busy
// machine, as it is waited out only when something is wrong.
const slow = 2 * time.Minute

// engineDir is a directory with a path that is short enough for a socket.
func engineDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "sd-engine-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		unmount(t, dir)
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("the engine left something behind: %v", err)
		}
	})
	return dir
}

// unmount takes down what Podman keeps mounted for the next command.
func unmount(t *testing.T, dir string) {
	mounts, err := mountinfo.GetMounts(mountinfo.PrefixFilter(dir))
	if err != nil {
		t.Error(err)
	}
	for _, m := range slices.Backward(mounts) {
		if err := syscall.Unmount(m.Mountpoint, 0); err != nil {
			t.Errorf("unmounting %s: %v", m.Mountpoint, err)
		}
	}
}

// start runs an engine until the test ends, and returns when it listens on socket.
func start(t *testing.T, socket, program string, args ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("engines are started as root only")
	}
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%v: .ci/setup engines installs it", err)
	}
	said, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = said, said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // ^C is for the test, which stops it
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	tell := func() string {
		raw, _ := os.ReadFile(said.Name())
		return string(raw[max(0, len(raw)-8000):])
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(slow):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-ended
			t.Errorf("%s did not stop:\n%s", program, tell())
		}
		said.Close()
	})
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(slow); ; {
		if c, err := net.Dial("unix", socket); err == nil {
			c.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s ended:\n%s", program, tell())
		case <-limit:
			t.Fatalf("%s does not listen:\n%s", program, tell())
		case <-tick.C:
		}
	}
}

// alone takes this machine's own engines and settings out of a test's sight.
func alone(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"HOME", "DOCKER_CONFIG", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"} {
		t.Setenv(name, dir)
	}
	for name, value := range map[string]string{
		"DOCKER_HOST": "unix://" + dir + "/no-docker", "DOCKER_CONTEXT": "", "CONTAINER_HOST": "unix://" + dir + "/no-podman",
		"CONTAINERD_ADDRESS": dir + "/no-containerd", "CONTAINERD_NAMESPACE": "",
	} {
		t.Setenv(name, value)
	}
}

// dockerd starts a Docker engine and returns its host. STAGEDIVE_DOCKERD names another
// dockerd than the installed one.
func dockerd(t *testing.T) string {
	t.Helper()
	dir := engineDir(t)
	socket := filepath.Join(dir, "docker.sock")
	start(t, socket, cmp.Or(os.Getenv("STAGEDIVE_DOCKERD"), "dockerd"),
		"--data-root", filepath.Join(dir, "data"), "--exec-root", filepath.Join(dir, "exec"), "-p", filepath.Join(dir, "pid"),
		"-H", "unix://"+socket, "--iptables=false", "--ip6tables=false", "--bridge=none")
	return "unix://" + socket
}

// containerd starts one and returns its address.
func containerd(t *testing.T) string {
	t.Helper()
	dir := engineDir(t)
	socket := filepath.Join(dir, "containerd.sock")
	start(t, socket, "containerd", "--root", filepath.Join(dir, "root"), "--state", filepath.Join(dir, "state"), "--address", socket)
	return socket
}

// counting puts something before an engine that counts requests for a path.
func counting(t *testing.T, host, path string) (through string, count func() int64) {
	t.Helper()
	var n atomic.Int64
	dial := func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", strings.TrimPrefix(host, "unix://"))
	}
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{DialContext: dial},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "engine"
			if strings.HasSuffix(r.In.URL.Path, path) {
				n.Add(1)
			}
		},
	}
	l, err := net.Listen("unix", filepath.Join(engineDir(t), "s"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: proxy}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	return "unix://" + l.Addr().String(), n.Load
}

// run runs a command to its end.
func run(t *testing.T, stdin io.Reader, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), slow)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = stdin
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// varied is an image with what engines treat in different ways: a layer that occurs
// twice, one without files, hard links, whiteouts, and instructions without a layer.
func varied(t *testing.T) v1.Image {
	t.Helper()
	first := archiveOf(t,
		tar.Header{Name: "etc/", Typeflag: tar.TypeDir, Mode: 0o755}, tar.Header{Name: "etc/os-release", Mode: 0o644, Size: 20},
		tar.Header{Name: "opt/", Typeflag: tar.TypeDir, Mode: 0o755}, tar.Header{Name: "opt/large", Mode: 0o600, Uid: 7, Gid: 8, Size: 3 << 20},
		tar.Header{Name: "opt/same", Typeflag: tar.TypeLink, Linkname: "opt/large"}, tar.Header{Name: "opt/link", Typeflag: tar.TypeSymlink, Linkname: "../etc/os-release"})
	second := archiveOf(t, tar.Header{Name: "opt/", Typeflag: tar.TypeDir, Mode: 0o755}, tar.Header{Name: "opt/.wh.large"}, tar.Header{Name: "srv/", Typeflag: tar.TypeDir, Mode: 0o711}, tar.Header{Name: "srv/app", Mode: 0o755, Size: 70_000})
	img := mutate.MediaType(empty.Image, types.DockerManifestSchema2)
	img = mutate.ConfigMediaType(img, types.DockerConfigJSON)
	var adds []mutate.Addendum
	for i, raw := range [][]byte{first, second, archiveOf(t), second} {
		l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil })
		if err != nil {
			t.Fatal(err)
		}
		adds = append(adds, mutate.Addendum{Layer: l, MediaType: types.DockerLayer, History: v1.History{CreatedBy: fmt.Sprintf("RUN step %d", i)}},
			mutate.Addendum{History: v1.History{CreatedBy: fmt.Sprintf("ENV STEP=%d", i), EmptyLayer: true}})
	}
	img, err := mutate.Append(img, adds...)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	cfg = cfg.DeepCopy()
	cfg.OS, cfg.Architecture, cfg.Config.Cmd = "linux", "amd64", []string{"/srv/app"}
	if img, err = mutate.ConfigFile(img, cfg); err != nil {
		t.Fatal(err)
	}
	return img
}

// archiveOf packs a layer; files are full of their own size.
func archiveOf(t *testing.T, entries ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range entries {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			w.Write(bytes.Repeat([]byte{byte(h.Size)}, int(h.Size)))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// picture is all that must not depend on where an image lies.
func picture(im *image.Image) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q %d bytes, problems %q\n", im.Platform, im.Config.Cmd, im.Size(), im.Problems)
	for _, h := range im.History {
		fmt.Fprintf(&b, "history %q empty %v layer %d\n", h.CreatedBy, h.Empty, h.Layer)
	}
	for i, l := range im.Layers {
		fmt.Fprintf(&b, "layer %d %s %q problems %q\n", i, l.DiffID, l.CreatedBy, l.Problems)
		for id := range l.Tree.Walk(image.Root) {
			n := l.Tree.Info(id)
			fmt.Fprintf(&b, "  %s %v %o %d:%d %d %x %s\n", l.Tree.Path(id), n.Type, n.Mode, n.UID, n.GID, n.Size, n.Sum, n.Link)
		}
	}
	return b.String()
}
