package inspect_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/cache"
)

// TestPulledOnce: of an image in a registry, a layer that was looked at before is not
// pulled, be it in this image or in another; one that is new is.
func TestPulledOnce(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	var mu sync.Mutex
	pulled := map[string]int{}
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, digest, ok := strings.Cut(r.URL.Path, "/blobs/"); ok && r.Method == http.MethodGet {
			mu.Lock()
			pulled[digest]++
			mu.Unlock()
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	push := func(repo string, img v1.Image) string {
		ref, err := name.ParseReference(strings.TrimPrefix(server.URL, "http://") + "/" + repo)
		if err != nil {
			t.Fatal(err)
		}
		if err := remote.Write(ref, img); err != nil {
			t.Fatal(err)
		}
		return "registry:" + ref.String()
	}
	base := build(t, "amd64")
	raw := files(t, "srv/more", "more")
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(raw))), nil })
	if err != nil {
		t.Fatal(err)
	}
	more, err := mutate.AppendLayers(base, l)
	if err != nil {
		t.Fatal(err)
	}
	first, second := push("app:1", base), push("other/app:2", more)
	opt := inspect.Options{Cache: cache.New(t.TempDir(), cache.Size)}
	layers := func(img v1.Image) (digests []string) {
		all, err := img.Layers()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			d, err := l.Digest()
			if err != nil {
				t.Fatal(err)
			}
			digests = append(digests, d.String())
		}
		return digests
	}
	for range 2 {
		if im := open(t, first, opt); im.Size() != 13 || len(im.Problems) > 0 || im.Place != "the registry "+strings.TrimPrefix(server.URL, "http://") {
			t.Errorf("%d bytes, %q, in %s", im.Size(), im.Problems, im.Place)
		}
		if im := open(t, second, opt); im.Size() != 17 || len(im.Problems) > 0 {
			t.Errorf("%d bytes, %q", im.Size(), im.Problems)
		}
	}
	got := map[string]int{}
	want := map[string]int{}
	for _, d := range layers(more) {
		got[d], want[d] = pulled[d], 1
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("layers pulled (-want +got):\n%s", diff)
	}
}
