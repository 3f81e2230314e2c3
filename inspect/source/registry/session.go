package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/stagedive/stagedive/inspect/source"
)

// session speaks to one repository of one registry. It is a source.Store.
type session struct {
	repo   name.Repository
	client *http.Client
	idle   func()                  // ends connections that nobody uses
	pause  func(int) time.Duration // how long to wait before a download is taken up again

	locked error // what kept the credentials from being had

	mu    sync.Mutex
	known map[string][]byte // manifests that have been read, by digest
}

// maxManifest bounds a manifest, in bytes: distribution-spec asks registries to
// take 4 MiB, and real ones are far below.
const maxManifest = 8 << 20

// manifestTypes are the forms of manifests that are read.
var manifestTypes = strings.Join([]string{
	string(types.OCIImageIndex), string(types.OCIManifestSchema1),
	string(types.DockerManifestList), string(types.DockerManifestSchema2),
}, ", ")

// connect greets the registry, and learns how it wants to be spoken to.
func connect(ctx context.Context, repo name.Repository, opt Options) (*session, error) {
	keychain := opt.Keychain
	if keychain == nil {
		keychain = authn.DefaultKeychain
	}
	// As with Docker, credentials that cannot be had are none: the image may be public.
	who, locked := authn.Resolve(ctx, keychain, repo)
	if locked != nil {
		who = authn.Anonymous
	}
	under, idle := opt.Transport, func() {}
	if under == nil {
		t := newTransport()
		under, idle = t, t.CloseIdleConnections
	}
	under = transport.NewRetry(secure{under}, transport.WithRetryBackoff(backoff()),
		transport.WithRetryStatusCodes(http.StatusRequestTimeout, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout))
	rt, err := transport.NewWithContext(ctx, repo.Registry, who, under, []string{repo.Scope(transport.PullScope)})
	if err != nil {
		return nil, refusal{repo: repo, locked: locked}.of(err)
	}
	return &session{repo: repo, client: &http.Client{Transport: rt}, idle: idle, pause: growing, locked: locked, known: map[string][]byte{}}, nil
}

// newTransport is a transport of its own: the source closes its connections.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 10 * time.Second}).DialContext
	t.ResponseHeaderTimeout = stalled
	t.DisableCompression = true // layers are compressed, and their digests are those of what is sent
	return t
}

// backoff waits 0.2, 0.6 and 1.8 s, about, between attempts.
func backoff() transport.Backoff {
	return transport.Backoff{Duration: 200 * time.Millisecond, Factor: 3, Jitter: 0.1, Steps: 4}
}

func (s *session) close() { s.idle() }

// root asks for what the reference names, a manifest or an index.
func (s *session) root(ctx context.Context, r name.Reference) (v1.Descriptor, error) {
	raw, mediaType, err := s.manifest(ctx, r.Identifier())
	if err != nil {
		return v1.Descriptor{}, refusal{repo: s.repo, ref: r, locked: s.locked}.of(err)
	}
	if strings.HasPrefix(mediaType, "application/vnd.docker.distribution.manifest.v1") {
		return v1.Descriptor{}, fmt.Errorf("opening %s: it is in Docker's first image format (schema 1), which nothing reads any more: build and push it again", r.Name())
	}
	sum := sha256.Sum256(raw)
	h := v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum[:])}
	if d, ok := r.(name.Digest); ok { // whether it is this one is told when it is read
		if asked, err := v1.NewHash(d.DigestStr()); err == nil {
			h = asked
		}
	}
	s.mu.Lock()
	s.known[h.String()] = raw
	s.mu.Unlock()
	return v1.Descriptor{Digest: h, Size: int64(len(raw)), MediaType: types.MediaType(mediaType)}, nil
}

// Manifest implements source.Manifests.
func (s *session) Manifest(ctx context.Context, digest string) (io.ReadCloser, int64, error) {
	s.mu.Lock()
	raw, ok := s.known[digest]
	s.mu.Unlock()
	if !ok {
		var err error
		if raw, _, err = s.manifest(ctx, digest); err != nil {
			return nil, 0, missing(refusal{repo: s.repo, locked: s.locked}, err)
		}
	}
	return io.NopCloser(bytes.NewReader(raw)), int64(len(raw)), nil
}

func (s *session) manifest(ctx context.Context, id string) (raw []byte, mediaType string, err error) {
	resp, err := s.get(ctx, "manifests/"+id, http.Header{"Accept": {manifestTypes}})
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	raw, err = io.ReadAll(io.LimitReader(resp.Body, maxManifest+1))
	if err == nil && len(raw) > maxManifest {
		err = fmt.Errorf("the manifest is larger than %d MB", maxManifest>>20)
	}
	mediaType, _, _ = strings.Cut(resp.Header.Get("Content-Type"), ";")
	return raw, strings.TrimSpace(mediaType), err
}

// Blob implements source.Store.
func (s *session) Blob(ctx context.Context, digest string) (io.ReadCloser, int64, error) {
	h, err := v1.NewHash(digest)
	if err != nil {
		return nil, 0, err
	}
	b := &blob{s: s, ctx: ctx, path: "blobs/" + h.String()}
	size, err := b.begin()
	if err != nil {
		return nil, 0, missing(refusal{repo: s.repo, locked: s.locked}, err)
	}
	return b, size, nil
}

// missing is fs.ErrNotExist for what the registry does not have, and else a sentence.
func missing(r refusal, err error) error {
	if answered(err, http.StatusNotFound) {
		return errNotThere
	}
	return r.of(err)
}

// get asks for something below the repository. Its errors are what was answered;
// refusal makes sentences of them.
func (s *session) get(ctx context.Context, path string, header http.Header) (*http.Response, error) {
	u := url.URL{Scheme: s.repo.Scheme(), Host: s.repo.RegistryStr(), Path: "/v2/" + s.repo.RepositoryStr() + "/" + path}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header = header
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	if err := transport.CheckError(resp, http.StatusOK, http.StatusPartialContent); err != nil {
		resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// secure refuses to speak plain HTTP with other machines, whether a name looks as if
// it were in the local network or a registry sends us there.
type secure struct{ http.RoundTripper }

// errPlain is returned for plain HTTP to another machine.
var errPlain = errors.New("plain HTTP is spoken with this machine only")

// RoundTrip implements http.RoundTripper.
func (s secure) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme == "http" && !loopback(req.URL.Hostname()) {
		return nil, errPlain
	}
	return s.RoundTripper.RoundTrip(req)
}

var _ source.Manifests = (*session)(nil)
