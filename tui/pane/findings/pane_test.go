package findings

import (
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

func shop() (*image.Image, []finding.Finding, *model.Graph) {
	g := &model.Graph{
		File:  "Dockerfile",
		Lines: []string{"FROM golang AS build", "RUN ssh-keygen -f /root/.ssh/id \\", "  && git clone git@example.com:x", "RUN rm /root/.netrc"},
		Stages: []model.Stage{{Name: "build", Line: 1, EndLine: 4, Steps: []model.Step{
			{Index: 0, Command: "FROM", Line: 1, EndLine: 1},
			{Index: 1, Command: "RUN", Line: 2, EndLine: 3},
			{Index: 2, Command: "RUN", Line: 4, EndLine: 4},
		}}},
	}
	return &image.Image{Layers: make([]image.Layer, 4)}, []finding.Finding{
		{
			Rule: "SD-K001", Title: "Private key", Category: finding.Secret, Severity: finding.Critical,
			Path: "/root/.ssh/id", Size: 411, Layer: 2, Line: 2, Deleted: 3,
			Evidence: []string{"line 1 begins a PEM PRIVATE KEY of 48 bytes", "mode 0600"},
			Why:      "Everyone who can pull the image can read it, also when a later layer deletes the file.",
			Fix:      "line 2: revoke it, then RUN --mount=type=ssh git clone git@example.com:x",
		},
		{
			Rule: "SD-T002", Title: "Go toolchain go1.26.1", Category: finding.Toolchain, Severity: finding.Medium, Base: true,
			Path: "/usr/local/go", Files: 5774, Size: 181_800_000, Layer: 0, Stage: -1, Evidence: []string{"VERSION says go1.26.1"}, Why: "It is large.",
		},
		{Rule: "SD-K009", Title: "NPM_TOKEN in the environment", Category: finding.Secret, Severity: finding.High, Name: "ENV NPM_TOKEN", Layer: -1, Why: "It is readable."},
		{Rule: "SD-C001", Title: "apt lists", Category: finding.Cache, Severity: finding.Low, Path: "/var/lib/apt/lists", Files: 3, Size: 20_000_000, Layer: 3, Line: 4, Why: "w"},
	}, g
}

func open(w, h int) *Pane {
	p := New(theme.New(theme.Options{Profile: colorprofile.TrueColor}), plain, nil)
	p.SetSize(w, h)
	p.SetFindings(shop())
	return p
}

func press(p *Pane, keys ...string) (to *Go) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		switch k {
		case "enter":
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		case "esc":
			msg = tea.KeyPressMsg{Code: tea.KeyEscape}
		}
		to, _ = p.Key(msg)
	}
	return to
}

func screen(p *Pane) string { return ansi.Strip(strings.Join(p.View(), "\n")) + "\n" }

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name string
		w, h int
		keys []string
	}{
		{"wide", 140, 24, nil},
		{"stacked", 80, 24, []string{"j"}},
		{"small", 60, 13, nil},
		{"filtered", 80, 24, []string{"/", "k", "e", "y", "enter"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(c.w, c.h)
			press(p, c.keys...)
			goldens.Check(t, filepath.Join("testdata", c.name+".golden"), screen(p))
		})
	}
}

func TestEnterGoesToTheFile(t *testing.T) {
	p := open(100, 30)
	if to := press(p, "enter"); to == nil || *to != (Go{Layer: 2, Path: "/root/.ssh/id"}) {
		t.Errorf("went to %+v", to)
	}
	if to := press(p, "j", "enter"); to != nil {
		t.Errorf("a finding without a file leads to %+v", to)
	}
}

func TestInstructionsAreRedacted(t *testing.T) {
	p := New(theme.New(theme.Options{}), func(s string) string { return strings.ReplaceAll(s, "example.com", "•••") }, nil)
	p.SetSize(140, 30)
	p.SetFindings(shop())
	source, _, _ := strings.Cut(screen(p), "fix")
	if strings.Contains(source, "example.com") || !strings.Contains(source, "git@•••:x") {
		t.Errorf("got\n%s", source)
	}
}

func TestSeverityHidesTheMildest(t *testing.T) {
	p := open(100, 30)
	for _, want := range []int{4, 3, 2, 4} { // low, medium, high or worse; then all
		press(p, "s")
		if p.matching != want {
			t.Errorf("%d shown at %v or worse, want %d", p.matching, p.least, want)
		}
	}
}

func TestEscapeShowsAllAgain(t *testing.T) {
	p := open(100, 30)
	press(p, "/", "z", "z", "enter")
	if !strings.Contains(screen(p), "No finding matches") {
		t.Errorf("got\n%s", screen(p))
	}
	press(p, "esc")
	if p.matching != 4 {
		t.Errorf("%d of 4 shown", p.matching)
	}
}

func TestEmptySaysWhatItMeans(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain, nil)
	p.SetSize(80, 10)
	if !strings.Contains(screen(p), "Press b to build") {
		t.Errorf("got\n%s", screen(p))
	}
	p.SetFindings(&image.Image{}, nil, nil)
	if !strings.Contains(screen(p), "No compilers, sources, caches or secrets found") {
		t.Errorf("got\n%s", screen(p))
	}
}

// At every size each frame has its height in lines, none wider than the pane.
func TestEverySize(t *testing.T) {
	keys := []string{"j", "k", "G", "g", "s", "/", "x", "esc", "enter"}
	rapid.Check(t, func(rt *rapid.T) {
		p := open(rapid.IntRange(0, 220).Draw(rt, "w"), rapid.IntRange(0, 60).Draw(rt, "h"))
		for range rapid.IntRange(1, 10).Draw(rt, "presses") {
			press(p, rapid.SampledFrom(keys).Draw(rt, "key"))
			lines := p.View()
			if p.width > 0 && len(lines) != p.height {
				rt.Fatalf("%d lines of %d", len(lines), p.height)
			}
			for _, l := range lines {
				if widget.Width(l) > p.width {
					rt.Fatalf("%q is wider than %d", l, p.width)
				}
			}
			p.SetSize(rapid.IntRange(0, 220).Draw(rt, "w"), rapid.IntRange(0, 60).Draw(rt, "h"))
		}
	})
}

func plain(s string) string { return s }

// What was not looked at is not called clean.
func TestUnreadLayersAreSaid(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain, nil)
	p.SetSize(80, 10)
	im, found, g := shop()
	im.Layers[1].Unread = true
	p.SetFindings(im, nil, g)
	if got := screen(p); !strings.Contains(got, "▲ Nothing found in what could be read; layer 2 could not be.") || strings.Contains(got, "✓") {
		t.Errorf("got\n%s", got)
	}
	p.SetFindings(im, found, g)
	if got := screen(p); !strings.Contains(got, "▲ layer 2 unread") {
		t.Errorf("got\n%s", got)
	}
}
