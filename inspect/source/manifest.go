package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Store holds blobs by digest: a layout directory, an archive, a registry.
type Store interface {
	// Blob opens a blob and tells its size. It fails with fs.ErrNotExist when
	// the store does not hold it.
	Blob(ctx context.Context, digest string) (io.ReadCloser, int64, error)
}

// Manifests is a Store that keeps manifests and indexes apart from other blobs, as
// registries do.
type Manifests interface {
	Store
	// Manifest opens a manifest or an index, like Blob.
	Manifest(ctx context.Context, digest string) (io.ReadCloser, int64, error)
}

// maxDocument bounds manifests and configurations, in bytes.
const maxDocument = 32 << 20

// maxNesting bounds how deep indexes may lie in indexes.
const maxNesting = 8

// ErrPlatform is returned when an index has no image for the platform.
var ErrPlatform = errors.New("no image for the platform")

// Read reads the image that a descriptor leads to: through indexes, where
// platform ("os/arch[/variant]", or NoPlatform) chooses, to a manifest and its
// configuration (OCI image-spec: image-index.md, manifest.md, config.md).
func Read(ctx context.Context, st Store, d v1.Descriptor, platform string) (*Image, error) {
	im := &Image{}
	raw, err := document(ctx, ManifestOpener(st), d, im)
	for range maxNesting {
		if err != nil {
			return nil, fmt.Errorf("reading manifest %s: %w", short(d.Digest.String()), err)
		}
		if !isIndex(d, raw) {
			if d.MediaType.IsIndex() {
				im.Problems = append(im.Problems, "what leads to its manifest calls that an index: it is read as what it is")
			}
			if err := manifest(ctx, st, d, raw, im); err != nil {
				return nil, err
			}
			return im, im.Is(platform)
		}
		ix, bad := ParseIndex(raw)
		if bad != nil {
			return nil, fmt.Errorf("reading index %s: %w", short(d.Digest.String()), bad)
		}
		images, bad := Choose(ix.Manifests, platform)
		if bad != nil {
			return nil, bad
		}
		// An engine's store may know an image for many platforms and have pulled one.
		for _, d = range images {
			if raw, err = document(ctx, ManifestOpener(st), d, im); !errors.Is(err, errMissing) || platform != NoPlatform {
				break
			}
		}
		im.Attested(ix.Manifests, d.Digest.String())
	}
	return nil, fmt.Errorf("reading index %s: indexes lie more than %d deep in each other", short(d.Digest.String()), maxNesting)
}

// Attested notes the attestations among an index's entries that speak of one image:
// BuildKit marks them so, and Docker keeps less of the marks when it saves one platform.
func (im *Image) Attested(entries []v1.Descriptor, of string) {
	for _, d := range entries {
		about := d.Annotations["vnd.docker.reference.digest"]
		if about == "" {
			about = d.Annotations["io.containerd.manifest.subject"]
		}
		if about == of && isAttestation(d) {
			im.Attestations = append(im.Attestations, d)
		}
	}
}

// ParseIndex parses an index. Of one with more entries than anybody needs it takes the
// first.
func ParseIndex(raw []byte) (*v1.IndexManifest, error) {
	raw, _ = pruned(raw)
	index := &v1.IndexManifest{}
	return index, Parse(raw, index)
}

// isIndex tells an index from a manifest by what it holds, or, where that is odd, by its
// media type.
func isIndex(d v1.Descriptor, raw []byte) bool {
	var probe struct {
		Manifests json.RawMessage `json:"manifests"`
		Layers    json.RawMessage `json:"layers"`
	}
	err := json.Unmarshal(raw, &probe)
	if known := d.MediaType.IsIndex() || d.MediaType.IsImage(); known && (err != nil || (probe.Manifests == nil) == (probe.Layers == nil)) {
		return d.MediaType.IsIndex()
	}
	return err == nil && len(probe.Manifests) > 0
}

func manifest(ctx context.Context, st Store, d v1.Descriptor, raw []byte, im *Image) error {
	m, err := parseManifest(raw)
	if err != nil {
		return fmt.Errorf("reading manifest %s: %w", short(d.Digest.String()), err)
	}
	im.Digest, im.Annotations = d.Digest.String(), m.annotations
	im.Layers = m.layers
	switch {
	case len(im.Layers) > MaxLayers:
		im.Layers = im.Layers[:MaxLayers]
		im.Problems = append(im.Problems, TooManyLayers())
	case m.left > 0:
		im.Problems = append(im.Problems, leftOut("the manifest", m.left))
	}
	cfg, err := m.config(ctx, st, im)
	if err == nil {
		err = im.SetConfig(cfg)
	}
	if err != nil {
		im.Problems = append(im.Problems, fmt.Sprintf("the image's configuration cannot be read (%v): its settings and history are missing here", err))
	}
	if p := d.Platform; im.Platform == "" && p != nil {
		im.Platform = p.String()
	}
	return nil
}

// SetConfig parses the configuration and gives the layers their diff IDs.
func (im *Image) SetConfig(raw []byte) error {
	raw, left := pruned(raw)
	if left > 0 {
		im.Problems = append(im.Problems, leftOut("the configuration", left))
	}
	cfg, odd, err := parseConfig(raw)
	if err != nil {
		return err
	}
	if odd != "" {
		im.Problems = append(im.Problems, odd)
	}
	im.Config = *cfg
	if cfg.OS != "" || cfg.Architecture != "" {
		im.Platform = v1.Platform{OS: cfg.OS, Architecture: cfg.Architecture, Variant: cfg.Variant}.String()
	}
	if n := len(cfg.RootFS.DiffIDs); n != len(im.Layers) && len(im.Layers) < MaxLayers {
		im.Problems = append(im.Problems, fmt.Sprintf("the configuration lists %d layers and the manifest %d: layers and history may not match", n, len(im.Layers)))
	}
	for i := range min(len(im.Layers), len(cfg.RootFS.DiffIDs)) {
		im.Layers[i].DiffID = cfg.RootFS.DiffIDs[i].String()
	}
	return nil
}

// Opener opens a blob by its digest, like Store.Blob.
type Opener = func(ctx context.Context, digest string) (io.ReadCloser, int64, error)

// ManifestOpener opens the manifests of a store.
func ManifestOpener(st Store) Opener {
	if apart, ok := st.(Manifests); ok {
		return apart.Manifest
	}
	return st.Blob
}

// errMissing is returned for a document that the store does not hold.
var errMissing = errors.New("it is missing")

// document reads a small blob whole and checks its digest.
func document(ctx context.Context, open Opener, d v1.Descriptor, im *Image) ([]byte, error) {
	rc, _, err := open(ctx, d.Digest.String())
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, errMissing
		}
		return nil, err
	}
	defer rc.Close()
	raw, err := ReadDocument(rc)
	if err != nil {
		return nil, err
	}
	if !Matches(d.Digest.String(), raw) {
		im.Problems = append(im.Problems, fmt.Sprintf("%s is not what its digest says: the image has been damaged or changed", short(d.Digest.String())))
	}
	return raw, nil
}

// Matches says whether a document is what a digest says. Algorithms other than SHA-256
// are taken at their word.
func Matches(digest string, raw []byte) bool {
	sum := sha256.Sum256(raw)
	return !lie(digest, "sha256:"+hex.EncodeToString(sum[:]))
}

// short is a digest as people read it: sha256:0123456789ab.
func short(digest string) string {
	algorithm, hex, ok := strings.Cut(digest, ":")
	if !ok || len(hex) <= 12 {
		return digest
	}
	return algorithm + ":" + hex[:12]
}
