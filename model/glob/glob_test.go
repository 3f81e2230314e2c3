package glob_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/glob"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern string
		yes, no []string
	}{
		{"/a/b", []string{"/a/b"}, []string{"/a", "/a/b/c", "/x/a/b", "/"}},
		{"b", []string{"/b", "/a/b", "/a/c/b"}, []string{"/b/c", "/ab", "/"}},
		{"lib/*.jar", []string{"/lib/a.jar", "/opt/x/lib/a.jar"}, []string{"/lib/x/a.jar", "/lib/a.jars", "/a.jar"}},
		{"/usr/**/x.h", []string{"/usr/x.h", "/usr/a/x.h", "/usr/a/b/x.h"}, []string{"/x.h", "/usr/x.h/y", "/usrx/x.h"}},
		{"/usr/include/**", []string{"/usr/include/a", "/usr/include/a/b"}, []string{"/usr/include", "/usr"}},
		{"**/.cache/pip", []string{"/.cache/pip", "/root/.cache/pip"}, []string{"/root/.cache/pip/x", "/root/cache/pip"}},
		{"/**/**/x", []string{"/x", "/a/b/x"}, []string{"/a"}},
		{"ld.?old", []string{"/bin/ld.gold", "/bin/ld.mold"}, []string{"/bin/ld.old"}},
		{"python3.[0-9]", []string{"/usr/lib/python3.9"}, []string{"/usr/lib/python3.x"}},
		{"/**", []string{"/a", "/a/b"}, []string{"/"}},
		{"a/**/b/**/c", []string{"/a/b/c", "/x/a/y/b/z/w/c", "/a/a/b/b/c"}, []string{"/a/c", "/b/c", "/a/b"}},
	}
	for _, tt := range tests {
		p, err := glob.Compile(tt.pattern)
		if err != nil {
			t.Fatalf("%s: %v", tt.pattern, err)
		}
		for _, name := range tt.yes {
			if !p.Match(name) {
				t.Errorf("%s does not mean %s", tt.pattern, name)
			}
		}
		for _, name := range tt.no {
			if p.Match(name) {
				t.Errorf("%s means %s", tt.pattern, name)
			}
		}
	}
}

func TestPatternsThatMeanNothing(t *testing.T) {
	for pattern, want := range map[string]string{
		"": "empty", "/": "empty part", "a//b": "empty part", "a/": "empty part", "../a": "part ..", "./a": "part .",
		"a**": "**", "[": "[", "a/[]/b": "[",
	} {
		if _, err := glob.Compile(pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want one that says %q", pattern, err, want)
		}
	}
	if (glob.Pattern{}).Match("/a") {
		t.Error("no pattern means something")
	}
}

func TestRootAndBase(t *testing.T) {
	for pattern, want := range map[string][2]string{
		"/usr/include/**/*.h": {"/usr/include", "*.h"}, "/usr/include": {"/usr", "include"}, "x": {"/", "x"},
		"/a*/b": {"/", "b"}, "/**": {"/", "**"},
	} {
		p, err := glob.Compile(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{p.Root(), p.Base()}; got != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
}

// FuzzMatch: nothing panics, a pattern without anything special means itself alone, and
// Root is above all that is meant.
func FuzzMatch(f *testing.F) {
	f.Add("/usr/**/x.h", "/usr/a/x.h")
	f.Add("a/**/b/*", "/a/b/c")
	f.Add("[a-", "/a")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if strings.Count(pattern, "**") > 4 || strings.Count(name, "/") > 40 {
			return
		}
		p, err := glob.Compile(pattern)
		if err != nil {
			return
		}
		got := p.Match(name)
		if strings.HasPrefix(pattern, "/") && glob.IsPlain(pattern) && got && strings.TrimPrefix(name, "/") != strings.TrimPrefix(pattern, "/") {
			t.Errorf("%q means %q", pattern, name)
		}
		if root := p.Root(); got && root != "/" && !strings.HasPrefix("/"+strings.TrimPrefix(name, "/"), root) {
			t.Errorf("%q means %q, outside of %q", pattern, name, root)
		}
	})
}
