package registry

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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

// TestOnlyWhatIsRead: opening pulls the configuration, reading a layer that layer.
func TestOnlyWhatIsRead(t *testing.T) {
	h := newHub(t)
	img := sample(t, "amd64", 1000, 2000, 3000)
	ref := h.push(t, "team/app:1", img)
	src := open(t, ref, anonymous)
	config, _ := img.ConfigName()
	if got := h.blobs(); !slices.Equal(got, []string{config.String()}) {
		t.Errorf("opening asked for %q", got)
	}
	if got := read(t, src, 1); !bytes.Equal(got, content(t, img, 1)) {
		t.Errorf("layer 1 has %d bytes", len(got))
	}
	if got := h.blobs(); !slices.Equal(got, []string{src.Image().Layers[1].Digest}) {
		t.Errorf("reading layer 1 asked for %q", got)
	}
	digest, _ := img.Digest()
	if im := src.Image(); im.Digest != digest.String() || im.Platform != "linux/amd64" || len(im.Problems) > 0 {
		t.Errorf("%+v", im)
	}
	byDigest := open(t, h.host()+"/team/app@"+digest.String(), anonymous)
	if im := byDigest.Image(); im.Digest != digest.String() || len(im.Problems) > 0 {
		t.Errorf("by digest: %+v", im)
	}
}

// TestPlatform: of an index, only the manifest for the platform is asked for.
func TestPlatform(t *testing.T) {
	h := newHub(t)
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, arch := range []string{"amd64", "arm64"} {
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: sample(t, arch, 10), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}}})
	}
	ref := h.push(t, "app:multi", index)
	opt := anonymous
	for _, opt.Platform = range []string{"linux/amd64", "linux/arm64"} {
		if im := open(t, ref, opt).Image(); im.Platform != opt.Platform {
			t.Errorf("asked for %s, got %s", opt.Platform, im.Platform)
		}
	}
	opt.Platform = "linux/s390x"
	if _, err := Open(t.Context(), ref, opt); !errors.Is(err, source.ErrPlatform) {
		t.Errorf("err = %v", err)
	}
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

func soon(src source.Source) {
	src.(*image).s.pause = func(int) time.Duration { return time.Millisecond }
}

// TestResumed: a download that breaks off goes on where it stopped.
func TestResumed(t *testing.T) {
	img := sample(t, "amd64", 300_000)
	for what, ranges := range map[string]bool{"with ranges": true, "without ranges": false} {
		t.Run(what, func(t *testing.T) {
			h := newHub(t)
			ref := h.push(t, "app:1", img)
			src := open(t, ref, anonymous)
			soon(src)
			h.blobs()
			h.breaking(2, 100_000, ranges)
			if got := read(t, src, 0); !bytes.Equal(got, content(t, img, 0)) {
				t.Errorf("%d bytes, or others", len(got))
			}
			layer := src.Image().Layers[0].Digest
			want := []string{layer, layer + " bytes=100000-299999", layer + " bytes=200000-299999"}
			if !ranges { // the second time, nothing new has come
				want[2] = want[1]
			}
			if asked := h.blobs(); !slices.Equal(asked, want) {
				t.Errorf("asked for %q", asked)
			}
		})
	}
}

// TestGivesUp: a registry that never sends more is left, with a sentence.
func TestGivesUp(t *testing.T) {
	h := newHub(t)
	ref := h.push(t, "app:1", sample(t, "amd64", 300_000))
	src := open(t, ref, anonymous)
	soon(src)
	h.breaking(1000, 0, true)
	rc, err := src.Open(t.Context(), 0)
	if err == nil {
		_, err = io.ReadAll(rc)
		rc.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "could not be taken up again") {
		t.Errorf("err = %v", err)
	}
}

// A download ends with its context.
func TestCancelled(t *testing.T) {
	h := newHub(t)
	ref := h.push(t, "app:1", sample(t, "amd64", 300_000))
	src := open(t, ref, anonymous)
	h.before = func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Length", "300000")
		w.Write(make([]byte, 1000))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return true
	}
	ctx, cancel := context.WithCancel(t.Context())
	rc, err := src.Open(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer rc.Close()
	cancel()
	if _, err := io.Copy(io.Discard, rc); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

// guarded lets in who says user:word.
func guarded(w http.ResponseWriter, r *http.Request) bool {
	if user, word, _ := r.BasicAuth(); user == "me" && word == "word" {
		return false
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="here"`)
	http.Error(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`, http.StatusUnauthorized)
	return true
}

// TestEndless: a registry that sends more than the manifest says is not listened to for
// ever, and what it redirected to is not told: such addresses are signed.
func TestEndless(t *testing.T) {
	h := newHub(t)
	ref := h.push(t, "app:1", sample(t, "amd64", 1000))
	src := open(t, ref, anonymous)
	h.before = func(w http.ResponseWriter, r *http.Request) bool {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				break
			}
		}
		return true
	}
	if got := read(t, src, 0); len(got) != 1001 {
		t.Errorf("%d bytes", len(got))
	}
	h.before = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, "http://storage.example.test/blob?signature=hidden", http.StatusTemporaryRedirect)
		return true
	}
	_, err := src.Open(t.Context(), 0)
	if err == nil || strings.Contains(err.Error(), "hidden") {
		t.Errorf("err = %v", err)
	}
}

