package pattern_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stagedive/stagedive/tui/pane/image/pattern"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		text  string
		regex bool
		path  string
		want  bool
	}{
		{"", false, "/any", true},
		{"nodmod", false, "/app/node_modules", true},
		{"modnod", false, "/app/node_modules", false},
		{"npm lock", false, "/app/npm/package-lock.json", true},
		{"npm lock", false, "/app/package-lock.json", false},
		{"readme", false, "/app/README.md", true},
		{"Readme", false, "/app/README.md", false},
		{"'lock", false, "/app/l/o/c/k", false},
		{"'lock", false, "/app/package-lock.json", true},
		{"^/etc", false, "/etc/passwd", true},
		{"^/etc", false, "/usr/etc/passwd", false},
		{".so$", false, "/lib/libc.so", true},
		{".so$", false, "/lib/libc.so.6", false},
		{"^/etc$", false, "/etc", true},
		{"^/etc$", false, "/etc/x", false},
		{"!node_modules .js$", false, "/app/server.js", true},
		{"!node_modules .js$", false, "/app/node_modules/x.js", false},
		{".ts$ | .js$", false, "/app/x.js", true},
		{".ts$ | .js$", false, "/app/x.go", false},
		{"'", false, "/any", true},
		{"|", false, "/any", true},
		{"! ^ $", false, "/any", true},
		{"usr/bin", false, "/usr/local/bin", true},
		{`\.so(\.\d+)*$`, true, "/lib/libc.so.6", true},
		{`\.so(\.\d+)*$`, true, "/lib/libc.so.6.txt", false},
		{`readme`, true, "/README", true},
		{`READme`, true, "/README", false},
		{`\D`, true, "/readme", true},
	} {
		p, err := pattern.New(c.text, c.regex)
		if err != nil {
			t.Fatalf("%q: %v", c.text, err)
		}
		if _, got := p.Match([]byte(c.path)); got != c.want {
			t.Errorf("%q matches %s: %v", c.text, c.path, got)
		}
	}
}

// TestBestFirst: what somebody means most likely comes first.
func TestBestFirst(t *testing.T) {
	for _, c := range []struct {
		text  string
		paths []string // the best first
	}{
		{"server", []string{"/app/server.js", "/app/observer.js", "/app/server/index.js"}},
		{"node", []string{"/usr/bin/node", "/usr/lib/anode.h", "/node/x"}},
		{"gomod", []string{"/src/go.mod", "/src/geo_models"}},
		{"conf", []string{"/etc/nginx.conf", "/etc/reconfigure", "/conf/c/o/n/f/x"}},
	} {
		p, err := pattern.New(c.text, false)
		if err != nil {
			t.Fatal(err)
		}
		score := func(path string) int {
			s, ok := p.Match([]byte(path))
			if !ok {
				t.Errorf("%q does not match %s", c.text, path)
			}
			return s
		}
		got := slices.Clone(c.paths)
		slices.SortStableFunc(got, func(a, b string) int { return score(b) - score(a) })
		if !slices.Equal(got, c.paths) {
			t.Errorf("%q: %v, want %v", c.text, got, c.paths)
		}
	}
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		text  string
		regex bool
		path  string
		want  string // with what made it match in brackets
	}{
		{"srvjs", false, "/app/server.js", "/app/[s]e[rv]er.[js]"},
		{"app ser", false, "/app/server.js", "/[app]/[ser]ver.js"},
		{"'er", false, "/app/server.js", "/app/s[er]ver.js"},
		{"!x js$", false, "/app/server.js", "/app/server.[js]"},
		{"e.", true, "/app/server.js", "/app/s[er]v[er].js"},
		{"gö", false, "/größe", "/[g]r[ö]ße"},
	} {
		p, err := pattern.New(c.text, c.regex)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		at := 0
		for _, s := range p.Spans(c.path) {
			fmt.Fprintf(&b, "%s[%s]", c.path[at:s[0]], c.path[s[0]:s[1]])
			at = s[1]
		}
		if got := b.String() + c.path[at:]; got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

func TestABadExpressionSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{"(": "missing closing )", "[a": "missing closing ]", "*": "missing argument to repetition operator"} {
		_, err := pattern.New(text, true)
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// FuzzSpans: spans lie in the path, in order, wherever a pattern matches.
func FuzzSpans(f *testing.F) {
	f.Add("srv js$", "/app/server.js", false)
	f.Add("é | 'a", "/é/a", false)
	f.Add("a*", "/aaa", true)
	f.Fuzz(func(t *testing.T, text, path string, regex bool) {
		p, err := pattern.New(text, regex)
		if err != nil {
			return
		}
		p.Match([]byte(path))
		at := 0
		for _, s := range p.Spans(path) {
			if s[0] < at || s[1] <= s[0] || s[1] > len(path) {
				t.Fatalf("%q in %q: %v", text, path, p.Spans(path))
			}
			if utf8.ValidString(path) && !utf8.ValidString(path[s[0]:s[1]]) {
				t.Fatalf("%q in %q: half a character", text, path)
			}
			at = s[1]
		}
	})
}

// BenchmarkMatch is what a path costs; a filter goes through a million of them.
func BenchmarkMatch(b *testing.B) {
	paths := [][]byte{[]byte("/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30"), []byte("/app/node_modules/typescript/lib/tsc.js"), []byte("/usr/share/doc/libc6/copyright")}
	for _, text := range []string{"tsc", "tsc.js$", "zz"} {
		b.Run(text, func(b *testing.B) {
			p, _ := pattern.New(text, false)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				p.Match(paths[i%3])
			}
		})
	}
}
