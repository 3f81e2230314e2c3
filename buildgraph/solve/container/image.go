package container

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
)

// Image is what containers are made of.
type Image struct {
	Platform string // os/arch[/variant]; "" for the engine's
	Layers   []Layer
	// Open opens the stored bytes of layer i. It may be called several times, by any
	// goroutine; the engine asks for those layers only that it has not got.
	Open func(ctx context.Context, i int) (io.ReadCloser, error)
	// Helper is a program of ours that can run beside a command; nil for none.
	Helper *hold.Helper
}

// Layer is a layer as it is stored.
type Layer struct {
	Digest    string // of the stored bytes
	DiffID    string // of the tar inside
	MediaType string // says how it is compressed
	Size      int64  // bytes as stored
}

// documents are the manifest and the configuration that the engine is given: just what
// it takes to lay the layers over each other. How commands run comes with each of them.
func (im *Image) documents() (manifest, config []byte, err error) {
	var c ocispecs.Image
	c.RootFS.Type = "layers"
	if p := platformOf(im.Platform); p != nil {
		c.OS, c.Architecture, c.Variant = p.OS, p.Architecture, p.Variant
	}
	m := ocispecs.Manifest{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispecs.MediaTypeImageManifest}
	for i, l := range im.Layers {
		stored, err := digest.Parse(l.Digest)
		if err != nil {
			return nil, nil, fmt.Errorf("layer %d has no digest: %w", i+1, err)
		}
		diff, err := digest.Parse(l.DiffID)
		if err != nil {
			return nil, nil, fmt.Errorf("layer %d has no diff ID: %w", i+1, err)
		}
		c.RootFS.DiffIDs = append(c.RootFS.DiffIDs, diff)
		m.Layers = append(m.Layers, ocispecs.Descriptor{MediaType: l.MediaType, Digest: stored, Size: l.Size})
	}
	if config, err = json.Marshal(c); err != nil {
		return nil, nil, err
	}
	m.Config = ocispecs.Descriptor{MediaType: ocispecs.MediaTypeImageConfig, Digest: digest.FromBytes(config), Size: int64(len(config))}
	manifest, err = json.Marshal(m)
	return manifest, config, err
}
