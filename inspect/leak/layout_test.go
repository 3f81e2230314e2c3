package leak_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

func TestCaches(t *testing.T) {
	tests := []struct {
		at, rule string
		has      string
	}{
		{"/var/lib/apt/lists", "SD-C001", "deb_Packages"},
		{"/var/cache/apt", "SD-C001", "pkgcache.bin"},
		{"/var/cache/apk", "SD-C002", "APKINDEX.1.tar.gz"},
		{"/root/.cache/pip", "SD-C004", "http/a/b"},
		{"/root/.npm/_cacache", "SD-C005", "content-v2/sha512/aa/x"},
		{"/home/me/.cache/yarn", "SD-C005", "v6/x"},
		{"/go/pkg/mod", "SD-C006", "example.org/m@v1.0.0/m.go"},
		{"/root/.cache/go-build", "SD-C006", "00/ff-d"},
		{"/usr/local/cargo/registry", "SD-C007", "cache/x.crate"},
		{"/root/.m2/repository", "SD-C008", "org/x/1/x-1.pom"},
		{"/root/.gradle/caches", "SD-C008", "modules-2/x"},
		{"/root/.ccache", "SD-C010", "0/x"},
	}
	for _, tt := range tests {
		t.Run(tt.at, func(t *testing.T) {
			layer := []entry{blob(tt.at+"/"+tt.has, 1<<20), blob(tt.at+"/y", 12<<20), blob(tt.at+"2/z", 1<<20)}
			f := one(t, find(t, &image.Image{}, nil, layer), tt.rule)
			if f.Path != tt.at || f.Files != 2 || f.Size != 13<<20 || f.Severity != finding.Medium || f.Deleted != 0 {
				t.Errorf("%+v", f)
			}
			small := find(t, &image.Image{}, nil, []entry{blob(tt.at+"/"+tt.has, 100)})
			if len(small) > 0 {
				t.Errorf("an empty cache is reported: %s", summary(small))
			}
		})
	}
}

// rm -rf of a directory's content makes a whiteout for each entry, and the
// directory itself stays with a lock in it.
func TestCacheRemovedInALaterLayer(t *testing.T) {
	lists := "/var/lib/apt/lists"
	update := []entry{blob(lists+"/a_Packages", 5<<20), blob(lists+"/partial/b", 1<<20), text(lists+"/lock", "")}
	for name, remove := range map[string][]entry{
		"each entry":       {gone(lists + "/a_Packages"), gone(lists + "/partial")},
		"the directory":    {gone(lists)},
		"one far above it": {gone("/var")},
		"opaque":           {opaque(lists)},
		"opaque above it":  {opaque("/var/lib")},
		"replaced":         {gone(lists), symlink(lists, "/tmp")},
	} {
		if f := one(t, find(t, &image.Image{}, nil, update, nil, remove), "SD-C001"); f.Deleted != 2 {
			t.Errorf("%s: deleted %d, want 2", name, f.Deleted)
		}
	}
	if f := one(t, find(t, &image.Image{}, nil, update, []entry{gone(lists + "/partial")}), "SD-C001"); f.Deleted != 0 {
		t.Errorf("most is left, yet deleted in %d", f.Deleted)
	}
}

func TestRepositories(t *testing.T) {
	git := []entry{text("/src/.git/HEAD", "ref: refs/heads/main\n"), blob("/src/.git/objects/pack/p.pack", 3<<20), text("/src/.git/config", "[remote]\n\turl = https://me:"+canary+"@h/x\n")}
	found := find(t, &image.Image{}, nil, git)
	if f := one(t, found, "SD-V001"); f.Path != "/src/.git" || f.Files != 3 || f.Severity != finding.High {
		t.Errorf("%+v", f)
	}
	if f := one(t, found, "SD-K002"); f.Path != "/src/.git/config" || f.Severity != finding.Critical {
		t.Errorf("%+v", f)
	}
	noCanary(t, found)
	one(t, find(t, &image.Image{}, nil, []entry{text("/src/.hg/requires", "store\n"), text("/src/.hg/store/00changelog.i", "\x00\x01")}), "SD-V002")
	one(t, find(t, &image.Image{}, nil, []entry{text("/src/.svn/wc.db", "SQLite format 3\x00")}), "SD-V003")
	if found := find(t, &image.Image{}, nil, []entry{text("/src/.git/HEAD", "ref: refs/heads/main\n")}); len(found) > 0 {
		t.Errorf("a HEAD alone is reported: %s", summary(found))
	}
}

func TestSourcesAreGroupedByProject(t *testing.T) {
	var layer []entry
	for i := range 1000 {
		layer = append(layer, text(fmt.Sprintf("/app/internal/p%d/x.go", i), "package p\n"))
	}
	layer = append(layer, text("/app/go.mod", "module x\n"), text("/app/c/lib.c", "int x;"), text("/srv/tool/src/main.rs", "fn main() {}"), text("/main.go", "package main"))
	found := find(t, &image.Image{}, nil, layer)
	if len(found) != 3 {
		t.Fatalf("%d findings, want 3: %s", len(found), summary(found))
	}
	byPath := map[string]finding.Finding{}
	for _, f := range found {
		byPath[f.Path] = f
	}
	app := byPath["/app"]
	if app.Files != 1001 || app.Title != "Go, C/C++ source files" || app.Severity != finding.Medium {
		t.Errorf("%+v", app)
	}
	if all := strings.Join(app.Evidence, "\n"); !strings.Contains(all, "1,000 Go source files, 1 C/C++ source file") || !strings.Contains(all, "/app/go.mod makes it a project") {
		t.Errorf("evidence: %s", all)
	}
	if byPath["/srv/tool/src/main.rs"].Rule == "" || byPath["/main.go"].Rule == "" {
		t.Errorf("paths: %s", summary(found))
	}
}

func TestTypeScript(t *testing.T) {
	layer := []entry{text("/app/src/a.ts", "export {}"), text("/app/src/b.tsx", "export {}"), text("/app/dist/a.js.map", `{"version":3,"mappings":""}`), text("/app/package.json", "{}")}
	found := find(t, &image.Image{}, nil, layer)
	if f := one(t, found, "SD-S002"); f.Path != "/app" || f.Files != 2 {
		t.Errorf("%+v", f)
	}
	if f := one(t, found, "SD-S003"); f.Path != "/app/dist/a.js.map" || f.Severity != finding.Low {
		t.Errorf("%+v", f)
	}
	deno := &image.Image{Config: image.Config{Cmd: []string{"deno", "run", "/app/src/a.ts"}}}
	for _, f := range find(t, deno, nil, layer) {
		if f.Rule == "SD-S002" {
			t.Errorf("what Deno runs is reported: %+v", f)
		}
	}
}

func TestFileNamesAreMadeHarmless(t *testing.T) {
	found := find(t, &image.Image{}, nil, []entry{text("/app/\x1b[2Jx.go", "package x"), text("/app/\x1b]0;k\x07.pem", testKey(t, false))})
	if len(found) != 2 {
		t.Fatal(summary(found))
	}
	for _, f := range found {
		f.Holds = nil // never shown: it is for finding the files again
		if s := fmt.Sprint(f); strings.ContainsAny(s, "\x1b\x07") {
			t.Errorf("control characters in %q", s)
		}
	}
}
