package packages

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/scan/notes"
)

// FuzzNotes: whatever is read as notes, nothing panics, and what comes of it is written
// and read again as it is.
func FuzzNotes(f *testing.F) {
	var w notes.Writer
	store{kind: npm, path: "/a/node_modules/b/package.json", items: []item{{name: "b", version: "1", needs: []string{"c"}, dev: true}}}.write(&w)
	store{kind: record, path: "/a/x.dist-info/RECORD", items: []item{{size: 1 << 40}}}.write(&w)
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		first := read(data)
		var w notes.Writer
		for _, st := range first {
			st.write(&w)
		}
		if diff := cmp.Diff(first, read(w.Bytes()), cmp.AllowUnexported(store{}, item{})); diff != "" {
			t.Error(diff)
		}
	})
}

// FuzzStores: nothing panics on any content of any file that is read, whatever the
// pieces, and what is noted is read again.
func FuzzStores(f *testing.F) {
	paths := []string{
		"/var/lib/dpkg/status", "/lib/apk/db/installed", "/a/node_modules/b/package.json", "/a/b-1.dist-info/METADATA",
		"/a/b-1.dist-info/RECORD", "/v/composer/installed.json", "/g/specifications/b-1.gemspec", "/a/x.deps.json",
	}
	for _, seed := range []string{
		"Package: gcc-12\nStatus: install ok installed\nInstalled-Size: 99999999999999999999\n\n", "P:gcc\nV:1\nI:-5\n\nP:\n",
		`{"name":"b","version":"1","dependencies":{"c":1}}`, "Name: b\nVersion: 1\nRequires-Dist: c[d] (>1) ; extra == 'test'\n\n",
		"a,b,9223372036854775807\nc,d,9223372036854775807\n", `[{"name":"b"}]`, "# stub: b 1\ns.add_dependency(%q<c", `{"runtimeTarget":1,"libraries":{"/":{"type":"package"}}}`,
		"PK\x03\x04PK\x01\x02PK\x05\x06\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		"x\x9c\xabVJLIQ",
	} {
		f.Add([]byte(seed), 10)
	}
	f.Fuzz(func(t *testing.T, data []byte, piece int) {
		s := &sink{}
		for _, p := range paths {
			if read, _ := sourceOf(p); read == nil {
				t.Fatalf("%s is not read", p)
			} else if st, ok := read(s, p, bytes.NewReader(data)); ok {
				st.write(&s.out)
				for _, it := range st.items {
					if it.size < 0 || it.size > 1<<60 {
						t.Errorf("%s: %q of %d bytes", p, it.name, it.size)
					}
				}
			}
		}
		var c crateReader
		c.begin()
		s.jar.begin([]byte("PK\x03\x04."), int64(len(data)))
		for rest := data; len(rest) > 0; {
			n := min(len(rest), max(1, piece%200))
			c.take(rest[:n])
			_, _ = s.jar.Write(rest[:n])
			rest = rest[n:]
		}
		c.items()
		for _, st := range s.jar.stores("/x.jar") {
			st.write(&s.out)
		}
		if len(s.out.Bytes()) > 0 && len(read(s.out.Bytes())) == 0 {
			t.Error("the notes are not read again")
		}
	})
}

// TestKind fails when something else is noted of a file than was: then noteKind is to be
// counted up, so that no notes of an older version are taken for ours.
func TestKind(t *testing.T) {
	const wantKind, wantNotes = "packages/3", "f1bfe05951d55d34"
	s := &sink{}
	for _, f := range [][2]string{
		{"/var/lib/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: 1\nInstalled-Size: 5\n"},
		{"/lib/apk/db/installed", "P:a\nV:1\nI:5\nF:bin\nR:a\nF:etc\nR:b\n"},
		{"/a/node_modules/b/package.json", `{"name":"b","version":"1","dependencies":{"c":"1"}}`},
		{"/a/b-1.dist-info/METADATA", "Name: b\nVersion: 1\nRequires-Dist: C_c\nRequires-Dist: d; extra == \"test\"\nRequires-Dist: e; extra == \"socks\"\n"},
		{"/a/b-1.dist-info/RECORD", "x,y,5\n"},
		{"/v/composer/installed.json", `{"packages":[{"name":"a/b","version":"1","require":{"c/d":"1"}}],"dev-package-names":["a/b"]}`},
		{"/g/specifications/b-1.gemspec", "# stub: b 1 ruby lib\n s.add_dependency('c')\n"},
		{"/a/x.deps.json", `{"runtimeTarget":{},"libraries":{"b/1":{"type":"package"}}}`},
	} {
		read, _ := sourceOf(f[0])
		st, ok := read(s, f[0], bytes.NewReader([]byte(f[1])))
		if !ok {
			t.Fatalf("%s is no store", f[0])
		}
		st.write(&s.out)
	}
	s.Entry(scan.File{Path: "/var/lib/dpkg/info/a:amd64.md5sums", Size: 50, Head: []byte("0123  usr/bin/a\n4567  usr/share/doc/a\n89ab  usr/li")})
	sum := sha256.Sum256(s.out.Bytes())
	if got := hex.EncodeToString(sum[:8]); noteKind != wantKind || got != wantNotes {
		t.Errorf("kind %q, notes %s:\n%q", noteKind, got, s.out.Bytes())
	}
}
