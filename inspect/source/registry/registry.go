// Package registry opens images in registries (OCI distribution-spec) and pulls
// only what is read: the manifest and the configuration when an image is opened,
// each layer when somebody reads it. A download that breaks off goes on where it
// stopped. Credentials come from the Docker configuration and its helpers.
package registry

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/stagedive/stagedive/inspect/source"
)

// Options say how to reach registries; the zero Options reach them as Docker does.
type Options struct {
	Platform  string            // "os/arch[/variant]", or source.NoPlatform, where the image has several
	Keychain  authn.Keychain    // nil for the Docker configuration's, or else Podman's
	Transport http.RoundTripper // nil for one with this machine's proxies and certificates
}

// Open opens the image that a reference such as "alpine:3.20",
// "example.org/team/app:1" or "app@sha256:…" names. A name without a host is
// Docker Hub's, one without a tag is latest.
func Open(ctx context.Context, ref string, opt Options) (source.Source, error) {
	r, err := name.ParseReference(ref)
	if err != nil {
		return nil, fmt.Errorf("%q is no image reference: write it as NAME[:TAG] or HOST/NAME[:TAG][@DIGEST]", ref)
	}
	s, err := connect(ctx, r.Context(), opt)
	if err != nil {
		return nil, err
	}
	d, err := s.root(ctx, r)
	if err != nil {
		s.close()
		return nil, err
	}
	im, err := source.Read(ctx, s, d, opt.Platform)
	if err != nil {
		s.close()
		return nil, fmt.Errorf("opening %s: %w", r.Name(), err)
	}
	return &image{im, s}, nil
}

// image is an image in a registry.
type image struct {
	im *source.Image
	s  *session
}

// Image implements source.Source.
func (i *image) Image() *source.Image { return i.im }

// Open implements source.Source.
func (i *image) Open(ctx context.Context, n int) (io.ReadCloser, error) {
	l := i.im.Layers[n]
	rc, _, err := i.s.Blob(ctx, l.Digest)
	if err != nil || l.Size <= 0 {
		return rc, err
	}
	return &bounded{rc, io.LimitReader(rc, l.Size+1)}, nil
}

// bounded is a layer of which no more is taken than tells that it is longer than it may
// be: a registry could send without end.
type bounded struct {
	io.Closer
	io.Reader
}

// Identity implements source.Source: the registry was asked for the digest, and what
// it sends is held against it.
func (i *image) Identity(n int) string { return source.BlobIdentity(i.im.Layers[n].Digest) }

// Place implements source.Placed.
func (i *image) Place() string { return "the registry " + hostName(i.s.repo) }

// Store implements source.Blobs.
func (i *image) Store() source.Store { return i.s }

// Close implements source.Source.
func (i *image) Close() error {
	i.s.close()
	return nil
}
