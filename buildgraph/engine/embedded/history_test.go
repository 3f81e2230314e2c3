//go:build linux

package embedded

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The history is bounded, unless the user's buildkitd.toml says how.
func TestHistoryBounds(t *testing.T) {
	dir := t.TempDir()
	s, err := loadSettings(t.Context(), Config{Root: dir, Runtime: "/bin/true"})
	if err != nil {
		t.Fatal(err)
	}
	if h := s.History; h == nil || h.MaxEntries == nil || *h.MaxEntries != 200 || h.MaxAge.Duration != time.Hour {
		t.Errorf("%+v", s.History)
	}
	file := filepath.Join(dir, "buildkitd.toml")
	if err := os.WriteFile(file, []byte("[history]\n  maxAge = 60\n  maxEntries = 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = loadSettings(t.Context(), Config{Root: dir, Runtime: "/bin/true", ConfigFile: file}); err != nil {
		t.Fatal(err)
	}
	if h := s.History; *h.MaxEntries != 3 || h.MaxAge.Duration != time.Minute {
		t.Errorf("%+v", h)
	}
}
