package file

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
)

func press(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Text: string(r)} }

// BenchmarkKeys is what a key costs, with the frame that follows, on as much text as
// is ever shown and on the bytes of a large program.
func BenchmarkKeys(b *testing.B) {
	look := pane.Look{Theme: theme.New(theme.Options{Profile: colorprofile.TrueColor}), Focus: true}
	k := keys.Default()
	text := strings.Repeat("func (p *Page) foot(th *theme.Theme, width int) []string { // of what is typed\n", preview.MostText/80)
	for _, c := range []struct{ name, content, before, key string }{
		{"text down", text, "", "j"},
		{"text end, wrapped", text, "W", "G"},
		{"text search in vain", text, "/nowhere to be foun", "d"},
		{"text expression in vain", text, "/(no|not) [a-z]+ her", "e"},
		{"text hex and back", text, "", "t"},
		{"hex page", strings.Repeat("\x00\x01\x02stagedive", 2_000_000), "", "pgdown"},
		{"hex search in vain", strings.Repeat("\x00\x01\x02stagedive", 2_000_000), "/nowher", "e"},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := New(Subject{Path: "/app/page.go"})
			p.SetPreview(preview.Of("page.go", []byte(c.content), int64(len(c.content))))
			p.View(look, 120, 40)
			for _, r := range c.before {
				p.Press(k, press(r))
			}
			key := tea.KeyPressMsg{Code: tea.KeyPgDown}
			if len(c.key) == 1 {
				key = press(rune(c.key[0]))
			}
			for b.Loop() {
				p.Press(k, key)
				p.View(look, 120, 40)
			}
		})
	}
}

func enter() tea.KeyPressMsg { return tea.KeyPressMsg{Code: tea.KeyEnter} }
