//go:build engines

package inspect_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/cache"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/resolve"
)

// The name that dockerTar gives its image.
const loaded = "example.test/me/app:1"

// same opens an image by each reference and holds it against the picture of the archive
// that the engine was given.
func same(t *testing.T, want string, refs ...string) {
	t.Helper()
	for _, ref := range refs {
		if diff := cmp.Diff(want, picture(open(t, ref, inspect.Options{}))); diff != "" {
			t.Errorf("%s is not what was loaded (-want +got):\n%s", ref, diff)
		}
	}
}

// refused opens what is not there, and expects what is said of it.
func refused(t *testing.T, ref, platform, says string, is error) {
	t.Helper()
	src, err := resolve.Open(context.Background(), ref, resolve.Options{Platform: platform})
	if err == nil {
		src.Close()
	}
	if err == nil || is != nil && !errors.Is(err, is) || !strings.Contains(err.Error(), says) {
		t.Errorf("%s for %q: %v, want %q", ref, platform, err, says)
	}
}

// TestEngineDocker: an image in Docker is the one that was loaded, whichever way it is named
// and the engine is found.
func TestEngineDocker(t *testing.T) {
	alone(t)
	img := varied(t)
	file := dockerTar(t, img)
	want := picture(open(t, file, inspect.Options{}))
	host := dockerd(t)
	run(t, nil, "docker", "-H", host, "load", "-i", file)
	id := strings.TrimSpace(run(t, nil, "docker", "-H", host, "image", "inspect", "--format", "{{.Id}}", loaded))
	t.Setenv("DOCKER_HOST", host)
	same(t, want, "docker:"+loaded, "docker:"+id, "docker:"+id[7:19], "docker-daemon:"+loaded, loaded)
	refused(t, "docker:example.test/me/app:2", "", "has no image example.test/me/app:2", fs.ErrNotExist)
	refused(t, "docker:"+loaded, "linux/arm64", "linux/arm64", source.ErrPlatform)
	refused(t, loaded, "linux/arm64", "linux/arm64", source.ErrPlatform) // and does not go on to a registry

	t.Run("a second look asks for nothing that is known", func(t *testing.T) {
		through, saves := counting(t, host, "/images/get")
		t.Setenv("DOCKER_HOST", through)
		opt := inspect.Options{Cache: cache.New(t.TempDir(), cache.Size)}
		for range 3 {
			if diff := cmp.Diff(want, picture(open(t, "docker:"+loaded, opt))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		}
		if n := saves(); n != 1 {
			t.Errorf("the image was saved %d times", n)
		}
	})

	t.Run("by context", func(t *testing.T) {
		dir := t.TempDir()
		sum := sha256.Sum256([]byte("here"))
		meta := filepath.Join(dir, "contexts", "meta", hex.EncodeToString(sum[:]))
		if err := os.MkdirAll(meta, 0o755); err != nil {
			t.Fatal(err)
		}
		write := func(path, text string) {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		write(filepath.Join(meta, "meta.json"), fmt.Sprintf(`{"Name":"here","Metadata":{},"Endpoints":{"docker":{"Host":%q,"SkipTLSVerify":false}}}`, host))
		write(filepath.Join(dir, "config.json"), `{"currentContext":"here"}`)
		t.Setenv("DOCKER_CONFIG", dir)
		t.Setenv("DOCKER_HOST", "")
		same(t, want, "docker:"+loaded)
		t.Setenv("DOCKER_CONTEXT", "elsewhere")
		refused(t, "docker:"+loaded, "", `the Docker context "elsewhere"`, nil)
	})
}

// TestEnginePodman: an image that Podman has, behind its socket and without one.
func TestEnginePodman(t *testing.T) {
	alone(t)
	dir := engineDir(t)
	storage := filepath.Join(dir, "storage.conf")
	conf := fmt.Sprintf("[storage]\ndriver = \"overlay\"\nrunroot = %q\ngraphroot = %q\n", filepath.Join(dir, "run"), filepath.Join(dir, "root"))
	if err := os.WriteFile(storage, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CONTAINERS_STORAGE_CONF", storage)
	os.Unsetenv("CONTAINER_HOST") // alone sees to it that it comes back
	file := dockerTar(t, varied(t))
	want := picture(open(t, file, inspect.Options{}))
	run(t, nil, "podman", "load", "-i", file)

	t.Run("without a service", func(t *testing.T) {
		runtime := engineDir(t)
		t.Setenv("XDG_RUNTIME_DIR", runtime)
		same(t, want, "podman:"+loaded, loaded)
		refused(t, "podman:example.test/me/app:2", "", "has no image", fs.ErrNotExist)
		left, err := filepath.Glob(filepath.Join(runtime, "stagedive-*"))
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	t.Run("behind its socket", func(t *testing.T) {
		socket := filepath.Join(dir, "podman", "podman.sock")
		if err := os.Mkdir(filepath.Dir(socket), 0o755); err != nil {
			t.Fatal(err)
		}
		start(t, socket, "podman", "system", "service", "--time", "0", "unix://"+socket)
		t.Setenv("CONTAINER_HOST", "unix://"+socket)
		same(t, want, "podman:"+loaded, loaded)
		os.Unsetenv("CONTAINER_HOST")
		t.Setenv("XDG_RUNTIME_DIR", dir)
		same(t, want, "podman:"+loaded)
		refused(t, "podman:"+loaded, "linux/arm64", "linux/arm64", source.ErrPlatform)
	})
}

// TestEngineContainerd: an image in a namespace of containerd, by name and by digest.
func TestEngineContainerd(t *testing.T) {
	alone(t)
	address := containerd(t)
	img := varied(t)
	dir := t.TempDir()
	p, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.AppendImage(img, tag("1")); err != nil {
		t.Fatal(err)
	}
	want := picture(open(t, dir, inspect.Options{}))
	run(t, nil, "ctr", "-a", address, "-n", "k8s.io", "image", "import", "--base-name", "docker.io/library/app", tarDir(t, dir))
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("CONTAINERD_ADDRESS", address)
	same(t, want, "containerd:docker.io/library/app:1", "containerd:app:1", "containerd:"+digest.String(), "app:1")
	refused(t, "containerd:app:2", "", "in its namespaces (k8s.io)", fs.ErrNotExist)
	refused(t, "containerd:app:1", "linux/arm64", "linux/arm64", source.ErrPlatform)
	t.Setenv("CONTAINERD_NAMESPACE", "other")
	refused(t, "containerd:app:1", "", "in its namespaces (other)", fs.ErrNotExist)
}
