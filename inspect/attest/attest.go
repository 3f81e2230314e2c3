// Package attest reads what builders left beside an image about it: BuildKit keeps
// provenance and SBOMs in a manifest of their own, which the image's index names
// (BuildKit, docs/attestations/attestation-storage.md). What they say is bounded,
// sanitised, and believed no further than that somebody said it.
package attest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// What is read of attestations is bounded: documents a manifest and an image, and the
// bytes of one that is looked into. An SBOM of a large image has some megabytes.
const (
	maxDocuments = 64
	maxManifest  = 1 << 20
	maxDocument  = 24 << 20
)

// Read reads the attestations of an image from the store that holds it. Those that
// cannot be read say why.
func Read(ctx context.Context, st source.Store, manifests []v1.Descriptor) []image.Attestation {
	var out []image.Attestation
	for _, d := range manifests {
		raw, err := document(ctx, source.ManifestOpener(st), d, maxManifest)
		var m *v1.Manifest
		if err == nil {
			m, err = v1.ParseManifest(bytes.NewReader(raw))
		}
		if err != nil {
			out = append(out, image.Attestation{Kind: image.OtherAttestation, Digest: d.Digest.String(), Size: d.Size, Problem: problem(err)})
			continue
		}
		for _, l := range m.Layers {
			if len(out) == maxDocuments {
				return out
			}
			out = append(out, one(ctx, st, l))
		}
	}
	return out
}

// one reads one statement.
func one(ctx context.Context, st source.Store, d v1.Descriptor) image.Attestation {
	a := image.Attestation{
		Predicate: text(d.Annotations["in-toto.io/predicate-type"]), Digest: d.Digest.String(), Size: d.Size,
	}
	a.Kind = kind(a.Predicate)
	raw, err := document(ctx, st.Blob, d, maxDocument)
	if err != nil {
		a.Problem = problem(err)
		return a
	}
	var statement struct {
		PredicateType string          `json:"predicateType"`
		Predicate     json.RawMessage `json:"predicate"`
	}
	if err := json.Unmarshal(raw, &statement); err != nil {
		a.Problem = "it is no in-toto statement"
		return a
	}
	if a.Predicate == "" {
		a.Predicate = text(statement.PredicateType)
		a.Kind = kind(a.Predicate)
	}
	switch a.Kind {
	case image.Provenance:
		err = provenance(statement.Predicate, &a)
	case image.SBOM:
		err = sbom(statement.Predicate, &a)
	}
	if err != nil {
		a.Problem = "it says nothing that can be read"
	}
	return a
}

func kind(predicate string) image.AttestationKind {
	switch {
	case strings.HasPrefix(predicate, "https://slsa.dev/provenance/"):
		return image.Provenance
	case strings.HasPrefix(predicate, "https://spdx.dev/"), strings.HasPrefix(predicate, "https://cyclonedx.org/"):
		return image.SBOM
	}
	return image.OtherAttestation
}

// document reads a document and holds it against its digest.
func document(ctx context.Context, open source.Opener, d v1.Descriptor, most int64) ([]byte, error) {
	if d.Size > most {
		return nil, tooLarge(d.Size)
	}
	rc, _, err := open(ctx, d.Digest.String())
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	raw, err := io.ReadAll(io.LimitReader(rc, most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(raw)) > most:
		return nil, tooLarge(int64(len(raw)))
	case !source.Matches(d.Digest.String(), raw):
		return nil, errChanged
	}
	return raw, nil
}

type tooLarge int64

func (n tooLarge) Error() string { return fmt.Sprintf("%d bytes are too many", int64(n)) }

var errChanged = errors.New("other bytes than its digest says")

// problem is the sentence for a document that cannot be read.
func problem(err error) string {
	var large tooLarge
	switch {
	case errors.As(err, &large):
		return "it is too large to be looked into (" + measure.Bytes(int64(large)) + ")"
	case errors.Is(err, fs.ErrNotExist):
		return "it is missing: whoever copied the image left it out"
	case errors.Is(err, errChanged):
		return "it is not what its digest says: it has been damaged or changed"
	}
	return "it cannot be read (" + sanitize.Text(err.Error()) + ")"
}

// maxText bounds a name or a URL, in bytes.
const maxText = 1000

// text makes text from outside harmless and short.
func text(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return sanitize.Text(s)
}

// sbom counts the packages that an SPDX or CycloneDX document lists.
func sbom(raw []byte, a *image.Attestation) error {
	var doc struct {
		Packages   []struct{} `json:"packages"`
		Components []struct{} `json:"components"`
	}
	err := json.Unmarshal(raw, &doc)
	a.Packages = max(len(doc.Packages), len(doc.Components))
	return err
}
