// Package source opens images wherever they lie. A Source tells what the
// manifest and the configuration say and opens the layers' stored bytes; Tar
// unpacks those and checks them against what they claim to be.
//
// The packages below it know one form each; resolve says which of them a
// reference means.
package source

import (
	"context"
	"io"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Source is an opened image. Its methods may be called concurrently.
type Source interface {
	// Image tells what the image says about itself. It is the same each time.
	Image() *Image
	// Open opens the bytes of layer i as they are stored, compressed or not.
	// The caller closes it.
	Open(ctx context.Context, i int) (io.ReadCloser, error)
	// Identity names the very bytes that Open gives for layer i, now: "" when they
	// have no name that can be relied on, and nothing is to be kept of them. Two
	// layers of one identity have the same bytes, today and later. A claim of the
	// image's own is none, as it may lie: see FileIdentity, and BlobIdentity for
	// what its owner vouches for.
	Identity(i int) string
	// Close lets go of what the source holds open.
	Close() error
}

// Stream is a Source whose layers come one after the other in an order of their own:
// what docker save writes, or an archive that is compressed as a whole. No copy of it
// is kept. Image is complete, and Open may be called, when Each has returned nil.
type Stream interface {
	Source
	// Each goes through the stream once and calls layer for everything in it that may
	// be a layer, with a name that is the stream's own. r is valid during the call
	// only and need not be read to its end. An error of layer's ends it.
	Each(ctx context.Context, layer func(name string, r io.Reader) error) error
	// Name is the name under which layer i came by; "" when it did not.
	Name(i int) string
}

// Recaller is a Stream that can tell what it holds without being gone through again.
type Recaller interface {
	Stream
	// Whole names all its bytes, as Identity does those of a layer.
	Whole() string
	// Documents is all that Recall needs; nil when there is no telling, or before Each.
	Documents() []byte
	// Recall does what Each does for Image, Name and Identity, with the Documents of
	// a stream of the same bytes.
	Recall(ctx context.Context, documents []byte) error
}

const blobPrefix = "blob "

// BlobIdentity is the identity of bytes that someone vouches for who is not the
// image: a registry, or an engine's own store, that was asked for this digest.
func BlobIdentity(digest string) string {
	if digest == "" {
		return ""
	}
	return blobPrefix + digest
}

// Image is what a manifest and a configuration say. Nothing in it has been
// sanitised or believed: digests are checked when the bytes go by.
type Image struct {
	Digest   string // of the manifest; "" when there is none
	Platform string // os/arch[/variant]
	Tags     []string
	Config   v1.ConfigFile // empty when it could not be read
	Layers   []Layer
	Problems []string // what was odd, a sentence each

	Annotations  map[string]string // of the manifest
	Attestations []v1.Descriptor   // manifests that hold statements about it
}

// Placed is a Source that was asked for by a name, and knows where it was found.
type Placed interface {
	Source
	Place() string // for people: "Docker at unix:///var/run/docker.sock"
}

// Blobs is a Source of which other blobs than layers can be asked, such as attestations.
type Blobs interface {
	Source
	Store() Store
}

// Layer is what a manifest says about a layer.
type Layer struct {
	Digest    string // of the stored bytes; "" when nothing claims one
	DiffID    string // of the tar inside; "" when nothing claims one
	MediaType string
	Size      int64 // bytes as stored; -1 when unknown
	Foreign   bool  // the image need not carry it (OCI "non-distributable")

	Annotations map[string]string

	Unreadable string // why nothing can be opened for it, from what lists it; else ""
	Odd        string // what is odd about what lists it, a sentence; else ""
}

// isForeign says whether a layer of the media type may lie elsewhere.
func isForeign(mediaType string) bool {
	return strings.Contains(mediaType, "nondistributable") || strings.Contains(mediaType, ".foreign.")
}

// NoPlatform stands for the platform of this machine where a platform is asked.
const NoPlatform = ""
