package leak

import "strings"

// The families of toolchains, worded as titles.
const (
	familyC       = "C/C++ compiler"
	familyBuild   = "Build system"
	familyHeaders = "Development headers"
	familyGo      = "Go toolchain"
	familyRust    = "Rust toolchain"
	familyJava    = "Java development kit"
	familyJVM     = "Java build tool"
	familyZig     = "Zig compiler"
	familySwift   = "Swift toolchain"
	familyHaskell = "Haskell compiler"
	familyDotnet  = ".NET SDK"
	familyNode    = "TypeScript compiler"
)

// devPackage says which toolchain a Debian or Alpine package is part of, or "".
// It lists what compiles, links or builds. Run-time libraries, package managers,
// interpreters and packages that every base image has (gcc-12-base, libgcc) are
// none of these.
func devPackage(name string) string {
	plain, _ := splitVersion(name)
	switch plain {
	case "build-essential", "build-base", "alpine-sdk", "gcc", "g++", "cpp", "gfortran",
		"clang", "llvm", "lld", "lldb", "gdb", "tcc", "nasm", "yasm", "mold",
		"binutils", "binutils-gold", "binutils-x86-64-linux-gnu", "binutils-aarch64-linux-gnu", "dpkg-dev":
		return familyC
	case "make", "cmake", "cmake-data", "ninja-build", "ninja", "samurai", "meson", "scons",
		"autoconf", "automake", "libtool", "libtool-bin", "bison", "flex", "pkg-config", "pkgconf", "bazel":
		return familyBuild
	case "go", "golang", "golang-go", "golang-src", "gcc-go", "gccgo":
		return familyGo
	case "rust", "rustc", "cargo", "rustup":
		return familyRust
	case "maven", "gradle", "ant", "sbt", "kotlin", "apache-ant":
		return familyJVM
	case "zig":
		return familyZig
	case "ghc":
		return familyHaskell
	case "node-typescript", "typescript":
		return familyNode
	}
	switch {
	case strings.HasPrefix(name, "golang-1."), strings.HasPrefix(name, "golang-go-"):
		return familyGo
	case strings.HasPrefix(name, "openjdk") && (strings.HasSuffix(name, "-jdk") || strings.HasSuffix(name, "-jdk-headless")),
		name == "default-jdk", name == "default-jdk-headless":
		return familyJava
	case strings.HasPrefix(name, "dotnet") && strings.Contains(name, "-sdk"):
		return familyDotnet
	case strings.HasPrefix(name, "gcc-") && strings.Contains(name, "-linux-"), strings.HasPrefix(name, "g++-") && strings.Contains(name, "-linux-"):
		return familyC
	case strings.HasSuffix(name, "-dev") && name != "node-dev", strings.HasSuffix(name, "-devel"),
		name == "linux-headers", strings.HasPrefix(name, "linux-headers-"):
		return familyHeaders
	}
	return ""
}

// splitVersion parts a package name from a version at its end: gcc-12, clang16.
func splitVersion(name string) (plain, version string) {
	end := len(name)
	for end > 0 && (name[end-1] >= '0' && name[end-1] <= '9' || name[end-1] == '.') {
		end--
	}
	if end == len(name) || end == 0 {
		return name, ""
	}
	return strings.TrimSuffix(name[:end], "-"), name[end:]
}
