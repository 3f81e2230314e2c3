package packages_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"os"
	"strings"
	"testing"
)

const status = `Package: gcc-12
Status: install ok installed
Installed-Size: 2
Version: 12.2.0-14
Description: it
 of two lines

Package: old
Status: deinstall ok config-files
Version: 1

Package: zlib1g
Status: install ok installed
Version: 1.2
`

const installed = "C:Q1=\nP:musl\nV:1.2.4-r2\nI:4096\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:zlib\nV:1.3-r0\nI:100\n"

const gemspec = `# -*- encoding: utf-8 -*-
# stub: rake 13.0.6 ruby lib

Gem::Specification.new do |s|
  s.name = "rake".freeze
  s.version = "13.0.6"
  s.add_runtime_dependency(%q<thor>.freeze, [">= 0"])
end
`

// What each kind of store says.
func TestStores(t *testing.T) {
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		files []file
		want  string
	}{
		"dpkg":         {[]file{text("/var/lib/dpkg/status", status)}, "deb gcc-12 12.2.0-14 size=2048 layer=0\ndeb zlib1g 1.2 size=0 layer=0\n"},
		"dpkg, damage": {[]file{text("/var/lib/dpkg/status", "Status: what\n\x00\xff: x\n: \n\n"+status[:60]+strings.Repeat("x", 2<<20)+"\n"+status)}, "deb gcc-12  size=0 layer=0\n"},
		"distroless": {
			[]file{text("/var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12\nInstalled-Size: 340\n"), text("/var/lib/dpkg/status.d/base.md5sums", "Package: no\n")},
			"deb base-files 12 size=348160 layer=0\n",
		},
		"apk":       {[]file{text("/usr/lib/apk/db/installed", installed)}, "apk musl 1.2.4-r2 size=4096 layer=0\napk zlib 1.3-r0 size=100 layer=0\n"},
		"elsewhere": {[]file{text("/srv/var/lib/dpkg/status", status), text("/app/installed", installed), text("/app/package.json", `{"name":"app","version":"1"}`)}, ""},
		"npm": {
			[]file{
				text("/app/node_modules/@a/b/package.json", `{"name":"@a/b","version":"1.0.0","dependencies":["odd"],"peerDependencies":{"x":"1"}}`), text("/app/node_modules/@a/b/index.js", "0123456789"),
				text("/app/node_modules/@a/b/node_modules/c/package.json", `{"name":"c","version":"2.0.0"}`), text("/app/node_modules/@a/b/dist/package.json", `{"type":"module"}`),
				text("/app/node_modules/.package-lock.json", `{}`), text("/app/node_modules/bad/package.json", `{"name":`),
			},
			"npm @a/b 1.0.0 size=112 layer=0\nnpm c 2.0.0 size=30 layer=0\n",
		},
		"python": {
			[]file{
				text("/usr/lib/python3/site-packages/Flask-3.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: Flask\nVersion: 3.0\nRequires-Dist: Werkzeug (>=3.0)\n\nName: no\n"),
				text("/usr/lib/python3/site-packages/Flask-3.0.dist-info/RECORD", "flask/a.py,sha256=x,100\n\"flask/b,c.py\",sha256=y,20\nflask/__pycache__/a.pyc,,\n"),
				text("/usr/lib/python3/dist-packages/six-1.16.egg-info", "Name: six\nVersion: 1.16\n"),
			},
			"pypi Flask 3.0 size=120 layer=0\npypi six 1.16 size=0 layer=0\n",
		},
		"gem":         {[]file{text("/usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec", gemspec), text("/usr/lib/ruby/gems/3.1.0/gems/rake-13.0.6/lib/rake.rb", "abc")}, "gem rake 13.0.6 size=3 layer=0\n"},
		"composer":    {[]file{text("/app/vendor/composer/installed.json", `{"packages":[{"name":"a/b","version":"1.2"},{"name":"c/d","version":"3"}],"dev":true,"dev-package-names":["c/d"]}`), text("/app/vendor/a/b/x.php", "<?php")}, "composer a/b 1.2 size=5 layer=0\ncomposer c/d 3 size=0 layer=0 dev=/app/vendor/composer/installed.json\n"},
		"composer 1":  {[]file{text("/app/vendor/composer/installed.json", `[{"name":"a/b","version":"1.2"}]`)}, "composer a/b 1.2 size=0 layer=0\n"},
		"nuget":       {[]file{text("/app/x.deps.json", `{"runtimeTarget":{},"libraries":{"x/1.0.0":{"type":"project"},"Newtonsoft.Json/13.0.1":{"type":"package"}}}`)}, "nuget Newtonsoft.Json 13.0.1 size=0 layer=0\n"},
		"jar":         {[]file{text("/app/app-1.5.jar", jar(t, "META-INF/maven/com.example/app/pom.properties", "BOOT-INF/lib/guava-33.0-jre.jar"))}, "maven com.example:app 1.5 size=0 layer=0\nmaven guava 33.0-jre size=0 layer=0\n"},
		"no jar":      {[]file{text("/app/app.jar", "PK\x03\x04"+strings.Repeat("x", 100))}, "maven app  size=0 layer=0\n"},
		"rust":        {[]file{exec("/app/server", rust(t))}, "cargo serde 1.0.1 size=0 layer=0\ncargo server 0.1.0 size=0 layer=0\n"},
		"rust, data":  {[]file{text("/app/server", rust(t))}, ""},
		"go, library": {[]file{exec("/app/x.so", string(self))}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { same(t, open(t, tt.files), tt.want) })
	}
	if got := list(open(t, []file{exec("/app/server", string(self))})); !strings.Contains(got, "golang github.com/stagedive/stagedive") || !strings.Contains(got, "golang stdlib 1.") {
		t.Errorf("of this test:\n%s", got)
	}
}

