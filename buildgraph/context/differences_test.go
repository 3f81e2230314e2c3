package context_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
)

func listed(t *testing.T, dir string) *buildcontext.Listing {
	t.Helper()
	ignore, err := buildcontext.ReadIgnore(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	l, err := buildcontext.List(t.Context(), dir, ignore)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestCompare(t *testing.T) {
	long := strings.Repeat("x", 70<<10)
	a := tree(t, map[string]string{
		"same": "s", "long": long + "a", "size": "1", "only/a": "1", "kind": "f", "run": "r", "dir/f": "1", ".dockerignore": "ignored\n", "ignored": "1",
	})
	b := tree(t, map[string]string{
		"same": "s", "long": long + "b", "size": "22", "only/b": "1", "kind/f": "f", "run": "r", "dir/f": "1", ".dockerignore": "ignored\n", "ignored": "2",
	})
	if err := os.Chmod(filepath.Join(b, "run"), 0o755); err != nil {
		t.Fatal(err)
	}
	for dir, target := range map[string]string{a: "same", b: "size"} {
		if err := os.Symlink(target, filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("same", filepath.Join(dir, "steady")); err != nil {
			t.Fatal(err)
		}
	}
	got, err := listed(t, a).Compare(t.Context(), listed(t, b))
	if err != nil {
		t.Fatal(err)
	}
	want := buildcontext.Differences{
		Added: []string{"kind/f", "only/b"}, Removed: []string{"kind", "only/a"}, Changed: []string{"link", "long", "run", "size"},
	}
	if diff := cmp.Diff(want, got); diff != "" || got.Len() != 8 {
		t.Error(got.Len(), diff)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := listed(t, a).Compare(ctx, listed(t, b)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
