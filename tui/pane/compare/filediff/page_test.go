package filediff

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// page is one about texts of 200 lines of which each fortieth differs.
func page() *Page {
	version := func(side, every string) difference.Version {
		var b strings.Builder
		for i := range 200 {
			if i%40 == 20 {
				fmt.Fprintf(&b, "%s %d\n", every, i)
			} else {
				fmt.Fprintf(&b, "line %d\n", i)
			}
		}
		return difference.Version{
			Name: side, There: true, Info: image.Info{Mode: 0o644, Size: int64(b.Len())},
			Content: preview.Of("a.txt", []byte(b.String()), int64(b.Len())),
		}
	}
	p := New("/etc/a.txt", "one", "two")
	p.Set(difference.Between("/etc/a.txt", version("one", "old"), version("two", "newer")), nil)
	return p
}

func text(p *Page, w, h int) string {
	return ansi.Strip(strings.Join(p.View(theme.New(theme.Options{}), w, h), "\n"))
}

func press(p *Page, keys ...string) (closed bool) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		switch k {
		case "esc":
			msg = tea.KeyPressMsg{Code: tea.KeyEscape}
		case "enter":
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		}
		closed, _ = p.Press(msg)
	}
	return closed
}

func TestPage(t *testing.T) {
	p := New("/etc/a.txt", "one", "two")
	if got := text(p, 80, 20); !strings.Contains(got, "reading both") {
		t.Errorf("while it waits:\n%s", got)
	}
	p = page()
	got := text(p, 80, 24)
	for _, want := range []string{"/etc/a.txt", "one → two", "5 lines added, 5 removed", "- size", " 21     - old 20", "    21 + newer 20", "17 lines the same"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	p.Set(nil, errors.New("it is gone"))
	if got := text(p, 80, 20); !strings.Contains(got, "it is gone") {
		t.Errorf("of an error:\n%s", got)
	}
	if !press(p, "esc") || !press(page(), "enter") || !press(page(), "h") || press(page(), "j") {
		t.Error("the wrong keys close it")
	}
}

// n and N go from change to change, and say when there is none.
func TestChanges(t *testing.T) {
	p := page()
	first := func() string {
		for _, l := range strings.Split(text(p, 80, 16), "\n") {
			if strings.Contains(l, "- old") {
				return strings.TrimSpace(l)
			}
		}
		return ""
	}
	first()
	for _, c := range []struct{ key, want string }{{"n", "old 20"}, {"n", "old 60"}, {"n", "old 100"}, {"N", "old 60"}, {"N", "old 20"}} {
		if press(p, c.key); !strings.HasSuffix(first(), c.want) {
			t.Fatalf("%s leads to %q, want %q\n%s", c.key, first(), c.want, text(p, 80, 16))
		}
	}
	if press(p, "N"); !strings.Contains(text(p, 80, 16), "no change before this") {
		t.Errorf("nothing is said:\n%s", text(p, 80, 16))
	}
	press(p, "G")
	first()
	if press(p, "n"); !strings.Contains(text(p, 80, 16), "no change after this") {
		t.Errorf("nothing is said:\n%s", text(p, 80, 16))
	}
}

func TestEverySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := page()
		w, h := rapid.IntRange(0, 200).Draw(t, "w"), rapid.IntRange(0, 50).Draw(t, "h")
		for range rapid.IntRange(0, 8).Draw(t, "presses") {
			p.View(theme.New(theme.Options{}), w, h)
			press(p, rapid.SampledFrom([]string{"j", "k", "n", "N", "G", "g", "l", "h", "W"}).Draw(t, "key"))
		}
		lines := p.View(theme.New(theme.Options{}), w, h)
		if len(lines) > h {
			t.Fatalf("%d lines of %d", len(lines), h)
		}
		for _, l := range lines {
			if widget.Width(l) > w && w > 24 {
				t.Fatalf("%q is wider than %d", l, w)
			}
		}
	})
}