// TestCredentials: they come from the Docker configuration and from helpers, and
// where they are wrong or cannot be had, the sentence says so.
func TestCredentials(t *testing.T) {
	h := newHub(t)
	ref := h.push(t, "app:1", sample(t, "amd64", 10))
	h.before = guarded
	home, bin := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("DOCKER_CONFIG", home)
	t.Setenv("XDG_RUNTIME_DIR", home)
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	helper := "#!/bin/sh\ncat >/dev/null\necho '{\"Username\":\"me\",\"Secret\":\"word\"}'\n"
	if err := os.WriteFile(filepath.Join(bin, "docker-credential-kept"), []byte(helper), 0o755); err != nil {
		t.Fatal(err)
	}
	auth := func(pair string) string {
		return fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, h.host(), base64.StdEncoding.EncodeToString([]byte(pair)))
	}
	if err := os.WriteFile(filepath.Join(bin, "docker-credential-locked"), []byte("#!/bin/sh\necho the key ring is locked\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ what, config, says string }{
		{"no configuration", "", "docker login " + h.host()},
		{"the configuration's", auth("me:word"), ""},
		{"wrong ones", auth("me:other"), "docker login " + h.host()},
		{"a helper's", fmt.Sprintf(`{"credHelpers":{%q:"kept"}}`, h.host()), ""},
		{"a helper that is missing", fmt.Sprintf(`{"credHelpers":{%q:"lost"}}`, h.host()), "could not be read"},
		{"a helper that fails", fmt.Sprintf(`{"credHelpers":{%q:"locked"}}`, h.host()), "the key ring is locked"},
	} {
		t.Run(test.what, func(t *testing.T) {
			os.Remove(filepath.Join(home, "config.json"))
			if test.config != "" {
				if err := os.WriteFile(filepath.Join(home, "config.json"), []byte(test.config), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			src, err := Open(t.Context(), ref, Options{})
			if err == nil {
				src.Close()
			}
			switch {
			case test.says == "" && err != nil:
				t.Error(err)
			case test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "word")):
				t.Errorf("err = %v", err)
			}
		})
	}
}

// TestRefusals: each way to fail is one sentence that says what to do next.
func TestRefusals(t *testing.T) {
	h := newHub(t)
	h.push(t, "app:1", sample(t, "amd64", 10))
	h.before = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/busy/") {
			return false
		}
		http.Error(w, `{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}`, http.StatusTooManyRequests)
		return true
	}
	secured := httptest.NewTLSServer(http.NotFoundHandler())
	secured.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(secured.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for ref, want := range map[string]string{
		h.host() + "/app:2":                                "has no app:2",
		h.host() + "/none:1":                               "has no none:1",
		h.host() + "/busy/x:1":                             "no more downloads",
		strings.TrimPrefix(gone.URL, "http://") + "/app:1": "nothing listens there",
		"Not An Image":                                     "no image reference",
	} {
		_, err := Open(t.Context(), ref, anonymous)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", ref, err, want)
		}
	}
	if _, err := Open(t.Context(), h.host()+"/app:2", anonymous); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("err = %v", err)
	}
	t.Run("certificate", func(t *testing.T) {
		repo, err := name.NewRepository("example.test/app")
		if err != nil {
			t.Fatal(err)
		}
		_, err = http.Get(secured.URL)
		if got := (refusal{repo: repo}).of(err); !strings.Contains(got.Error(), "SSL_CERT_FILE") {
			t.Errorf("err = %v", got)
		}
	})
	t.Run("plain HTTP elsewhere", func(t *testing.T) {
		opt := anonymous
		opt.Transport = plainOnly{}
		for _, host := range []string{"192.168.7.7:5000", "cache.local:5000", "registry.example.test"} {
			_, err := Open(t.Context(), host+"/app:1", opt)
			if err == nil || !strings.Contains(err.Error(), "speaks plain HTTP") {
				t.Errorf("%s: %v", host, err)
			}
		}
	})
}

// plainOnly is a network of registries that speak plain HTTP.
type plainOnly struct{}

func (plainOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "https" {
		return nil, errors.New("http: server gave HTTP response to HTTPS client")
	}
	return nil, errors.New("spoke plain HTTP with " + r.URL.Host)
}
