package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/inspect/source"
)

// Blob implements source.Store over the blobs of an OCI archive.
func (ix *index) Blob(_ context.Context, digest string) (io.ReadCloser, int64, error) {
	h, err := v1.NewHash(digest)
	if err != nil {
		return nil, 0, err
	}
	return ix.open(blobPath(h))
}

func blobPath(h v1.Hash) string { return "blobs/" + h.Algorithm + "/" + h.Hex }

// fromLayout reads the image by the archive's index.json.
func (i *image) fromLayout(ctx context.Context, pick source.Pick) error {
	raw, err := i.ix.read("index.json")
	if err != nil {
		return err
	}
	index, err := source.ParseIndex(raw)
	if err != nil {
		return fmt.Errorf("reading index.json: %w", err)
	}
	d, err := source.Select(index, pick)
	if err != nil {
		return err
	}
	if err := i.readOCI(ctx, d, pick.Platform); err != nil {
		return err
	}
	i.im.Attested(index.Manifests, i.im.Digest)
	return nil
}

func (i *image) readOCI(ctx context.Context, d v1.Descriptor, platform string) error {
	im, err := source.Read(ctx, i.ix, d, platform)
	if err != nil {
		return err
	}
	i.im, i.paths = im, nil
	for _, l := range im.Layers {
		path := "" // of one whose entry names no blob
		if h, err := v1.NewHash(l.Digest); err == nil {
			path = blobPath(h)
		}
		i.paths = append(i.paths, path)
	}
	return nil
}

// maxManifest is how large a blob may be to be looked at as a manifest.
const maxManifest = 1 << 20

// salvage looks for a manifest among the blobs of an archive whose end, and
// with it index.json, is missing.
func (i *image) salvage(ctx context.Context, pick source.Pick) bool {
	var names []string
	for name, f := range i.ix.files {
		if strings.HasPrefix(name, "blobs/sha256/") && f.size <= maxManifest {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		raw, err := i.ix.read(name)
		var probe struct {
			Config v1.Descriptor     `json:"config"`
			Layers []json.RawMessage `json:"layers"`
		}
		if err != nil || json.Unmarshal(raw, &probe) != nil || len(probe.Layers) == 0 || !i.ix.has(blobPath(probe.Config.Digest)) {
			continue
		}
		h, err := v1.NewHash("sha256:" + strings.TrimPrefix(name, "blobs/sha256/"))
		if err == nil && i.readOCI(ctx, v1.Descriptor{Digest: h}, pick.Platform) == nil {
			return true
		}
	}
	return false
}
