package context_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
)

func TestList(t *testing.T) {
	dir := tree(t, map[string]string{
		".dockerignore": "*.log\n", "x.log": "", "go.mod": "module x", "web/dist/app.js": "0123456789012345678901234567890123456789", "web/a.css": "1",
	})
	ignore, err := buildcontext.ReadIgnore(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	l, err := buildcontext.List(t.Context(), dir, ignore)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"": true, ".": true, "go.mod": true, "web/dist": true, "x.log": false, "gone": false} {
		if l.Has(path) != want {
			t.Errorf("Has(%q) is %v", path, !want)
		}
	}
	if text, ok := l.Read("go.mod"); !ok || string(text) != "module x" {
		t.Errorf("go.mod reads %q, %v", text, ok)
	}
	for _, path := range []string{"web", "x.log", "../go.mod"} {
		if _, ok := l.Read(path); ok {
			t.Errorf("%s was read", path)
		}
	}
	for _, takes := range [][]buildcontext.Take{{buildcontext.Copied(".", false, nil)}, {buildcontext.Copied("web/*.css", false, nil), buildcontext.Copied("go.mod", false, nil)}} {
		want, err := buildcontext.Select(t.Context(), dir, ignore, takes)
		if err != nil {
			t.Fatal(err)
		}
		got, err := l.Taken(takes)
		if err != nil {
			t.Fatal(err)
		}
		paths := func(files []buildcontext.File) (out []string) {
			for _, f := range files {
				out = append(out, f.Path)
			}
			return out
		}
		if diff := cmp.Diff(paths(want), paths(got)); diff != "" {
			t.Errorf("Taken is not what Select says: %s", diff)
		}
	}
}

func TestLargestNamesWhatHoldsTheBytes(t *testing.T) {
	files := []buildcontext.File{
		{Path: "a/b/c/one", Size: 50},
		{Path: "a/b/c/two", Size: 50},
		{Path: "a/x", Size: 1},
		{Path: "d/one", Size: 20},
		{Path: "d/e/two", Size: 20},
		{Path: "file", Size: 30},
	}
	want := []buildcontext.Entry{
		{Path: "a/b/c", Dir: true, Files: 2, Bytes: 100}, {Path: "d", Dir: true, Files: 2, Bytes: 40}, {Path: "file", Files: 1, Bytes: 30},
	}
	if diff := cmp.Diff(want, buildcontext.Largest(files, 9)); diff != "" {
		t.Error(diff)
	}
	if got := buildcontext.Largest(files, 1); len(got) != 1 || got[0].Path != "a/b/c" {
		t.Errorf("the largest is %v", got)
	}
	if n, bytes := buildcontext.Total(files); n != 6 || bytes != 171 {
		t.Errorf("%d files, %d bytes", n, bytes)
	}
}
