package context_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
)

// tree writes files below a fresh directory, each as long as its text.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func paths(t *testing.T, dir, dockerfile string) []string {
	t.Helper()
	ignore, err := buildcontext.ReadIgnore(dir, dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for f, err := range buildcontext.Files(t.Context(), dir, ignore) {
		if err != nil {
			t.Fatal(err)
		}
		if !f.Mode.IsDir() {
			out = append(out, f.Path)
		}
	}
	return out
}

func TestIgnore(t *testing.T) {
	base := map[string]string{"Dockerfile": "FROM x", "a/b.go": "b", "a/c.md": "c", "node_modules/x/y.js": "y", "z.log": "z"}
	for _, c := range []struct {
		name   string
		extra  map[string]string
		ignore string // base name of the file that is read
		want   []string
	}{
		{"none", nil, "", []string{"Dockerfile", "a/b.go", "a/c.md", "node_modules/x/y.js", "z.log"}},
		{
			"a directory and a suffix",
			map[string]string{".dockerignore": "node_modules\n**/*.md\n# no\n*.log\n"},
			".dockerignore",
			[]string{".dockerignore", "Dockerfile", "a/b.go"},
		},
		{
			"all but some",
			map[string]string{".dockerignore": "*\n!a/*.go\n"},
			".dockerignore",
			[]string{"a/b.go"},
		},
		{
			"the Dockerfile's own wins",
			map[string]string{".dockerignore": "a\n", "Dockerfile.dockerignore": "node_modules\n*ockerignore\n"},
			"Dockerfile.dockerignore",
			[]string{"Dockerfile", "a/b.go", "a/c.md", "z.log"},
		},
		{
			"an empty one beside the Dockerfile is none",
			map[string]string{".dockerignore": "a\n*ockerignore", "Dockerfile.dockerignore": ""},
			".dockerignore",
			[]string{"Dockerfile", "node_modules/x/y.js", "z.log"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := tree(t, base)
			for name, text := range c.extra {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			dockerfile := filepath.Join(dir, "Dockerfile")
			if diff := cmp.Diff(c.want, paths(t, dir, dockerfile)); diff != "" {
				t.Error(diff)
			}
			ignore, err := buildcontext.ReadIgnore(dir, dockerfile)
			if err != nil {
				t.Fatal(err)
			}
			if got := filepath.Base("/" + ignore.File); got != filepath.Base("/"+c.ignore) {
				t.Errorf("read %q", ignore.File)
			}
		})
	}
}

func TestBadPatternIsAnError(t *testing.T) {
	dir := tree(t, map[string]string{".dockerignore": "[\n"})
	ignore, err := buildcontext.ReadIgnore(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = buildcontext.Measure(t.Context(), dir, ignore, 1); err == nil {
		t.Error("no error")
	}
}

func TestMeasure(t *testing.T) {
	dir := tree(t, map[string]string{
		"big": strings.Repeat("x", 5000), "mid\x1b[2J": strings.Repeat("x", 300),
		"d/one": "1", "d/two": "22", "d/six": "666666",
	})
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	s, err := buildcontext.Measure(t.Context(), dir, buildcontext.Ignore{}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if s.Files != 6 || s.Dirs != 1 || s.Bytes != 5309 {
		t.Errorf("%d files, %d directories, %d bytes", s.Files, s.Dirs, s.Bytes)
	}
	var got []string
	for _, f := range s.Largest {
		got = append(got, fmt.Sprintf("%s %d", f.Path, f.Size))
	}
	if diff := cmp.Diff([]string{"big 5000", "mid␛[2J 300", "d/six 6"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCancelledWalkEnds(t *testing.T) {
	dir := tree(t, map[string]string{"a": "", "b": "", "c": ""})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := 0
	var last error
	for _, err := range buildcontext.Files(ctx, dir, buildcontext.Ignore{}) {
		if last = err; err == nil {
			seen++
		}
		cancel()
	}
	if seen != 1 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d files, then %v", seen, last)
	}
}

func TestWalkStopsWhenAsked(t *testing.T) {
	dir := tree(t, map[string]string{"a": "", "b": ""})
	for f, err := range buildcontext.Files(t.Context(), dir, buildcontext.Ignore{}) {
		if err != nil || f.Path != "a" {
			t.Errorf("%v, %v", f, err)
		}
		break
	}
}

func TestMissingContextIsAnError(t *testing.T) {
	if _, err := buildcontext.Measure(t.Context(), filepath.Join(t.TempDir(), "no"), buildcontext.Ignore{}, 1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
