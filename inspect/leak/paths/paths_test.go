package paths_test

import (
	"slices"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/paths"
)

func TestCompare(t *testing.T) {
	want := []string{"/", "/a", "/a/b", "/a/b/c", "/a-b", "/a.b", "/ab", "/b"}
	got := slices.Clone(want)
	slices.Reverse(got)
	if slices.SortFunc(got, paths.Compare); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestBelow(t *testing.T) {
	for _, c := range []struct {
		root, p string
		below   bool
		rel     string // "" where there is none
		common  string
	}{
		{"/a", "/a", true, "", "/a"},
		{"/a", "/a/b/c", true, "b/c", "/a"},
		{"/a", "/ab", false, "", "/"},
		{"/a/b", "/a", false, "", "/a"},
		{"/a/b", "/a/c", false, "", "/a"},
		{"/", "/a", true, "a", "/"},
		{"/", "/", true, "", "/"},
	} {
		if got := paths.Below(c.p, c.root); got != c.below {
			t.Errorf("%s below %s: %t", c.p, c.root, got)
		}
		if rel, ok := paths.Relative(c.root, c.p); rel != c.rel || ok != (c.rel != "") {
			t.Errorf("from %s to %s: %q, %t, want %q", c.root, c.p, rel, ok, c.rel)
		}
		if got := paths.Common(c.root, c.p); got != c.common {
			t.Errorf("%s and %s: %q, want %q", c.root, c.p, got, c.common)
		}
	}
}
