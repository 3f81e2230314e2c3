package context_test

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
)

// What Select finds, the Gate lets in: whatever the patterns say.
func TestGateLetsInWhatIsSelected(t *testing.T) {
	part := rapid.SampledFrom([]string{"a", "b", "ab", "*", "a*", "?", "[ab]", "**", "c.x", "*.x"})
	names := rapid.SampledFrom([]string{"a", "b", "ab", "c.x", "d"})
	joined := func(of *rapid.Generator[string]) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(of, 1, 4).Draw(t, "parts"), "/")
		})
	}
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(root, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range rapid.SliceOfN(joined(names), 1, 8).Draw(t, "files") {
			file = filepath.Join(dir, file)
			_ = os.MkdirAll(filepath.Dir(file), 0o755) // a file may be in the way
			_ = os.WriteFile(file, nil, 0o644)
		}
		ignore := buildcontext.Ignore{}
		for _, p := range rapid.SliceOfN(joined(part), 0, 3).Draw(t, "ignored") {
			ignore.Patterns = append(ignore.Patterns, rapid.SampledFrom([]string{"", "", "!"}).Draw(t, "not")+p)
		}
		takes := []buildcontext.Take{buildcontext.Copied(
			joined(part).Draw(t, "source"), rapid.Bool().Draw(t, "parents"), rapid.SliceOfN(joined(part), 0, 1).Draw(t, "excluded"),
		)}
		files, err := buildcontext.Select(t.Context(), dir, ignore, takes)
		if err != nil {
			t.Fatal(err)
		}
		gate, err := buildcontext.NewGate(ignore, takes)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !gate.Passes(f.Path) {
				t.Fatalf("%s of %v is shut out: %+v", f.Path, files, takes)
			}
			for d := path.Dir(f.Path); d != "."; d = path.Dir(d) {
				if !gate.Enters(d) {
					t.Fatalf("%s above %s is not entered: %+v", d, f.Path, takes)
				}
			}
		}
	})
}
