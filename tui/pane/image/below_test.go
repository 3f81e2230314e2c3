package image

import (
	"testing"

	"github.com/stagedive/stagedive/model/finding"
)

// TestFindingOfADirectory: of a file below a directory that a finding stands for the
// finding is told as the directory's, not as the file's.
func TestFindingOfADirectory(t *testing.T) {
	f := finding.Finding{Title: "TypeScript source files", Path: "/app"}
	for path, want := range map[string]string{
		"/app": "TypeScript source files", "/app/.env": "in /app/: TypeScript source files", "/application": "", "/": "",
	} {
		if got := toldOf(f, path); got != want {
			t.Errorf("of %s it is told %q, want %q", path, got, want)
		}
	}
	if got := toldOf(finding.Finding{Title: "a secret", Name: "ENV X"}, "/app"); got != "" {
		t.Errorf("a finding without a path is told of a file: %q", got)
	}
}
