package comparison

import (
	"reflect"
	"testing"

	"github.com/stagedive/stagedive/internal/manual"
)

// docs/compare-json.md explains every key, and no other.
func TestDocumentation(t *testing.T) {
	manual.Same(t, manual.Keys(t, "../../../docs/compare-json.md", ""), manual.KeysOf(reflect.TypeFor[document]()))
}
