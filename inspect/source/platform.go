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
	want, err := v1.ParsePlatform(platform)
	if err != nil {
		return v1.Descriptor{}, fmt.Errorf("choosing platform %q: write it as os/arch or os/arch/variant: %w", platform, err)
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

func isAttestation(d v1.Descriptor) bool {
	return d.Annotations["vnd.docker.reference.type"] == "attestation-manifest" ||
		d.Platform != nil && d.Platform.OS == "unknown" && d.Platform.Architecture == "unknown"
}
