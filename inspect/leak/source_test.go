package leak_test

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// object is the head of an ELF file of a type.
func object(typ uint16) string {
	head := make([]byte, 64)
	copy(head, "\x7fELF\x02\x01\x01")
	binary.LittleEndian.PutUint16(head[16:], typ)
	return string(head)
}

// TestSourceFamily: what is part of a project and of no use in the image, by name and by
// content, and what only looks like it.
func TestSourceFamily(t *testing.T) {
	mpeg := strings.Repeat("G"+strings.Repeat("x", 187), 3)
	for _, tt := range []struct {
		name  string
		files []entry
		want  string // rules and paths
	}{
		{"Go tests beside sources", []entry{text("/src/go.mod", "module x"), text("/src/a.go", "package a"), text("/src/a_test.go", "package a"), text("/src/testdata/x.golden", "1")}, "SD-S001 /src/a.go SD-S004 /src/a_test.go"},
		{"a directory of tests", []entry{text("/app/package.json", "{}"), text("/app/test/a.test.js", "it()"), text("/app/test/fixtures/big.json", "{}")}, "SD-S004 /app/test"},
		{"Python's", []entry{text("/app/tests/test_a.py", "def test_a(): pass"), text("/app/tests/conftest.py", "x"), text("/app/main.py", "x")}, "SD-S004 /app/tests"},
		{"a module that is called like a test", []entry{text("/app/test_utils.py", "def f(): pass"), text("/app/main.py", "x")}, ""},
		{"a test by what it imports", []entry{text("/app/test_a.py", "import pytest\n"), text("/app/main.py", "x")}, "SD-S004 /app/test_a.py"},
		{"an installed package's tests", []entry{text("/app/node_modules/a/test/a.test.js", "it()"), text("/app/vendor/x/y/tests/ATest.php", "<?php"), text("/usr/lib/python3/dist-packages/a/tests/test_a.py", "import pytest")}, ""},
		{"a page called test", []entry{text("/srv/test/index.html", "<html>"), text("/srv/spec/index.html", "<html>")}, ""},
		{"JUnit's", []entry{text("/app/src/test/java/FooTest.java", "import org.junit.Test;")}, "SD-S004 /app/src/test/java/FooTest.java"},
		{"RSpec's", []entry{text("/app/spec/a_spec.rb", "RSpec.describe"), text("/app/spec/spec_helper.rb", "x")}, "SD-S004 /app/spec"},
		{"a workflow", []entry{text("/app/.github/workflows/ci.yml", "on: push"), text("/app/.github/CODEOWNERS", "*")}, "SD-S006 /app/.github"},
		{"a Dockerfile", []entry{text("/app/Dockerfile", "# hello\nFROM scratch\n"), text("/app/.dockerignore", "x")}, "SD-S006 /app"},
		{"a text called Dockerfile", []entry{text("/app/Dockerfile", "see the manual\n"), text("/app/compose.yml", "the composer is Bach")}, ""},
		{"a list of ignored files alone", []entry{text("/app/.gitignore", "x"), text("/app/.dockerignore", "x")}, ""},
		{"a compose file", []entry{text("/app/compose.yaml", "services:\n  a:\n")}, "SD-S006 /app/compose.yaml"},
		{"an editor's", []entry{text("/app/.vscode/settings.json", "{}"), text("/app/.vscode/launch.json", "{}")}, "SD-S007 /app/.vscode"},
		{"Vim's", []entry{text("/app/.main.c.swp", "b0VIM 9.0\x00\x00")}, "SD-S007 /app/.main.c.swp"},
		{"a swap file that is none of Vim's", []entry{text("/app/data.swp", "memory")}, ""},
		{"macOS's", []entry{text("/app/.DS_Store", "\x00\x00\x00\x01Bud1"), text("/srv/.DS_Store", "none")}, "SD-S007 /app/.DS_Store"},
		{"left by a merge", []entry{text("/app/main.py.orig", "x"), text("/app/aerosmith.orig", "x")}, "SD-S007 /app/main.py.orig"},
		{"object files", []entry{text("/app/obj/a.o", object(1)), text("/app/obj/b.d", "x")}, "SD-S008 /app/obj"},
		{"a program called .o", []entry{text("/app/a.o", object(2)), text("/app/b.o", "text")}, ""},
		{"Rust's", []entry{text("/app/Cargo.toml", "x"), text("/app/target/release/deps/a.rlib", "!<arch>\nx"), text("/app/target/release/deps/a.d", "x"), text("/app/target/release/app", "x")}, "SD-S005 /app/Cargo.toml SD-S008 /app/target"},
		{"coverage", []entry{text("/app/coverage/lcov.info", "TN:\n"), text("/app/coverage/index.html", "x")}, "SD-S009 /app/coverage"},
		{"a lock file alone", []entry{text("/app/Cargo.lock", "x"), text("/app/app", "x")}, ""},
		{"what pytest keeps", []entry{text("/app/.pytest_cache/v/cache/nodeids", "[]"), text("/app/a.py", "x")}, "SD-S009 /app/.pytest_cache/v/cache/nodeids"},
		{"a build script alone", []entry{text("/app/Makefile", "all:"), text("/app/main.py", "x")}, "SD-S005 /app/Makefile"},
		{"build scripts beside sources", []entry{text("/app/Makefile", "all:"), text("/app/main.c", "int x;")}, "SD-S001 /app/main.c"},
		{"headers alone", []entry{text("/opt/x/include/a.h", "int x;"), text("/opt/x/include/b.hpp", "int x;")}, ""},
		{"Qt's translations", []entry{text("/app/i18n/de.ts", "<?xml version='1.0'?><TS>"), text("/app/i18n/fr.ts", "<TS version='2'>"), text("/app/i18n/es.ts", "<!DOCTYPE TS>")}, ""},
		{"MPEG streams", []entry{text("/app/video/1.ts", mpeg), text("/app/video/2.ts", "G\x40\x00\x10")}, ""},
		{"declarations", []entry{text("/app/dist/a.d.ts", "export {}"), text("/app/dist/a.d.mts", "export {}")}, ""},
		{"documentation", []entry{text("/app/docs/main.go", "package main"), text("/usr/share/doc/x/main.c", "int x;")}, ""},
		{"a map that is none", []entry{text("/app/tiles.map", `{"tiles":[]}`), text("/app/x.js.map", "not JSON")}, ""},
		{"components", []entry{text("/app/package.json", "{}"), text("/app/src/App.vue", "<template>"), text("/app/src/main.ts", "export {}")}, "SD-S002 /app"},
		{"interpreted sources", []entry{text("/app/a.py", "x"), text("/app/b.js", "x"), text("/app/c.rb", "x"), text("/app/d.php", "<?php"), text("/app/package.json", "{}"), text("/app/__pycache__/a.pyc", "x")}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range find(t, &image.Image{}, nil, tt.files) {
				if strings.HasPrefix(f.Rule, "SD-S") {
					got = append(got, f.Rule+" "+f.Path)
				}
			}
			slices.Sort(got)
			if all := strings.Join(got, " "); all != tt.want {
				t.Errorf("found %q, want %q", all, tt.want)
			}
		})
	}
}

