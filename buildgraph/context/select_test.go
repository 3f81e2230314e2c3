package context_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
)

// What BuildKit really hashes is asked in buildgraph/solve, whose tests have an
// engine; here is what a reader wants to know about each form.
func TestSelect(t *testing.T) {
	dir := tree(t, map[string]string{
		".dockerignore": "node_modules\n*.log\n",
		"Dockerfile":    "", "go.mod": "", "go.sum": "", "x.log": "",
		"src/a.go": "", "src/a_test.go": "", "src/in/b.go": "", "src/in/c.md": "",
		"node_modules/m.js": "", "real/r.txt": "", "q[1].txt": "", "q1.txt": "",
	})
	for link, to := range map[string]string{"alias": "real", "out": "/../real/r.txt", "loop": "loop"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	ignore, err := buildcontext.ReadIgnore(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	copied := func(sources ...string) (out []buildcontext.Take) {
		for _, s := range sources {
			out = append(out, buildcontext.Copied(s, false, nil))
		}
		return out
	}
	for name, tt := range map[string]struct {
		takes []buildcontext.Take
		want  []string
	}{
		"nothing asked":      {nil, nil},
		"a file":             {copied("go.mod"), []string{"go.mod"}},
		"two sources":        {copied("go.sum", "./go.mod"), []string{"go.mod", "go.sum"}},
		"not there":          {copied("gone"), nil},
		"outside":            {copied("../../go.mod"), []string{"go.mod"}},
		"ignored":            {copied("x.log", "node_modules"), nil},
		"a directory":        {copied("src/in/"), []string{"src/in", "src/in/b.go", "src/in/c.md"}},
		"a pattern":          {copied("go.*"), []string{"go.mod", "go.sum"}},
		"a pattern below":    {copied("src/*.go"), []string{"src/a.go", "src/a_test.go"}},
		"a directory by one": {copied("sr?/in"), []string{"src/in", "src/in/b.go", "src/in/c.md"}},
		"a quoted wildcard":  {copied("q[[]1].txt"), []string{"q[1].txt"}},
		"a link":             {copied("alias"), []string{"alias", "real", "real/r.txt"}},
		"over a link":        {copied("alias/r.txt"), []string{"alias", "real/r.txt"}},
		"a link upwards":     {copied("out"), []string{"out", "real/r.txt"}},
		"a link by pattern":  {copied("al*"), []string{"alias", "real", "real/r.txt"}},
		"a link to itself":   {copied("loop"), []string{"loop"}},
		"parents": {
			[]buildcontext.Take{buildcontext.Copied("src/**/*.go", true, nil)},
			[]string{"src", "src/a.go", "src/a_test.go", "src/in", "src/in/b.go"},
		},
		"parents from a pivot": {
			[]buildcontext.Take{buildcontext.Copied("src/./in/*.md", true, nil)},
			[]string{"src", "src/in", "src/in/c.md"},
		},
		"excluded": {
			[]buildcontext.Take{buildcontext.Copied("src", false, []string{"*_test.go", "**/*.md"})},
			[]string{"src", "src/a.go", "src/in", "src/in/b.go"},
		},
		"a mount knows no wildcards": {[]buildcontext.Take{buildcontext.Mounted("*.mod"), buildcontext.Mounted("/go.sum")}, []string{"go.sum"}},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := buildcontext.Select(t.Context(), dir, ignore, tt.takes)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range files {
				got = append(got, f.Path)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	all, err := buildcontext.Select(t.Context(), dir, ignore, copied("."))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for f, err := range buildcontext.Files(t.Context(), dir, ignore) {
		if err != nil || f.Path != all[n].Path {
			t.Fatalf("%v, %v: want %s", f, err, all[n].Path)
		}
		n++
	}
	if n != len(all) {
		t.Errorf("all of the context are %d paths, not %d", n, len(all))
	}
}

func TestSelectRefusesBadPatterns(t *testing.T) {
	dir := tree(t, map[string]string{"a": ""})
	for _, take := range []buildcontext.Take{
		buildcontext.Copied("[", false, nil),
		buildcontext.Copied("a[", true, nil),
		buildcontext.Copied(".", false, []string{"["}),
	} {
		if _, err := buildcontext.Select(t.Context(), dir, buildcontext.Ignore{}, []buildcontext.Take{take}); err == nil {
			t.Errorf("%+v: no error", take)
		}
	}
}
