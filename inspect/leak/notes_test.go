package leak_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/leak/rules"
)

// TestKind fails when a sink notes something else of a layer than it did: then mark.Form
// is to be counted up, so that no notes of an older version are taken for ours.
func TestKind(t *testing.T) {
	const wantKind, wantNotes = "leak/9+1b6d0cb9da93", "58f145c1b1f5b3ff"
	set, err := rules.Only("test.yaml", []byte(kindRules))
	if err != nil {
		t.Fatal(err)
	}
	s := leak.New(leak.Options{Rules: set})
	sink := s.Begin()
	stream(t, sink, []entry{
		text("/lib/apk/db/installed", apkInstalled("gcc", "musl-dev", "musl")),
		exec("/usr/bin/x86_64-linux-gnu-gcc-12", native("COLLECT_GCC")), text("/usr/local/go/VERSION", "go1.22.1\n"),
		text("/src/.git/HEAD", "ref: refs/heads/main\n"), text("/src/.hg/requires", "store\n"), text("/src/.svn/wc.db", "SQLite format 3\x00"),
		text("/opt/jdk/release", "JAVA_VERSION=\"17.0.1\"\n"), text("/opt/maven/lib/maven-core-3.9.jar", "PK\x03\x04"),
		text("/app/node_modules/typescript/package.json", `{"name":"typescript","version":"5.0.1"}`),
		text("/app/main.go", "package main"), text("/app/dist/a.js.map", `{"version":3}`), text("/key.pem", testKey(t, true)), text("/etc/passwd", "root::0:0::/root:/bin/sh\napp:x:1000:1000::/app:/bin/sh\n"),
		text("/app/package.json", `{"scripts":{"start":"node ."}}`), exec("/app/run.sh", "#!/bin/sh\n"), text("/app/a.test.ts", "test()"), text("/app/Makefile", "all:"),
		text("/app/Dockerfile", "FROM scratch"), text("/app/.gitignore", "x"), text("/app/.vscode/settings.json", "{}"), text("/app/CMakeCache.txt", "x"), text("/app/lcov.info", "TN:"),
		text("/root/.npmrc", "//r/:_authToken="+canary), text("/notes.txt", "ghp_"+canary+"aB3dE5fG7hJ9kL1mN212"),
	})
	sum := sha256.Sum256(sink.Notes())
	if got := hex.EncodeToString(sum[:8]); s.Kind() != wantKind || got != wantNotes {
		t.Errorf("kind %q, notes %s:\n%q", s.Kind(), got, sink.Notes())
	}
}

// kindRules see something in every way that there is.
const kindRules = `
category: toolchain
severity: high
why: It is a test.
fix: Pass it.
rules:
  - id: TEST-1
    title: A toolchain
    match:
      - {file: GCC driver, names: gcc, is: program, holds: COLLECT_GCC}
      - {file: Go distribution, paths: VERSION, begins: go1., whole: ., version: {in: VERSION, like: '^(go1\S*)'}}
      - {file: Maven, paths: lib/maven-core-*.jar, is: jar, whole: ..}
      - {packages: [gcc, "*-dev"]}
`
