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
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/stagedive/stagedive/inspect/source"
)

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
