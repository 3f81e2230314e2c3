package leak

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

func TestRulesAreWhole(t *testing.T) {
	id := regexp.MustCompile(`^SD-[TSDCVKH]\d{3}$`)
	letters := map[byte]finding.Category{
		'T': finding.Toolchain, 'S': finding.Source, 'D': finding.DevDeps, 'C': finding.Cache,
		'V': finding.VCS, 'K': finding.Secret, 'H': finding.Hygiene,
	}
	last := ""
	for _, r := range Rules() {
		if !id.MatchString(r.ID) || r.ID <= last {
			t.Errorf("id %q after %q", r.ID, last)
		}
		last = r.ID
		if letters[family(r.ID)] != r.Category {
			t.Errorf("%s is of category %s", r.ID, r.Category)
		}
		for what, text := range map[string]string{"title": r.Title, "why": r.Why, "fix": r.Fix} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has %s %q", r.ID, what, text)
			}
		}
	}
}

// What the tables refer to must be there.
func TestRulesReferredToExist(t *testing.T) {
	index := ruleIndex()
	for _, c := range stores() {
		if index[c.rule].ID == "" {
			t.Errorf("store %s refers to %s", c.at, c.rule)
		}
	}
	for _, f := range []string{familyC, familyBuild, familyHeaders, familyGo, familyRust, familyJava, familyJVM, familyZig, familySwift, familyHaskell, familyDotnet, familyNode} {
		if index[ruleOfFamily(f)].ID == "" {
			t.Errorf("family %s refers to %s", f, ruleOfFamily(f))
		}
	}
}

func TestDevPackage(t *testing.T) {
	for name, want := range map[string]string{
		"gcc": familyC, "gcc-12": familyC, "g++-12": familyC, "clang16": familyC, "binutils": familyC, "gcc-12-x86-64-linux-gnu": familyC,
		"gcc-12-base": "", "libgcc-s1": "", "libgcc": "", "libstdc++6": "", "libc6": "", "make-doc": "", "golang-docker-credential-helpers": "",
		"make": familyBuild, "cmake": familyBuild, "libc6-dev": familyHeaders, "musl-dev": familyHeaders, "linux-headers": familyHeaders,
		"golang-1.22-go": familyGo, "go": familyGo, "rustc": familyRust, "cargo": familyRust, "openjdk-17-jdk-headless": familyJava,
		"openjdk-17-jre-headless": "", "openjdk17-jre": "", "maven": familyJVM, "libmaven3-core-java": "", "dotnet-sdk-8.0": familyDotnet,
		"python3": "", "nodejs": "", "npm": "", "perl-base": "", "apt": "", "apk-tools": "", "git": "",
	} {
		if got := devPackage(name); got != want {
			t.Errorf("devPackage(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestPlainName(t *testing.T) {
	for in, want := range map[string]string{
		"gcc": "gcc", "gcc-12": "gcc", "x86_64-linux-gnu-gcc-12": "gcc", "aarch64-linux-musl-ld.bfd": "ld.bfd",
		"x86_64-alpine-linux-musl-gcc": "gcc", "clang-16": "clang", "ld.lld-16": "ld.lld", "gcc-ar-12": "gcc-ar", "go": "go", "-": "-",
	} {
		if got := plainName(in); got != want {
			t.Errorf("plainName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPathsBelowFollowTheirDirectory(t *testing.T) {
	b := image.NewBuilder()
	for _, d := range []string{"a/", "a-b/", "a/b/", "a.b/", "a/b/c/", "ab/", ""} {
		b.Add(image.Entry{Path: d + "f", Size: 1})
	}
	l := newLayer(b.Tree(), nil)
	for root, want := range map[string]int{"/a": 3, "/a/b": 2, "/": 7, "/ab": 1, "/b": 0, "/a/b/c/d": 0} {
		if n, _ := l.sum(root); n != want {
			t.Errorf("sum(%q) = %d files, want %d", root, n, want)
		}
	}
}
