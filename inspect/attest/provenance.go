package attest

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// predicate is what the two forms of SLSA provenance, 0.2 and 1, tell of a build by
// BuildKit; each fills its own half.
type predicate struct {
	// 0.2
	Builder     party      `json:"builder"`
	Materials   []material `json:"materials"`
	BuildConfig *config    `json:"buildConfig"`
	Invocation  struct {
		ConfigSource material `json:"configSource"`
	} `json:"invocation"`
	Metadata struct {
		BuildKit details `json:"https://mobyproject.org/buildkit@v1#metadata"`
	} `json:"metadata"`

	// 1
	Definition struct {
		Resolved []material `json:"resolvedDependencies"`
		External struct {
			ConfigSource material `json:"configSource"`
		} `json:"externalParameters"`
		Internal struct {
			BuildConfig *config `json:"buildConfig"`
		} `json:"internalParameters"`
	} `json:"buildDefinition"`
	Run struct {
		Builder  party `json:"builder"`
		Metadata struct {
			BuildKit details `json:"buildkit_metadata"`
		} `json:"metadata"`
	} `json:"runDetails"`
}

type party struct {
	ID string `json:"id"`
}

type material struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

type details struct {
	VCS map[string]string `json:"vcs"`
}

// maxImages bounds the images that are kept of a provenance.
const maxImages = 64

// provenance reads SLSA provenance.
func provenance(raw []byte, a *image.Attestation) error {
	var p predicate
	if err := json.Unmarshal(raw, &p); err != nil {
		return err
	}
	a.Builder = text(first(p.Builder.ID, p.Run.Builder.ID))
	vcs := p.Metadata.BuildKit.VCS
	if len(vcs) == 0 {
		vcs = p.Run.Metadata.BuildKit.VCS
	}
	from := p.Invocation.ConfigSource
	if from.URI == "" {
		from = p.Definition.External.ConfigSource
	}
	a.Source = text(withoutUser(first(vcs["source"], from.URI)))
	a.Revision = text(first(vcs["revision"], from.Digest["sha1"]))

	var images []image.BaseImage
	for _, m := range append(p.Materials, p.Definition.Resolved...) {
		b, ok := m.image()
		if ok && len(images) < maxImages && !slices.Contains(images, b) {
			images = append(images, b)
		}
	}
	build := p.BuildConfig
	if build == nil {
		build = p.Definition.Internal.BuildConfig
	}
	if base, ok := build.base(); ok {
		same := func(b image.BaseImage) bool { return b.Digest != "" && b.Digest == base.Digest || b.Name == base.Name }
		if i := slices.IndexFunc(images, same); i >= 0 {
			base = images[i]
			images = slices.Delete(images, i, i+1)
		}
		images = slices.Insert(images, 0, base)
		a.BaseKnown = true
	}
	a.Images = images
	return nil
}

// image is the image that a material is, by its package URL: pkg:docker/NAME@TAG?….
func (m material) image() (image.BaseImage, bool) {
	kind, rest, _ := strings.Cut(m.URI, "/")
	if kind != "pkg:docker" && kind != "pkg:oci" {
		return image.BaseImage{}, false
	}
	rest, query, _ := strings.Cut(rest, "?")
	name, version, _ := strings.Cut(rest, "@")
	for _, part := range []*string{&name, &version} {
		if plain, err := url.PathUnescape(*part); err == nil {
			*part = plain
		}
	}
	var b image.BaseImage
	if sum := m.Digest["sha256"]; sum != "" {
		b.Digest = text("sha256:" + sum)
	} else if q, err := url.ParseQuery(query); err == nil {
		b.Digest = text(q.Get("digest"))
	}
	if name == "docker/dockerfile" || name == "docker/dockerfile-upstream" {
		return b, false // the frontend that read the Dockerfile: nothing of it is in the image
	}
	switch {
	case version == "":
	case strings.HasPrefix(version, "sha256:"):
		name += "@" + version
	default:
		name += ":" + version
	}
	b.Name = text(name)
	return b, true
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// withoutUser takes user and password out of a URL: a token may have been in it.
func withoutUser(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.User == nil {
		return s
	}
	u.User = nil
	return u.String()
}
