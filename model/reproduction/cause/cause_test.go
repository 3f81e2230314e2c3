package cause

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// evidence of two whole files.
func evidence(t testing.TB, path string, a, b []byte) Evidence {
	t.Helper()
	e, ok := New(path, Sample{Size: int64(len(a)), Data: a}, Sample{Size: int64(len(b)), Data: b})
	if !ok {
		t.Fatal("the two files are the same")
	}
	return e
}

// The samples are what the tools named by their path made of one source twice: gzip,
// Info-ZIP, GNU ar with U, GNU tar, CPython 3.11 and (for pyc-order) 3.10, GCC with its linker, OpenSSL and SQLite.
func TestWhatToolsMake(t *testing.T) {
	for _, c := range []struct{ sample, path, cause, detail string }{
		{"gzip-time", "/usr/share/man/page.gz", "gzip-time", ""},
		{"gzip-of-date", "/app/changes.gz", "date", "packed with gzip: 2026-01-02 03:04:05 and 2026-01-02 03:04:09"},
		{"zip-times", "/app/site.zip", "zip-times", ""},
		{"zip-order", "/app/site.zip", "zip-order", ""},
		{"jar-with-date", "/app/lib.jar", "date", "in META-INF/pom.properties: Fri Jan 02 03:04:01 UTC 2026 and Fri Jan 02 03:04:02 UTC 2026"},
		{"ar-times", "/usr/lib/libf.a", "ar-times", ""},
		{"tar-times", "/app/all.tar", "tar-times", ""},
		{"tar-owners", "/app/all.tar", "tar-owners", ""},
		{"tar-order-packed", "/app/all.tgz", "tar-order", "packed with gzip"},
		{"pyc-time", "/app/__pycache__/m.cpython-311.pyc", "pyc-time", ""},
		{"pyc-order", "/app/__pycache__/m.cpython-311.pyc", "pyc-order", ""},
		{"elf-date", "/usr/bin/tool", "date", "sections .note.gnu.build-id, .rodata: "},
		{"build-id", "/usr/bin/tool", "build-id", ""},
		{"certificate", "/etc/ssl/certs/own.pem", "certificate", ""},
		{"sqlite", "/app/data.db", "sqlite", ""},
		{"random-bytes", "/app/key", "random", ""},
		{"uuid", "/app/id", "uuid", ""},
	} {
		t.Run(c.sample, func(t *testing.T) {
			a, err := os.ReadFile(filepath.Join("testdata", c.sample, "first"))
			if err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(filepath.Join("testdata", c.sample, "second"))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range []Evidence{evidence(t, c.path, a, b), evidence(t, c.path, b, a)} {
				if f := Recognise(e); f.Cause != c.cause {
					t.Errorf("%+v, want %s", f, c.cause)
				}
			}
			if f := Recognise(evidence(t, c.path, a, b)); f.Detail != c.detail && (c.detail == "" || !strings.HasPrefix(f.Detail, c.detail)) {
				t.Errorf("detail %q, want %q", f.Detail, c.detail)
			}
		})
	}
}