// TestTypeScriptBesideItsJavaScript: the evidence names a script that was made of it, and
// what npm start hands to tsx is what runs.
func TestTypeScriptBesideItsJavaScript(t *testing.T) {
	manifest := func(start string) entry {
		return text("/app/package.json", `{"scripts":{"start":"`+start+`"}}`)
	}
	files := []entry{text("/app/src/a.ts", "export {}"), text("/app/dist/a.js", "")}
	config := image.Config{WorkingDir: "/app", Cmd: []string{"npm", "start"}}
	f := one(t, find(t, &image.Image{Config: config}, nil, append(files, manifest("node dist/a.js"))), "SD-S002")
	if !slices.Contains(f.Evidence, "/app/dist/a.js is made of /app/src/a.ts") {
		t.Errorf("evidence %q", f.Evidence)
	}
	for _, f := range find(t, &image.Image{Config: config}, nil, append(files, manifest("tsx src/a.ts"))) {
		if f.Rule == "SD-S002" {
			t.Errorf("what tsx runs is reported: %+v", f)
		}
	}
}

// TestIgnored: what a COPY of the context takes along is added to .dockerignore as that
// has it.
func TestIgnored(t *testing.T) {
	s := stage(0, "", 1, "FROM node", "COPY . /app")
	s.Steps[1].Copy = &model.Copy{From: model.None, Sources: []string{"."}, Dest: "/app"}
	graph := &model.Graph{Stages: []model.Stage{s}}
	im := &image.Image{Layers: []image.Layer{{Origin: image.Origin{Stage: 0, Step: 1, Line: 2}}}}
	found := find(t, im, graph, []entry{
		text("/app/package.json", "{}"), text("/app/web/test/a.test.js", "it()"), text("/app/lib/b.test.js", "it()"), text("/app/.github/workflows/ci.yml", "on: push"), text("/app/Dockerfile", "FROM scratch"),
		text("/app/web/.DS_Store", "\x00\x00\x00\x01Bud1"),
	})
	for rule, want := range map[string]string{
		"SD-S004": `line 2: add **/*.test.*, web/test to .dockerignore: "COPY . /app" takes that along`,
		"SD-S006": `line 2: add .github, Dockerfile to .dockerignore: "COPY . /app" takes that along`,
		"SD-S007": `line 2: add **/.DS_Store to .dockerignore: "COPY . /app" takes that along`,
	} {
		if f := one(t, found, rule); f.Fix != want {
			t.Errorf("%s: %s, want %s", rule, f.Fix, want)
		}
	}
}
