package image

import (
	"slices"
	"strings"
)

// NamesAnnotation is the annotation under which a built image's names are kept, apart
// by spaces, which no name holds.
const NamesAnnotation = "org.stagedive.image.names"

// SplitNames are the names in an annotation.
func SplitNames(annotation string) []string { return strings.Fields(annotation) }

// JoinNames puts names into an annotation, each once.
func JoinNames(names []string) string {
	names = slices.Clone(names)
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}
