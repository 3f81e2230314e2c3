package resolve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
)

// labelled is an image that says where it lies.
func labelled(t *testing.T, where string) v1.Image {
	t.Helper()
	img, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: "amd64", Config: v1.Config{Labels: map[string]string{"where": where}}})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// hub is a registry with the image app:1 in it, on a loopback port.
func hub(t *testing.T) (host string) {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	host = strings.TrimPrefix(server.URL, "http://")
	ref, err := name.ParseReference(host + "/app:1")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, labelled(t, "registry")); err != nil {
		t.Fatal(err)
	}
	return host
}

// home keeps this machine's settings and engines out of a test.
func home(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("DOCKER_HOST", "unix://"+filepath.Join(dir, "docker.sock"))
	t.Setenv("CONTAINER_HOST", "unix://"+filepath.Join(dir, "podman.sock"))
	t.Setenv("CONTAINERD_ADDRESS", filepath.Join(dir, "containerd.sock"))
	for _, name := range []string{"HOME", "DOCKER_CONFIG", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"} {
		t.Setenv(name, dir)
	}
}

func where(src source.Source) string { return src.Image().Config.Config.Labels["where"] }

// TestOrder: a path comes before a registry, and a scheme forces one of them.
func TestOrder(t *testing.T) {
	home(t)
	host := hub(t)
	t.Chdir(t.TempDir())
	dir := filepath.Join(host, "app")
	if err := os.MkdirAll(dir, 0o755); err != nil { // a directory that is no layout
		t.Fatal(err)
	}
	ref := host + "/app:1"
	open := func(ref, want string) {
		t.Helper()
		src, err := Open(t.Context(), ref, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		if got := where(src); got != want {
			t.Errorf("%s is in the %s, not in the %s", ref, got, want)
		}
	}
	open(ref, "registry")
	p, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.AppendImage(labelled(t, "layout"), layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": "1"})); err != nil {
		t.Fatal(err)
	}
	open(ref, "layout")
	open("oci:"+ref, "layout")
	open("registry:"+ref, "registry")
	open("docker://"+ref, "registry")
}

// TestBuilt: what was built here under a name comes before what others call so, and the
// newest of several counts.
func TestBuilt(t *testing.T) {
	home(t)
	t.Chdir(t.TempDir())
	host, dir := hub(t), t.TempDir()
	ref := host + "/app:1"
	p, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for _, built := range []string{"old", "new"} {
		names := image.JoinNames([]string{"other:" + built, ref})
		if err := p.AppendImage(labelled(t, built), layout.WithAnnotations(map[string]string{image.NamesAnnotation: names})); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ ref, want string }{
		{ref, "new"}, {"built:" + ref, "new"}, {"built:other:old", "old"}, {"docker.io/library/other:new", "new"}, {"registry:" + ref, "registry"},
	} {
		src, err := Open(t.Context(), c.ref, Options{Built: dir})
		if err != nil {
			t.Errorf("%s: %v", c.ref, err)
			continue
		}
		if got := where(src); got != c.want {
			t.Errorf("%s opens %q, want %q", c.ref, got, c.want)
		}
		src.Close()
	}
	for _, dir := range []string{dir, t.TempDir()} {
		if _, err := Open(t.Context(), "built:nothing:1", Options{Built: dir}); !errors.Is(err, ErrNotFound) {
			t.Errorf("err = %v", err)
		}
	}
	if _, err := Open(t.Context(), host+"/app:2", Options{Built: dir}); err == nil || !strings.Contains(err.Error(), "stagedive's builds: none that is kept is called so") {
		t.Errorf("err = %v", err)
	}
}

// TestNowhere: the error lists each place that was asked, and what it said.
func TestNowhere(t *testing.T) {
	home(t)
	t.Chdir(t.TempDir())
	host := hub(t)
	_, err := Open(t.Context(), host+"/app:2", Options{})
	if !errors.Is(err, ErrNotFound) || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("err = %v", err)
	}
	for _, want := range []string{"there is no image", "path: ", "Docker: no engine listens on unix://", "Podman: no engine listens on unix://", "containerd: no containerd listens on ", "registry: " + host + " has no app:2"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, host+"/app:1", Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

// TestNamesAndPaths: nobody is asked for what can only be a path.
func TestNamesAndPaths(t *testing.T) {
	for ref, want := range map[string]bool{
		"alpine": true, "alpine:3.20": true, "example.org:5000/team/app:1": true,
		"app@sha256:" + strings.Repeat("0", 64): true,
		"./alpine":                              false, "../x": false, "/srv/x": false, "~/x": false, "app.tar": false, "app.tar.gz": false, "App": false, "a b": false, "": false,
	} {
		if got := isName(ref); got != want {
			t.Errorf("isName(%q) = %v", ref, got)
		}
	}
}

// TestDeadSockets: engines that accept a connection and say nothing are passed over in
// the time that one of them may take.
func TestDeadSockets(t *testing.T) {
	home(t)
	t.Chdir(t.TempDir())
	host := hub(t)
	dir := t.TempDir()
	for env, name := range map[string]string{"DOCKER_HOST": "d.sock", "CONTAINER_HOST": "p.sock", "CONTAINERD_ADDRESS": "c.sock"} {
		l, err := net.Listen("unix", filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		t.Setenv(env, "unix://"+filepath.Join(dir, name))
	}
	opt := Options{patience: 50 * time.Millisecond}
	src, err := Open(t.Context(), host+"/app:1", opt)
	if err != nil {
		t.Fatal(err)
	}
	src.Close()
	_, err = Open(t.Context(), host+"/app:2", opt)
	if got := strings.Count(fmt.Sprint(err), "does not answer"); got != 3 {
		t.Errorf("%d of 3 engines are told not to answer: %v", got, err)
	}
	for _, scheme := range []string{"docker:", "podman:", "containerd:"} {
		if _, err := Open(t.Context(), scheme+"app", opt); err == nil || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("%s %v", scheme, err)
		}
	}
}
