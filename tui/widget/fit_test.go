package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// anyText draws what may stand in a log or a path after sanitising: letters of
// every width, combining marks, colours.
func anyText() *rapid.Generator[string] {
	part := rapid.SampledFrom([]string{"a", "Z", " ", "é", "e\u0301", "漢", "字", "─", "\x1b[31m", "\x1b[1;32m", "\x1b[m", "\x1b[0m", "🚀", "…", "ก\u0e33", "क्षि", "❤️", "🇩🇪", "👋🏽", "각", "\u0301"})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(part, 0, 40).Draw(t, "parts"), "")
	})
}

func TestFitIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := anyText().Draw(t, "s"), rapid.IntRange(0, 50).Draw(t, "w")
		for name, got := range map[string]string{
			"Fit": Fit(s, w, "…"), "FitRight": FitRight(s, w, "…"), "Sides": Sides(s, s, w, "…"),
		} {
			if Width(got) != w {
				t.Fatalf("%s(%q, %d) is %d wide: %q", name, s, w, Width(got), got)
			}
		}
		if got := TruncateLeft(s, w, "…"); Width(got) > w {
			t.Fatalf("TruncateLeft(%q, %d) is %d wide", s, w, Width(got))
		}
	})
}

func TestWrapLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := anyText().Draw(t, "s"), rapid.IntRange(2, 30).Draw(t, "w")
		pieces := Wrap(s, w)
		if got := ansi.Strip(strings.Join(pieces, "")); got != ansi.Strip(s) {
			t.Fatalf("wrapping %q at %d gave %q", s, w, got)
		}
		for _, p := range pieces {
			if Width(p) > w {
				t.Fatalf("piece %q is wider than %d", p, w)
			}
			if carry("", p) != "" {
				t.Fatalf("piece %q leaves a style open", p)
			}
		}
	})
}

func TestWrapWords(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"", 5, ""},
		{"fits", 4, "fits"},
		{"RUN --mount=type=secret npm ci", 22, "RUN|--mount=type=secret|npm ci"},
		{"a  long-hyphenated-word", 12, "a|long-hyphena|ted-word"},
		{"日本語 日本", 6, "日本語|日本"},
	} {
		if got := strings.Join(WrapWords(c.in, c.width), "|"); got != c.want {
			t.Errorf("WrapWords(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestWrapWordsLosesNoWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := ansi.Strip(anyText().Draw(t, "s")), rapid.IntRange(2, 30).Draw(t, "w")
		lines := WrapWords(s, w)
		for _, l := range lines {
			if Width(l) > w {
				t.Fatalf("%q is wider than %d", l, w)
			}
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := squeeze(strings.Join(lines, "")); got != squeeze(s) {
			t.Fatalf("wrapping %q at %d gave %q", s, w, lines)
		}
	})
}

func TestWrapCarriesStyles(t *testing.T) {
	got := Wrap("\x1b[31mabcd\x1b[m", 2)
	want := []string{"\x1b[31mab\x1b[m", "\x1b[31mcd\x1b[m"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSides(t *testing.T) {
	for _, c := range []struct {
		left, right string
		width       int
		want        string
	}{
		{"left", "right", 12, "left   right"},
		{"a longer left", "right", 12, "a lon… right"},
		{"left and more", "a long right side", 20, "left and more       "},
		{"left", "", 6, "left  "},
	} {
		if got := Sides(c.left, c.right, c.width, "…"); got != c.want {
			t.Errorf("Sides(%q, %q, %d) = %q, want %q", c.left, c.right, c.width, got, c.want)
		}
	}
}

func TestOverlayKeepsTheCanvas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 30).Draw(t, "w"), rapid.IntRange(1, 8).Draw(t, "h")
		base := make([]string, h)
		for i := range base {
			base[i] = Fit(anyText().Draw(t, "base"), w, "")
		}
		box := rapid.SliceOfN(anyText(), 0, 10).Draw(t, "box")
		out := Overlay(base, box, rapid.IntRange(-5, 35).Draw(t, "x"), rapid.IntRange(-3, 10).Draw(t, "y"), w)
		if len(out) != h {
			t.Fatalf("%d lines became %d", h, len(out))
		}
		for _, l := range out {
			if Width(l) != w {
				t.Fatalf("line %q is %d wide, want %d", l, Width(l), w)
			}
		}
	})
}
