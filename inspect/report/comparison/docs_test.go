package comparison

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/internal/manual"
)

// docs/compare-json.md explains every key, and no other.
func TestDocumentation(t *testing.T) {
	used := slices.DeleteFunc(manual.KeysOf(reflect.TypeFor[document]()), func(key string) bool {
		return strings.HasPrefix(key, "probes.") // which docs/probes.md explains
	})
	manual.Same(t, manual.Keys(t, "../../../docs/compare-json.md", ""), used)
}
