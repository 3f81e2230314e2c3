package source

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Choose picks the images for a platform out of an index's entries, the best first.
// Without a platform that is this machine's on Linux, then any. Attestations (BuildKit
// marks them with the platform unknown/unknown) are no images.
func Choose(entries []v1.Descriptor, platform string) ([]v1.Descriptor, error) {
	want, err := ParsePlatform(platform)
	if err != nil {
		return nil, err
	}
	strict := want != nil
	if !strict {
		want = &v1.Platform{OS: "linux", Architecture: runtime.GOARCH}
	}
	var fitting, others []v1.Descriptor
	var have []string
	for _, d := range entries {
		switch {
		case isAttestation(d):
			continue
		case d.Platform == nil && strict, d.Platform != nil && fits(*d.Platform, *want):
			fitting = append(fitting, d)
		default:
			others = append(others, d)
		}
		if d.Platform != nil {
			have = append(have, d.Platform.String())
		}
	}
	switch {
	case len(fitting)+len(others) == 0:
		return nil, errors.New("choosing an image: the index holds none")
	case !strict:
		return append(fitting, others...), nil
	case len(fitting) == 0:
		return nil, fmt.Errorf("%w %s: it has %s", ErrPlatform, platform, strings.Join(have, ", "))
	}
	return fitting, nil
}

// Is fails with ErrPlatform when a platform is asked for and the image, which is the
// only one, says that it is for another.
func (im *Image) Is(platform string) error {
	if platform == NoPlatform || im.Platform == "" {
		return nil
	}
	want, err := ParsePlatform(platform)
	if err != nil {
		return err
	}
	have, err := v1.ParsePlatform(im.Platform)
	if err != nil || fits(*have, *want) {
		return nil
	}
	return fmt.Errorf("%w %s: it is for %s only", ErrPlatform, platform, im.Platform)
}

// usualVariant is an architecture's variant where none is said (containerd/platforms,
// Normalize).
func usualVariant(architecture string) string {
	switch architecture {
	case "arm64":
		return "v8"
	case "arm":
		return "v7"
	case "amd64":
		return "v1"
	}
	return ""
}

// fits says whether a platform is the one that is wanted.
func fits(have, want v1.Platform) bool {
	if want.Variant != "" && have.Variant == "" {
		have.Variant = usualVariant(have.Architecture)
	}
	return have.Satisfies(want)
}

// CheckPlatform fails with a sentence for people when a platform is not written as one.
func CheckPlatform(platform string) error {
	_, err := ParsePlatform(platform)
	return err
}

// ParsePlatform reads "os/arch[/variant]"; nil for NoPlatform.
func ParsePlatform(platform string) (*v1.Platform, error) {
	if platform == NoPlatform {
		return nil, nil
	}
	p, err := v1.ParsePlatform(platform)
	if err == nil && (p.OS == "" || p.Architecture == "") {
		err = errors.New("one of them is missing")
	}
	if arch, variant, _ := strings.Cut(platform, "/"); slices.Contains(architectures[:], arch) {
		hint := "linux/" + arch
		if variant != "" {
			hint += "/" + variant
		}
		return nil, fmt.Errorf("the platform %q has no operating system: write %s", platform, hint)
	}
	if err != nil {
		return nil, fmt.Errorf("%q is no platform: write it as os/arch or os/arch/variant, such as linux/arm64", platform)
	}
	return p, nil
}

// architectures are those that images of Linux are made for (Go's names, as the OCI
// image-spec's config.md asks for).
var architectures = [...]string{"386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x"}

func isAttestation(d v1.Descriptor) bool {
	return d.Annotations["vnd.docker.reference.type"] == "attestation-manifest" ||
		d.ArtifactType == "application/vnd.docker.attestation.manifest.v1+json" ||
		d.Platform != nil && d.Platform.OS == "unknown" && d.Platform.Architecture == "unknown"
}
