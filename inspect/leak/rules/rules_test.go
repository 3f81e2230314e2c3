package rules_test

import (
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/model/inventory"
)

func TestPackage(t *testing.T) {
	s := rules.Builtin()
	for name, want := range map[string]string{
		"gcc": "SD-T002", "gcc-12": "SD-T002", "g++-12": "SD-T002", "clang16": "SD-T002", "binutils": "SD-T002", "gcc-12-x86-64-linux-gnu": "SD-T002",
		"gcc-12-base": "", "libgcc-s1": "", "libgcc": "", "libstdc++6": "", "libc6": "", "make-doc": "", "golang-docker-credential-helpers": "",
		"make": "SD-T005", "cmake": "SD-T005", "libc6-dev": "SD-T003", "musl-dev": "SD-T003", "linux-headers": "SD-T003", "dpkg-dev": "SD-T002",
		"golang-1.22-go": "SD-T001", "go": "SD-T001", "rustc": "SD-T006", "cargo": "SD-T006", "openjdk-17-jdk-headless": "SD-T004",
		"openjdk-17-jre-headless": "", "openjdk17-jre": "", "maven": "SD-T008", "libmaven3-core-java": "", "dotnet-sdk-8.0": "SD-T009",
		"python3": "", "nodejs": "", "npm": "SD-T011", "perl-base": "", "apt": "", "apk-tools": "", "git": "",
	} {
		got := ""
		for _, m := range s.Package(inventory.Deb, name) {
			got += s.Of(m).ID
		}
		if got != want {
			t.Errorf("the package %s is of %q, want %q", name, got, want)
		}
	}
}

// No rule of stagedive's is asked of every file: a million of them are seen.
func TestFilesAreFoundByTheirNames(t *testing.T) {
	for _, name := range []string{"zzz", "zzz.zzz"} {
		for _, m := range rules.Builtin().Files(nil, &rules.Seen{Path: "/" + name, Base: name, Mode: 0o755, Size: 1 << 30, Head: []byte("x")}) {
			t.Errorf("%s is looked at for %s", name, m.What)
		}
	}
	if n := rules.Builtin().Slow(); n > 0 {
		t.Errorf("%d rules of ours are asked of every file", n)
	}
}

func TestPlainName(t *testing.T) {
	for in, want := range map[string]string{
		"gcc": "gcc", "gcc-12": "gcc", "x86_64-linux-gnu-gcc-12": "gcc", "aarch64-linux-musl-ld.bfd": "ld.bfd",
		"x86_64-alpine-linux-musl-gcc": "gcc", "clang-16": "clang", "ld.lld-16": "ld.lld", "gcc-ar-12": "gcc-ar", "go": "go", "-": "-",
	} {
		if got := rules.PlainName(in); got != want {
			t.Errorf("PlainName(%q) = %q, want %q", in, got, want)
		}
	}
}