func TestWhatStandsInTexts(t *testing.T) {
	status := func(curl string) string {
		return "Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n\nPackage: curl\nStatus: install ok installed\nVersion: " + curl + "\n\n"
	}
	for _, c := range []struct{ path, first, second, cause string }{
		{"/stamp", "Sun Nov 22 01:31:51 UTC 2026\n", "Sun Nov 22 01:31:53 UTC 2026\n", "date"},
		{"/stamp", "built at 2026-11-22T01:31:51Z by x", "built at 2026-11-22T01:31:53Z by x", "date"},
		{"/stamp", "Mon, 02 Jan 2006 15:04:05 GMT", "Mon, 02 Jan 2006 15:04:06 GMT", "date"},
		{"/stamp", "<p>11/22/2026 or 22.11.2026 01:31</p>", "<p>11/22/2026 or 22.11.2026 01:32</p>", "date"},
		{"/stamp", `{"buildTime":1795311111}`, `{"buildTime":1795311119}`, "date"},
		{"/stamp", `{"buildTime":1795311111123}`, `{"buildTime":1795311119456}`, "date"},
		{"/stamp", "20261122013151", "20261122013153", "date"},
		{"/count", "value 1234567890\n", "value 2234567890\n", ""}, // no times: years apart
		{"/count", "12 files\n", "13 files\n", ""},
		{"/app.js", "let a = one()", "let a = two()", ""},
		{"/id", "id=0b8a7b9e-7b0e-4f57-9b5a-0d9b6e2c4a11\n", "id=0b8a7b9e-7b0e-4f57-9b5a-0d9b6e2c4a12\n", "uuid"},
		{"/app.map", "//# dir=/tmp/tmp.aB3dE5/src/x.c", "//# dir=/tmp/tmp.Zx9Yw8/src/x.c", "temporary-path"},
		{"/lib.la", "from go-build2154121012/b001", "from go-build3154121012/b001", "temporary-path"},
		{"/list", "b\na\nc\n", "a\nb\nc\n", "line-order"},
		{"/list.json", `{"x":{"b":1,"a":2}}`, `{"x":{"a":2,"b":1}}`, "line-order"},
		{"/salt", "salt: 9f86d081884c7d659a2feaa0c55ad015\n", "salt: a3bf4f1b2b0b822cd15d6c15b0f00a08\n", "random"},
		{"/var/log/dpkg.log", "2026-11-22 01:31:51 startup\n", "2026-11-22 01:31:53 startup\n", "package-log"},
		{"/var/log/apt/history.log", "Start-Date: 2026-11-22  01:31:51\n", "Start-Date: 2026-11-22  01:31:53\n", "package-log"},
		{"/var/lib/apt/lists/x_InRelease", "Date: a", "Date: b", "package-cache"},
		{"/var/cache/ldconfig/aux-cache", "glibc-ld a", "glibc-ld b", "ldconfig-cache"},
		{"/app/node_modules/.package-lock.json", `{"a":1}`, `{"a":2}`, "npm-cache"},
		{"/root/.npm/_cacache/index-v5/aa/bb", "time 1", "time 2", "npm-cache"},
		{"/root/.cache/pip/x", "a", "b", "tool-cache"},
		{"/etc/machine-id", "aaaa\n", "bbbb\n", "machine-id"},
		{"/etc/shadow", "app:!:20778::::::\n", "app:!:20779::::::\n", "shadow-day"},
		{"/etc/ssh/ssh_host_rsa_key.pub", "ssh-rsa AAAAB3\n", "ssh-rsa AAAAC3\n", "host-keys"},
		{"/root/.ssh/id.pub", "ssh-ed25519 AAAAB3 a\n", "ssh-ed25519 AAAAC3 a\n", "certificate"},
		{"/var/lib/dpkg/status", status("8.5.0-2"), status("8.5.0-3"), "unpinned-packages"},
		{"/lib/apk/db/installed", "P:musl\nV:1.2.5-r0\n\nP:zlib\nV:1.3-r2\n\n", "P:musl\nV:1.2.5-r0\n\nP:zlib\nV:1.3-r3\n\n", "unpinned-packages"},
		{"/var/lib/rpm/rpmdb.sqlite", "SQLite format 3\x00a", "SQLite format 3\x00b", "rpm-database"},
		{"/srv/worker.log", "started worker one", "started worker two", "log"},
	} {
		e := evidence(t, c.path, []byte(c.first), []byte(c.second))
		if f := Recognise(e); f.Cause != c.cause {
			t.Errorf("%s, %q and %q: %+v, want %q", c.path, c.first, c.second, f, c.cause)
		}
	}
	e := evidence(t, "/var/lib/dpkg/status", []byte(status("8.5.0-2")), []byte(status("8.5.0-3")))
	if f := Recognise(e); f.Detail != "curl 8.5.0-2 and 8.5.0-3" {
		t.Errorf("detail %q", f.Detail)
	}
}

