package file

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/tui/keys"
)

// Bytes are searched as text and as hex, over the ends of rows and pieces, in both
// directions and around.
func TestSearchBytes(t *testing.T) {
	data := []byte(strings.Repeat("\x00", 3*piece))
	for _, at := range []int{30, piece - 2, 2*piece + 100} {
		copy(data[at:], "Magic")
	}
	p := New(Subject{})
	p.SetPreview(preview.Of("x", data, int64(len(data))))
	k := keys.Default()
	typing := func(text string) {
		for _, r := range "/" + text {
			p.Press(k, press(r))
		}
		p.pressInput(k, enter())
	}
	row := func(at int) int { return at / preview.HexWidth }
	check := func(what string, want int) {
		t.Helper()
		if p.found != want {
			t.Errorf("%s: row %d, want %d", what, p.found, want)
		}
	}
	for _, text := range []string{"magic", "4d 61 67 69"} {
		typing(text)
		check(text, row(30))
		p.seek(1)
		check("the next", row(piece-2))
		p.seek(1)
		check("the one after", row(2*piece+100))
		p.seek(1)
		check("around the end", row(30))
		p.seek(-1)
		check("back around", row(2*piece+100))
		p.seek(-1)
		check("and back", row(piece-2))
		p.found = -1
		p.window().Home()
	}
	typing("magi c")
	check("what is not there", -1)
}
