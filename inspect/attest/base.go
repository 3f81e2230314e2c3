package attest

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// config is the build itself, as provenance with mode=max keeps it: BuildKit's LLB.
type config struct {
	Steps []step `json:"llbDefinition"`
}

type step struct {
	ID string `json:"id"`
	Op struct {
		Op struct {
			Source *struct {
				Identifier string `json:"identifier"`
			} `json:"source"`
			Exec *struct {
				Mounts []struct {
					Dest  string `json:"dest"`
					Input int    `json:"input"`
				} `json:"mounts"`
			} `json:"exec"`
			File *struct {
				Actions []struct {
					Input int `json:"input"`
				} `json:"actions"`
			} `json:"file"`
		} `json:"Op"`
	} `json:"op"`
	Inputs []string `json:"inputs"` // STEP:OUTPUT
}

// Base is the image that im was built from, as far as that can be shown: the
// annotation that some builders leave (OCI image-spec, annotations.md), the source that
// provenance's build steps lead back to, or the one image that the build used, if the
// image's history begins with what another builder made.
func Base(im *image.Image, annotations map[string]string) image.BaseImage {
	if name := annotations["org.opencontainers.image.base.name"]; name != "" {
		return image.BaseImage{Name: text(familiar(name)), Digest: text(annotations["org.opencontainers.image.base.digest"])}
	}
	for _, a := range im.Attestations {
		switch {
		case a.BaseKnown:
			return a.Images[0]
		case len(a.Images) == 1 && len(im.History) > 0 && !strings.HasPrefix(im.History[0].Comment, "buildkit.") && ours(im.History):
			return a.Images[0]
		}
	}
	return image.BaseImage{}
}

// ours says whether BuildKit made the end of a history.
func ours(history []image.History) bool {
	return strings.HasPrefix(history[len(history)-1].Comment, "buildkit.")
}

// base is the image that the last step's file system began with: back from step to
// step, to a source.
func (c *config) base() (image.BaseImage, bool) {
	if c == nil || len(c.Steps) == 0 {
		return image.BaseImage{}, false
	}
	byID := make(map[string]*step, len(c.Steps))
	for i := range c.Steps {
		byID[c.Steps[i].ID] = &c.Steps[i]
	}
	at := &c.Steps[len(c.Steps)-1]
	for range len(c.Steps) {
		if src := at.Op.Op.Source; src != nil {
			return named(src.Identifier)
		}
		n := at.input()
		if n < 0 || n >= len(at.Inputs) {
			return image.BaseImage{}, false
		}
		id, _, _ := strings.Cut(at.Inputs[n], ":")
		if at = byID[id]; at == nil {
			return image.BaseImage{}, false
		}
	}
	return image.BaseImage{}, false // a ring
}

// input is which input holds the file system that the step changes; -1 for none: it
// begins with an empty one.
func (s *step) input() int {
	switch op := s.Op.Op; {
	case op.Exec != nil:
		for _, m := range op.Exec.Mounts {
			if m.Dest == "/" {
				return m.Input
			}
		}
		return -1
	case op.File != nil && len(op.File.Actions) > 0:
		return op.File.Actions[0].Input
	}
	return 0 // a merge, a diff, or the end of the build
}

// named takes a source's identifier apart as a Dockerfile would write it.
func named(identifier string) (image.BaseImage, bool) {
	kind, ref, _ := strings.Cut(identifier, "://")
	if kind != "docker-image" && kind != "oci-layout" {
		return image.BaseImage{}, false
	}
	name, digest, _ := strings.Cut(ref, "@")
	return image.BaseImage{Name: text(familiar(name)), Digest: text(digest)}, true
}

// familiar is a name without what Docker adds to it.
func familiar(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "library/")
}
