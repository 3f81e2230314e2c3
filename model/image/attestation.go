package image

import (
	"fmt"
	"strings"
)

// AttestationKind is what an attestation speaks of.
type AttestationKind string

// Kinds of attestations.
const (
	Provenance       AttestationKind = "provenance" // how the image was built
	SBOM             AttestationKind = "sbom"       // what it is made of
	OtherAttestation AttestationKind = "other"
)

// Attestation is a statement that a builder left beside the image (in-toto; BuildKit's
// docs/attestations). It is what somebody said: no signature is checked.
type Attestation struct {
	Predicate string          `json:"predicate"` // the type's URI
	Kind      AttestationKind `json:"kind"`
	Digest    string          `json:"digest"`
	Size      int64           `json:"size"`               // bytes as stored; -1 when unknown
	Builder   string          `json:"builder,omitempty"`  // of a provenance: the builder's ID
	Images    []BaseImage     `json:"images,omitempty"`   // the images that the build used
	BaseKnown bool            `json:"-"`                  // the first of Images is shown to be what the image was built from
	Source    string          `json:"source,omitempty"`   // where the Dockerfile and the context came from
	Revision  string          `json:"revision,omitempty"` // the commit
	Packages  int             `json:"packages,omitempty"` // that an SBOM lists
	Problem   string          `json:"problem,omitempty"`  // why it says no more; a sentence
}

// BaseImage is an image that another was built from.
type BaseImage struct {
	Name   string `json:"name,omitempty"` // as a Dockerfile writes it; "" when only the digest is known
	Digest string `json:"digest,omitempty"`
}

// String is the name and the short digest.
func (b BaseImage) String() string {
	algorithm, hex, ok := strings.Cut(b.Digest, ":")
	if !ok {
		return b.Name
	}
	digest := algorithm + ":" + hex[:min(12, len(hex))]
	if b.Name == "" {
		return digest
	}
	return b.Name + " (" + digest + ")"
}

// Summary says in a line what the attestation tells.
func (a Attestation) Summary() string {
	if a.Problem != "" {
		return a.Problem
	}
	var parts []string
	switch a.Kind {
	case SBOM:
		noun := "packages"
		if a.Packages == 1 {
			noun = "package"
		}
		parts = append(parts, fmt.Sprintf("lists %d %s", a.Packages, noun))
	case Provenance:
		if a.Builder != "" {
			parts = append(parts, "built by "+a.Builder)
		}
		if len(a.Images) > 0 {
			names := make([]string, len(a.Images))
			for i, b := range a.Images {
				names[i] = b.String()
			}
			parts = append(parts, "from "+strings.Join(names, ", "))
		}
		if a.Source != "" {
			parts = append(parts, "source "+a.Source)
		}
		if a.Revision != "" {
			parts = append(parts, "revision "+a.Revision[:min(12, len(a.Revision))])
		}
	}
	if len(parts) == 0 {
		return a.Predicate
	}
	return strings.Join(parts, "; ")
}
