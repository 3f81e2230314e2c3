package policy_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/policy"
)

func TestPathGlob(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		want          bool
	}{
		{"/root/.ssh", "/root/.ssh", true},
		{"/root/.ssh", "/root/.ssh/id_rsa", true},
		{"/root/.ssh", "/root/.sshd", false},
		{"root/.ssh", "/home/root/.ssh/id_rsa", true},
		{".ssh", "/home/a/.ssh/id_rsa", true},
		{"*.pem", "/etc/ssl/a.pem", true},
		{"*.pem", "/etc/ssl/a.pem.txt", false},
		{"/*.pem", "/etc/ssl/a.pem", false},
		{"/etc/*/a.pem", "/etc/ssl/a.pem", true},
		{"/etc/*/a.pem", "/etc/ssl/x/a.pem", false},
		{"/etc/**/a.pem", "/etc/ssl/x/a.pem", true},
		{"/etc/**/a.pem", "/etc/a.pem", true},
		{"/app/src/**", "/app/src", false},
		{"/app/src/**", "/app/src/main.go", true},
		{"/app/src/**", "/app", false},
		{"**/*.map", "/a/b/c.map", true},
		{"**/test/**", "/a/test/b", true},
		{"**/test/**", "/test", false},
		{"**", "/", false},
		{"/a[0-9]", "/a7/b", true},
		{`/\[x]`, "/[x]", true},
		{"/usr/**/**/gcc", "/usr/bin/gcc", true},
	} {
		if got := policy.PathGlob(test.pattern, test.path); got != test.want {
			t.Errorf("PathGlob(%q, %q) = %v", test.pattern, test.path, got)
		}
	}
	if policy.PathGlob("/a[", "/a[") || policy.PathGlob("", "/a") {
		t.Error("what is no pattern means nothing")
	}
}

// What a pattern chooses, it chooses with all that lies in it; and a path chooses itself.
func TestPathGlobChoosesWhatLiesBelow(t *testing.T) {
	name := rapid.StringMatching(`[a-c]{1,2}`)
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.OneOf(name, rapid.SampledFrom([]string{"*", "**", "?", "a*"}))
		pattern := "/" + strings.Join(rapid.SliceOfN(part, 1, 4).Draw(t, "pattern"), "/")
		path := "/" + strings.Join(rapid.SliceOfN(name, 1, 5).Draw(t, "path"), "/")
		if policy.PathGlob(pattern, path) && !policy.PathGlob(pattern, path+"/x") {
			t.Fatalf("%s chooses %s and not what lies in it", pattern, path)
		}
		if !policy.PathGlob(path, path) {
			t.Fatalf("%s does not choose itself", path)
		}
	})
}

func TestGlob(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"SD-C*", "SD-C004", true}, {"SD-C*", "SD-T004", false}, {"@types/*", "@types/node", true}, {"*", "a/b", true}, {"ENV ?PM_*", "ENV NPM_TOKEN", true}, {"[", "[", false},
	} {
		if got := policy.Glob(test.pattern, test.name); got != test.want {
			t.Errorf("Glob(%q, %q) = %v", test.pattern, test.name, got)
		}
	}
}
