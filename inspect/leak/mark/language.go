package mark

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/paths"
)

// TypeScript is the Name that marks of its sources have; the one compiled language that some
// runtimes run as it is.
const TypeScript = "TypeScript"

// languageOf is the compiled language that a file name's extension stands for, or
// "". Interpreted languages are never source leaks: their sources are what runs.
func languageOf(base string) string {
	switch extension(base) {
	case ".go":
		return "Go"
	case ".c", ".cc", ".cpp", ".cxx", ".c++", ".h", ".hh", ".hpp", ".hxx":
		return "C/C++"
	case ".rs":
		return "Rust"
	case ".java":
		return "Java"
	case ".kt":
		return "Kotlin"
	case ".scala":
		return "Scala"
	case ".cs":
		return "C#"
	case ".fs":
		return "F#"
	case ".swift":
		return "Swift"
	case ".zig":
		return "Zig"
	case ".hs":
		return "Haskell"
	case ".ex":
		return "Elixir"
	case ".ts", ".tsx", ".mts", ".cts":
		if strings.Contains(base, ".d.") {
			return ""
		}
		return TypeScript
	case ".vue":
		return "Vue"
	case ".svelte":
		return "Svelte"
	}
	return ""
}

// isApplicationDir says whether a directory is one that applications are put in,
// not one of the distribution's, of installed libraries, or of documentation.
func isApplicationDir(d string) bool {
	first, rest, _ := strings.Cut(strings.TrimPrefix(d, "/"), "/")
	switch first {
	case "lib", "lib64", "etc", "bin", "sbin", "boot", "proc", "sys", "dev", "run":
		return false
	case "usr":
		second, _, _ := strings.Cut(rest, "/")
		switch {
		case second == "src" || second == "app":
		case paths.Below(d, "/usr/local/src"), paths.Below(d, "/usr/local/app"), paths.Below(d, "/usr/share/nginx"):
		default:
			return false
		}
	case "var":
		if paths.Below(d, "/var/lib/dpkg") || paths.Below(d, "/var/cache") {
			return false
		}
	}
	if last := path.Base(d); last == "doc" || last == "docs" {
		return false
	}
	for _, installed := range [...]string{"/node_modules", "/site-packages", "/dist-packages", "/gems", "/linux-headers", "/pkg/mod", "/registry/src", "/lib/python", "/share/doc", "/doc/", "/docs/"} {
		if strings.Contains(d, installed) {
			return false
		}
	}
	return true
}