// A Go program says with what it was built.
func TestGoPrograms(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.test/x\n", "main.go": "package main\n\nvar at string\n\nfunc main() { println(at) }\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out [2][]byte
	for i := range out {
		file := filepath.Join(dir, "x")
		cmd := exec.Command("go", "build", "-buildvcs=false", "-o", file, "-ldflags", fmt.Sprintf("-s -w -X main.at=%d", i), ".")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		var err error
		if out[i], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	e := evidence(t, "/bin/x", out[0], out[1])
	if f := Recognise(e); f.Cause != "go-build" || f.Detail != "other -ldflags" {
		t.Errorf("%+v", f)
	}
	// Of a large one, a window and the beginning are known.
	cut := func(b []byte) Sample {
		return Sample{Size: 1 << 30, From: 1 << 20, Data: b[1<<20:], Head: b[:16<<10]}
	}
	at, ok := New("/bin/x", cut(out[0]), cut(append(bytes.Clone(out[0][:len(out[0])-1]), 7)))
	if f := Recognise(at); !ok || f.Cause != "go-build" {
		t.Errorf("a part: %v %+v", ok, f)
	}
}

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		path   string
		others []string
		cause  string
	}{
		{"/app/index-3fa2b1c9.js", []string{"/app/index-99d0ab12.js"}, "hashed-name"},
		{"/root/.npm/_logs/2026-11-22T01_31_51_123Z-debug-0.log", nil, "npm-cache"},
		{"/app/backup-2026-11-22.tar", []string{"/app/backup-2026-11-23.tar"}, "dated-name"},
		{"/tmp/tmp.aB3dE5", []string{"/tmp/tmp.Zx9Yw8"}, "temporary-name"},
		{"/work/tmpab3de5", []string{"/work/tmpzx9yw8"}, "temporary-name"},
		{"/tmp/left", nil, "temporary-name"},
		{"/usr/lib/python3/site-packages/idna-3.6.dist-info", []string{"/usr/lib/python3/site-packages/idna-3.7.dist-info"}, "unpinned-packages"},
		{"/app/a", []string{"/app/b"}, ""},
		{"/app/readme", nil, ""},
	} {
		if f := Missing(c.path, c.others); f.Cause != c.cause {
			t.Errorf("%s beside %v: %+v, want %q", c.path, c.others, f, c.cause)
		}
	}
}

// Every cause that a rule names is in the table, says why and what to do, and is there once.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range All() {
		if seen[c.ID] || c.ID == "" || !strings.HasSuffix(c.Why, ".") || !strings.HasSuffix(c.Do, ".") {
			t.Errorf("%+v", c)
		}
		seen[c.ID] = true
	}
	for _, id := range []string{Timestamps, Created, Unpinned, Context, Download, Packing} {
		if _, ok := Of(id); !ok {
			t.Errorf("%s is in no table", id)
		}
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, name := range sources {
		if name == "table.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(raw)
	}
	for _, c := range All()[6:] {
		if !strings.Contains(text.String(), `"`+c.ID+`"`) {
			t.Errorf("nothing recognises %s", c.ID)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	dirs, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, d := range dirs {
		a, err := os.ReadFile(filepath.Join("testdata", d.Name(), "first"))
		if err != nil {
			continue // of the fuzzer
		}
		b, err := os.ReadFile(filepath.Join("testdata", d.Name(), "second"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add("/x", a, b)
	}
	f.Fuzz(func(t *testing.T, path string, a, b []byte) {
		e, ok := New(path, Sample{Size: int64(len(a)), Data: a}, Sample{Size: int64(len(b)), Data: b})
		if ok == bytes.Equal(a, b) {
			t.Fatalf("differ: %v", ok)
		}
		if !ok {
			return
		}
		if found := Recognise(e); found.Cause != "" {
			if _, ok := Of(found.Cause); !ok {
				t.Fatalf("%q is in no table", found.Cause)
			}
		}
	})
}
