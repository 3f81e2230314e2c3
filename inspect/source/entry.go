package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// MaxLayers bounds the layers of an image that are read. Engines take 127.
const MaxLayers = 4096

// TooManyLayers is the sentence for an image with more than MaxLayers.
func TooManyLayers() string {
	return fmt.Sprintf("it lists more than %d layers, and no engine takes more than 127: only the first are shown", MaxLayers)
}

// parsed is a manifest of which each part was read for itself, so that one that lies
// or is damaged does not hide the others.
type parsed struct {
	rawConfig   json.RawMessage
	layers      []Layer
	annotations map[string]string
	kind        string // artifactType
	left        int    // entries that were pruned
}

func parseManifest(raw []byte) (*parsed, error) {
	raw, left := pruned(raw)
	var doc struct {
		Config      json.RawMessage   `json:"config"`
		Layers      []json.RawMessage `json:"layers"`
		FSLayers    []json.RawMessage `json:"fsLayers"`
		Annotations json.RawMessage   `json:"annotations"`
		Kind        json.RawMessage   `json:"artifactType"`
	}
	if err := Parse(raw, &doc); err != nil {
		return nil, err
	}
	if len(doc.FSLayers) > 0 && len(doc.Layers) == 0 {
		return nil, errors.New("it is of the first schema, which engines gave up: push the image again with one of today")
	}
	p := &parsed{rawConfig: doc.Config, left: left}
	for _, entry := range doc.Layers {
		p.layers = append(p.layers, parseLayer(entry))
	}
	if json.Unmarshal(doc.Annotations, &p.annotations) != nil {
		p.annotations = nil // they name the base image at best
	}
	_ = json.Unmarshal(doc.Kind, &p.kind) // "" of what is no text
	return p, nil
}

// artifact is the type of what is no image, such as a Helm chart or a signature; "" of
// an image (OCI image-spec, manifest.md, "Guidelines for Artifact Usage").
func (p *parsed) artifact(config v1.Descriptor) string {
	switch config.MediaType {
	case types.OCIConfigJSON, types.DockerConfigJSON, "", "application/json", "application/octet-stream":
		return ""
	case "application/vnd.oci.empty.v1+json":
		if p.kind != "" {
			return p.kind
		}
	}
	return string(config.MediaType)
}

func parseLayer(entry json.RawMessage) Layer {
	var d v1.Descriptor
	err := Parse(entry, &d)
	l := Layer{Digest: d.Digest.String(), MediaType: string(d.MediaType), Size: d.Size, Foreign: isForeign(string(d.MediaType)), Annotations: d.Annotations}
	switch {
	case err != nil:
		return Layer{Size: -1, Unreadable: fmt.Sprintf("the manifest's entry for it cannot be read (%v)", err)}
	case d.Digest.Hex == "":
		l.Digest, l.Unreadable = "", "the manifest's entry for it names no digest"
	case d.Size < 0:
		l.Size, l.Unreadable = -1, ""
		l.Odd = fmt.Sprintf("the manifest says that it is %d bytes long", d.Size)
	}
	return l
}

// config reads the configuration.
func (p *parsed) config(ctx context.Context, st Store, im *Image) ([]byte, error) {
	var d v1.Descriptor
	if len(p.rawConfig) > 0 {
		if err := Parse(p.rawConfig, &d); err != nil {
			return nil, err
		}
	}
	if d.Digest.Hex == "" {
		return nil, errors.New("the manifest names none")
	}
	if kind := p.artifact(d); kind != "" {
		im.Problems = append(im.Problems, fmt.Sprintf("it is no container image but an artifact (%s): those of its parts that are archives are shown", kind))
	}
	return document(ctx, st.Blob, d, im)
}
