package buildgraph

import (
	"fmt"
	"strings"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// contextNames are the names of named contexts in the form that buildx sends:
// familiar, without ":latest" (buildx util/buildflags, cobrautil).
func contextNames(given []string) map[string]bool {
	names := map[string]bool{}
	for _, n := range given {
		names[ContextName(n)] = true
	}
	return names
}

// ContextName is a named context's name in the form in which External.Ref and
// Read.Context have it.
func ContextName(given string) string {
	if named, err := reference.ParseNormalizedNamed(given); err == nil {
		return strings.TrimSuffix(reference.FamiliarString(named), ":latest")
	}
	return given
}

// context looks a stage's name or a normalised image reference up among the
// named contexts: first the one for the platform, then the one for all
// (dockerui.Client.NamedContext; dockerfile2llb leaves scratch and context
// alone). It answers the context's name. A name that is no image reference is
// an error even when there is no named context at all.
func (b *builder) context(name string, p ocispecs.Platform) (string, bool, error) {
	if strings.EqualFold(name, "scratch") || strings.EqualFold(name, "context") {
		return "", false, nil
	}
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return "", false, fmt.Errorf("invalid context name %s: %w", name, err)
	}
	name = strings.TrimSuffix(reference.FamiliarString(named), ":latest")
	if full := name + "::" + platforms.FormatAll(platforms.Normalize(p)); b.contexts[full] {
		return full, true, nil
	}
	return name, b.contexts[name], nil
}
