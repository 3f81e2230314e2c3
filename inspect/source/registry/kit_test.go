package registry

import (
	"fmt"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	ggcr "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/stagedive/stagedive/inspect/source"
)

// hub is a registry in memory on a loopback port, which counts what it is asked for.
type hub struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string // paths below /v2/, with the range where one was asked for
	// before sees each request first; it answers it when it returns true.
	before func(http.ResponseWriter, *http.Request) bool
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{}
	inner := ggcr.New(ggcr.Logger(log.New(io.Discard, "", 0)))
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		if r.Method == http.MethodGet && r.Header.Get("Again") == "" {
			what := strings.TrimPrefix(r.URL.Path, "/v2/")
			if part := r.Header.Get("Range"); part != "" {
				what += " " + part
			}
			h.asked = append(h.asked, what)
		}
		before := h.before
		h.mu.Unlock()
		if before == nil || !before(w, r) {
			inner.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hub) host() string { return strings.TrimPrefix(h.URL, "http://") }

// blobs are the blobs asked for since the last call.
func (h *hub) blobs() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, a := range h.asked {
		if _, digest, ok := strings.Cut(a, "/blobs/"); ok {
			out = append(out, digest)
		}
	}
	h.asked = nil
	return out
}

func (h *hub) push(t *testing.T, repo string, img remote.Taggable) string {
	t.Helper()
	ref, err := name.ParseReference(h.host() + "/" + repo)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Push(ref, img); err != nil {
		t.Fatal(err)
	}
	h.blobs()
	return ref.String()
}

// sample is an image of layers of the given sizes that is for an architecture.
func sample(t *testing.T, arch string, sizes ...int) v1.Image {
	t.Helper()
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	for i, n := range sizes {
		rng := rand.New(rand.NewPCG(uint64(i), uint64(n)))
		raw := make([]byte, n)
		for j := range raw {
			raw[j] = byte(rng.Uint32())
		}
		var err error
		if img, err = mutate.AppendLayers(img, static.NewLayer(raw, types.OCIUncompressedLayer)); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	cfg = cfg.DeepCopy()
	cfg.OS, cfg.Architecture = "linux", arch
	if img, err = mutate.ConfigFile(img, cfg); err != nil {
		t.Fatal(err)
	}
	return img
}

// anonymous keeps this machine's credentials out of a test.
var anonymous = Options{Keychain: authn.NewMultiKeychain()}

func open(t *testing.T, ref string, opt Options) source.Source {
	t.Helper()
	src, err := Open(t.Context(), ref, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func read(t *testing.T, src source.Source, i int) []byte {
	t.Helper()
	rc, err := src.Open(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	defer rc.Close()
	raw, err := io.ReadAll(rc)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func content(t *testing.T, img v1.Image, i int) []byte {
	t.Helper()
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	rc, err := layers[i].Compressed()
	if err != nil {
		t.Fatal(err)
	}
	defer rc.Close()
	raw, err := io.ReadAll(rc)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// breaking ends the first so many downloads of large blobs after n bytes.
func (h *hub) breaking(times, n int, ranges bool) {
	inner := h.Config.Handler
	h.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.Contains(r.URL.Path, "/blobs/") || r.Header.Get("Again") != "" {
			return false
		}
		r.Header.Set("Again", "no") // so that the registry itself gets it
		if !ranges {
			r.Header.Del("Range")
		}
		rec := httptest.NewRecorder()
		inner.ServeHTTP(rec, r)
		body := rec.Body.Bytes()
		maps.Copy(w.Header(), rec.Header())
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.WriteHeader(rec.Code)
		h.mu.Lock()
		times--
		whole := times < 0
		h.mu.Unlock()
		if whole {
			w.Write(body)
			return true
		}
		w.Write(body[:min(n, len(body))])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}
