package source

import (
	"fmt"
	"runtime"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Choose picks the image for a platform out of an index's entries. Without a
// platform it is this machine's on Linux, or else the first one. Attestations
// (BuildKit marks them with the platform unknown/unknown) are no images.
func Choose(entries []v1.Descriptor, platform string) (v1.Descriptor, error) {
	var images []v1.Descriptor
	for _, d := range entries {
		if !isAttestation(d) {
			images = append(images, d)
		}
	}
	if len(images) == 0 {
		return v1.Descriptor{}, fmt.Errorf("choosing an image: the index holds none")
	}
	if platform == NoPlatform {
		here := v1.Platform{OS: "linux", Architecture: runtime.GOARCH}
		for _, d := range images {
			if d.Platform != nil && d.Platform.Satisfies(here) {
				return d, nil
			}
		}
		return images[0], nil
	}
	want, err := parse(platform)
	if err != nil {
		return v1.Descriptor{}, err
	}
	var have []string
	for _, d := range images {
		if d.Platform == nil || d.Platform.Satisfies(*want) {
			return d, nil
		}
		have = append(have, d.Platform.String())
	}
	return v1.Descriptor{}, fmt.Errorf("%w %s: it has %s", ErrPlatform, platform, strings.Join(have, ", "))
}

// Is fails with ErrPlatform when a platform is asked for and the image, which is the
// only one, says that it is for another.
func (im *Image) Is(platform string) error {
	if platform == NoPlatform || im.Platform == "" {
		return nil
	}
	want, err := parse(platform)
	if err != nil {
		return err
	}
	have, err := v1.ParsePlatform(im.Platform)
	if err != nil || have.Satisfies(*want) || have.Variant == "" && have.Satisfies(v1.Platform{OS: want.OS, Architecture: want.Architecture}) {
		return nil
	}
	return fmt.Errorf("%w %s: it is for %s only", ErrPlatform, platform, im.Platform)
}

func parse(platform string) (*v1.Platform, error) {
	p, err := v1.ParsePlatform(platform)
	if err != nil {
		return nil, fmt.Errorf("choosing platform %q: write it as os/arch or os/arch/variant: %w", platform, err)
	}
	return p, nil
}

func isAttestation(d v1.Descriptor) bool {
	return d.Annotations["vnd.docker.reference.type"] == "attestation-manifest" ||
		d.Platform != nil && d.Platform.OS == "unknown" && d.Platform.Architecture == "unknown"
}