// jar is an archive with entries of these names.
func jar(t *testing.T, names ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range names {
		if _, err := w.Create(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// rust is a program with a list of crates, among bytes that look like the start of one.
func rust(t *testing.T) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	fmt.Fprint(w, `{"packages":[{"name":"server","version":"0.1.0","source":"local","dependencies":[2],"root":true},{"name":"cc","version":"1.0","source":"crates.io","kind":"build"},{"name":"serde","version":"1.0.1","source":"crates.io"}]}`)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return "\x7fELF\x02\x01\x01" + strings.Repeat("x\x9cx\xda\x00", 30000) + b.String() + strings.Repeat("\x00", 5000)
}

// Each layer has the whole database again; what is new in it is that layer's.
func TestLayers(t *testing.T) {
	db := func(list string) file {
		var b strings.Builder
		for _, p := range strings.Fields(list) {
			name, version, _ := strings.Cut(p, "=")
			fmt.Fprintf(&b, "Package: %s\nStatus: install ok installed\nVersion: %s\n\n", name, version)
		}
		return text("/var/lib/dpkg/status", b.String())
	}
	node := func(version string) file {
		return text("/app/node_modules/a/package.json", `{"name":"a","version":"`+version+`"}`)
	}
	t.Run("installed, upgraded and removed", func(t *testing.T) {
		same(t, open(t, []file{db("a=1 b=1")}, []file{db("a=1 b=2 c=1")}, nil, []file{db("a=1 b=2")}), `
deb a 1 size=0 layer=0 base
deb b 1 size=0 layer=0 gone=1 base
deb b 2 size=0 layer=1
deb c 1 size=0 layer=1 gone=3
`)
	})
	t.Run("the database is removed, not what it lists", func(t *testing.T) {
		same(t, open(t, []file{db("a=1")}, []file{gone("/var/lib/dpkg")}, []file{db("b=1")}), `
deb a 1 size=0 layer=0 base
deb b 1 size=0 layer=2
`)
	})
	t.Run("a directory is removed, and comes again", func(t *testing.T) {
		same(t, open(t, []file{node("1")}, []file{gone("/app/node_modules")}, []file{node("1")}), `
npm a 1 size=26 layer=0 gone=1 base
npm a 1 size=26 layer=2
`)
	})
	t.Run("stored again, then another version", func(t *testing.T) {
		same(t, open(t, []file{node("1")}, []file{node("1")}, []file{node("2")}), `
npm a 1 size=26 layer=0 gone=2 base
npm a 2 size=26 layer=2
`)
	})
}
