package console

import (
	"bytes"
	"strings"
	"testing"
)

// ~. at the beginning of a line is the way out, however it arrives; every other
// key reaches the process.
func TestWayOut(t *testing.T) {
	for _, c := range []struct {
		typed string // pieces, parted by |
		pass  string
		leave bool
	}{
		{"ls ~\r", "ls ~\r", false},
		{"~.", "", true},
		{"~|.", "", true},
		{"ls\r~.", "ls\r", true},
		{"ls ~.", "ls ~.", false},
		{"~~.", "~.", false},
		{"~/bin\r", "~/bin\r", false},
		{"~|/bin", "~/bin", false},
	} {
		out, pass, left := wayOut{start: true}, "", false
		for piece := range strings.SplitSeq(c.typed, "|") {
			p, leave := out.filter([]byte(piece))
			pass, left = pass+string(p), left || leave
		}
		if pass != c.pass || left != c.leave {
			t.Errorf("%q: %q %v, want %q %v", c.typed, pass, left, c.pass, c.leave)
		}
	}
}

func TestBanner(t *testing.T) {
	var out bytes.Buffer
	if err := Banner(&out, 20, Style{ASCII: true, NoColor: true}, "shell in a stage of a long name", "exit"); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if len(strings.TrimSuffix(line, "\n")) > 20 || !strings.HasPrefix(line, "| ") || strings.Contains(line, "\x1b") {
			t.Errorf("line %q", line)
		}
	}
	var raw bytes.Buffer
	if _, err := (lines{&raw}).Write([]byte("a\nb\n")); err != nil || raw.String() != "a\r\nb\r\n" {
		t.Errorf("%q %v", &raw, err)
	}
}
