package history

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/containerd/containerd/v2/core/content"
	controlapi "github.com/moby/buildkit/api/services/control"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// mostBytes bounds a document that is read whole: provenance of a build with
// hundreds of stages has a few megabytes.
const mostBytes = 64 << 20

// blob reads what a descriptor names from the engine.
func (e *Engine) blob(ctx context.Context, d *controlapi.Descriptor) ([]byte, error) {
	if d == nil || d.Size > mostBytes {
		return nil, fmt.Errorf("no document of a readable size")
	}
	return content.ReadBlob(ctx, e.blobs, ocispecs.Descriptor{MediaType: d.MediaType, Digest: digest.Digest(d.Digest), Size: d.Size})
}

// size is that of the image that a build made: its layers and configuration. It
// is 0 when the build made none, or several, or kept none in the engine.
func (e *Engine) size(ctx context.Context, r *controlapi.BuildHistoryRecord) int64 {
	if r.Result == nil {
		return 0
	}
	var d *controlapi.Descriptor
	switch {
	case len(r.Result.Results) == 1:
		for _, only := range r.Result.Results {
			d = only
		}
	default:
		d = r.Result.ResultDeprecated
	}
	raw, err := e.blob(ctx, d)
	if err != nil {
		return 0
	}
	var doc struct {
		ocispecs.Manifest
		Manifests []ocispecs.Descriptor `json:"manifests"`
	}
	if json.Unmarshal(raw, &doc) != nil {
		return 0
	}
	for _, m := range doc.Manifests { // an index: one image and attestations
		if m.Annotations["vnd.docker.reference.type"] != "" {
			continue
		}
		if doc.Config.Size > 0 {
			return 0 // images of several platforms
		}
		raw, err := e.blob(ctx, &controlapi.Descriptor{Digest: m.Digest.String(), Size: m.Size, MediaType: m.MediaType})
		if err != nil || json.Unmarshal(raw, &doc.Manifest) != nil {
			return 0
		}
	}
	total := doc.Config.Size
	for _, l := range doc.Layers {
		total += l.Size
	}
	return total
}
