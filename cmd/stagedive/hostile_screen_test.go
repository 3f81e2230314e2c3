package main

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/hostile"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// The explorer opens hostile images on a small screen: each line stays a line of its
// width, wherever one goes, and nothing that the image says reaches the terminal as
// more than text.
func TestHostileImagesOnAScreen(t *testing.T) {
	for _, c := range hostile.Cases() {
		if c.Refused || c.Large {
			continue
		}
		t.Run(c.Family+"/"+c.Name, func(t *testing.T) {
			ref, err := c.Write(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			t.Setenv("XDG_CACHE_HOME", t.TempDir())
			res, err := inspect.Inspect(context.Background(), ref, looking(inspect.Options{}, nil))
			if err != nil {
				t.Fatal(err)
			}
			d := tuitest.New(t, tui.Config{
				Ref: ref, Image: res.Image, Findings: res.Findings, Profile: colorprofile.TrueColor,
				Files: imageFiles{}, NoBuilder: "an image that is finished",
			}).Size(80, 24)
			intact(t, d, "at first")
			for _, key := range strings.Fields("G up tab j j enter l G o a C L esc ] j enter ] j ] j ] j ] z esc 4 j enter esc 3 / e esc ? esc") {
				d.Press(key).Advance(time.Minute).Settle()
				intact(t, d, key)
			}
			for _, size := range [][2]int{{60, 15}, {120, 40}, {200, 60}, {30, 8}} {
				intact(t, d.Size(size[0], size[1]).Advance(time.Minute).Settle(), "resized")
			}
		})
	}
}

// intact fails the test unless each line of the frame is as wide as the screen and
// holds text and colours only.
func intact(t *testing.T, d *tuitest.Driver, after string) {
	t.Helper()
	lines := strings.Split(d.Frame(), "\n")
	width := ansi.StringWidthWc(lines[0])
	for _, l := range lines {
		if w := ansi.StringWidthWc(l); w != width {
			t.Errorf("after %s a line is %d of %d cells wide:\n%s", after, w, width, ansi.Strip(l))
		}
		plain := ansi.Strip(l)
		if i := strings.IndexFunc(plain, func(r rune) bool { return drivesTerminal(r) || unicode.IsControl(r) }); i >= 0 {
			t.Errorf("after %s a line holds %q", after, plain[i:])
		}
		for rest := l; ; {
			i := strings.IndexByte(rest, '\x1b')
			if i < 0 {
				break
			}
			rest = rest[i+1:]
			if end := strings.IndexAny(rest, "m\x1b"); end < 0 || rest[end] != 'm' || strings.Trim(rest[:end], "[0123456789;:") != "" {
				t.Errorf("after %s a line has the sequence %q", after, rest[:min(len(rest), 20)])
			}
		}
	}
}
