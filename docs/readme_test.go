package docs

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/keys"
)

var update = flag.Bool("update", false, "write the README's keys anew")

// The README's keys are those of the key map.
func TestReadmeKeys(t *testing.T) {
	const (
		path  = "../README.md"
		begin = "<!-- keys: written by go test ./docs -update -->\n"
		end   = "<!-- end of keys -->"
	)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(content), begin)
	old, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the keys, between %q and %q", path, begin, end)
	}
	table := "\n" + keys.Markdown(tui.Keys()) + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+table+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != table {
		t.Errorf("the README's keys are not those of the key map; run go test ./docs -update")
	}
}
