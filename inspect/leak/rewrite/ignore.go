package rewrite

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
)

// IgnorePattern is the entry of .dockerignore for a file: the directory that tests, a CI service or an
// editor have for their own, the pattern by which its kind is known, or its path.
func IgnorePattern(p string) string {
	top := ""
	for d := path.Dir(p); d != "." && d != "/"; d = path.Dir(d) {
		switch name := path.Base(d); {
		case mark.IsTestDir(name):
			top = d
		case name == ".github", name == ".circleci", name == ".buildkite", name == ".vscode", name == ".idea", name == ".fleet", name == "coverage", name == "htmlcov", name == ".nyc_output":
			top = d
		}
	}
	if top != "" {
		return top
	}
	base := path.Base(p)
	if base == ".DS_Store" || base == "Thumbs.db" || base == "conftest.py" {
		return "**/" + base
	}
	for _, part := range [...]string{"_test.go", ".swp", ".swo", ".orig", ".rej", ".iml", "_spec.rb", "_test.rb", "_test.exs"} {
		if strings.HasSuffix(base, part) {
			return "**/*" + part
		}
	}
	for _, part := range [...]string{".test.", ".spec.", ".cy."} {
		if strings.Contains(base, part) {
			return "**/*" + part + "*"
		}
	}
	return p
}
