package files

import (
	"strings"
	"testing"
)

// TestNoSuchChange: that nothing is left of the changes is said in a plain sentence,
// one of its own for each kind.
func TestNoSuchChange(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range kindsInTurn()[1:] {
		one, more := k.none(true), k.none(false)
		if !strings.HasPrefix(one, "This layer ") || !strings.HasPrefix(more, "These layers ") || seen[one] {
			t.Errorf("%v: %q, %q", k, one, more)
		}
		seen[one] = true
	}
	if want := "This layer changes no file's owner, mode or time alone"; !seen[want] {
		t.Errorf("%q is not among %v", want, seen)
	}
}
