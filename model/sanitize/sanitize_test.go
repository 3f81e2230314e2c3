package sanitize

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain stays", "/usr/bin/gcc-12", "/usr/bin/gcc-12"},
		{"accents and CJK stay", "naïve-日本.txt", "naïve-日本.txt"},
		{"escape becomes a picture", "a\x1b[31mred", "a␛[31mred"},
		{"line feed becomes a picture", "a\nb", "a␊b"},
		{"tab becomes a space", "a\tb", "a b"},
		{"C1 control is written out", "a\u009bm", "a<U+009B>m"},
		{"delete becomes a picture", "a\x7fb", "a␡b"},
		{"bidi override is written out", "gpj.\u202eexe", "gpj.<U+202E>exe"},
		{"joiner is written out", "👩\u200d💻", "👩<U+200D>💻"},
		{"no-break space becomes a space", "a\u00a0b", "a b"},
		{"tag character is written out", "a\U000E0041b", "a<U+E0041>b"},
		{"plane 16 is written out", "\U0010FFFF", "<U+10FFFF>"},
		{"broken UTF-8 is replaced", "a\xffb", "a\uFFFDb"},
		{"replacement character stays", "a\uFFFDb", "a\uFFFDb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Text(c.in); got != c.want {
				t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestLinesKeepsLineFeeds(t *testing.T) {
	if got := Lines("a\r\nb\x1b\n"); got != "a\nb␛\n" {
		t.Errorf("got %q", got)
	}
}

func TestLog(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"colour stays", "\x1b[1;31mred\x1b[0m\n", "\x1b[1;31mred\x1b[0m\n"},
		{"colon colour stays", "\x1b[38:2::1:2:3mx", "\x1b[38:2::1:2:3mx"},
		{"cursor movement goes", "a\x1b[2Ab", "ab"},
		{"clear screen goes", "a\x1b[2J\x1b[Hb", "ab"},
		{"private mode goes", "\x1b[?1049hb", "b"},
		{"key modifier options are not colour", "\x1b[>4;2mb", "b"},
		{"title goes", "\x1b]0;pwned\x07b", "b"},
		{"title with ST goes", "\x1b]0;pwned\x1b\\b", "b"},
		{"clipboard write goes", "\x1b]52;c;cm0=\x07b", "b"},
		{"device control goes", "\x1bP$q m\x1b\\b", "b"},
		{"charset goes", "\x1b(0b", "b"},
		{"reset goes", "\x1bcb", "b"},
		{"broken sequence ends at the control", "\x1b[3\nb", "\nb"},
		{"unfinished title ends at the next escape", "\x1b]0;x\x1b[31mb", "\x1b[31mb"},
		{"bell becomes a picture", "a\x07", "a␇"},
		{"C1 CSI is written out", "\u009b2J", "<U+009B>2J"},
		{"tab is widened", "a\tb", "a    b"},
		{"to the first column is a return", "1%\x1b[1G2%\x1b[G3%\x1b[2K4%", "1%\r2%\r3%\r4%"},
		{"to another column goes", "a\x1b[10Gb", "ab"},
		{"erasing the rest of the line goes", "\r\x1b[Ka", "\ra"},
		{"concealed is shown", "\x1b[8msecret\x1b[31;8;1mx", "secret\x1b[31;1mx"},
		{"blinking is still", "\x1b[5mx\x1b[6;7my", "x\x1b[7my"},
		{"colours with those numbers stay", "\x1b[38;5;8mx\x1b[48;2;5;6;8my", "\x1b[38;5;8mx\x1b[48;2;5;6;8my"},
		{"carriage return stays", "1%\r2%\n", "1%\r2%\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var whole Log
			if got := whole.Clean([]byte(c.in)); got != c.want {
				t.Errorf("whole: Clean(%q) = %q, want %q", c.in, got, c.want)
			}
			var split Log
			var got strings.Builder
			for i := range len(c.in) {
				got.WriteString(split.Clean([]byte{c.in[i]}))
			}
			if got.String() != c.want {
				t.Errorf("byte by byte: %q, want %q", got.String(), c.want)
			}
		})
	}
}

func TestLogBackspaces(t *testing.T) {
	for in, want := range map[string]string{
		"|\b/\b-\b\\\bdone":              "done",
		"N\bNA\bAM\bME\bE":               "NAME",
		"10%\b\b\b20%\b\b\b30%\n":        "30%\n",
		"é\bé":                           "é",
		"a\n\b\bb":                       "a\nb",
		"\b":                             "",
		"a\x1b[1m\bb":                    "a\x1b[1mb",
		strings.Repeat("|\b/\b", 50_000): "",
	} {
		var l Log
		if got := l.Clean([]byte(in)); got != want {
			t.Errorf("Clean(%.40q) = %.40q, want %q", in, got, want)
		}
	}
}

func TestStyle(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"plain", ""},
		{"\x1b[1;31mred", "\x1b[1;31m"},
		{"\x1b[31mred\x1b[39m", ""},
		{"\x1b[1m\x1b[2mx\x1b[22m", ""},
		{"\x1b[4mx\x1b[4:0m", ""},
		{"\x1b[21mx", "\x1b[4m"},
		{"\x1b[1;3;4;7;9mx\x1b[23;24;27;29m", "\x1b[1m"},
		{"\x1b[38;5;196;48;2;1;2;3mx", "\x1b[38;5;196;48;2;1;2;3m"},
		{"\x1b[38:2::1:2:3mx\x1b[49;59m", "\x1b[38:2::1:2:3m"},
		{"\x1b[91m\x1b[102;58;5;3mx", "\x1b[91;102;58;5;3m"},
		{"\x1b[31m\x1b[mx", ""},
		{"\x1b[31m\x1b[0;1mx", "\x1b[1m"},
		{"\x1b[;31mx", "\x1b[31m"},
		{"\x1b[38;5mx", "\x1b[38;5m"},
		{"\x1b[73;999mx", ""},
	} {
		var s Style
		s.Apply(c.text)
		if s.String() != c.want {
			t.Errorf("%q leaves %q, want %q", c.text, s, c.want)
		}
	}
}

// A style is short however long the text is, and setting it again changes nothing.
func FuzzStyle(f *testing.F) {
	f.Add("\x1b[1;31mred\x1b[38;5;1mx\x1b[0m")
	f.Add("\x1b[38;2;1;2;3;4;5;;;m\x1b[4:3m")
	f.Fuzz(func(t *testing.T, text string) {
		var l Log
		clean := l.Clean([]byte(text))
		var s, again Style
		s.Apply(clean)
		if again.Apply(s.String()); again.String() != s.String() {
			t.Fatalf("%q leaves %q, which leaves %q", clean, s, again)
		}
	})
}

func BenchmarkLog(b *testing.B) {
	text := []byte(strings.Repeat("compiling source file number 12 of a great many: \x1b[32mok\x1b[0m\n", 500))
	b.SetBytes(int64(len(text)))
	var l Log
	for b.Loop() {
		l.Clean(text)
	}
}

func TestLogGivesUpOnAnEndlessSequence(t *testing.T) {
	var l Log
	out := l.Clean([]byte("\x1b]0;" + strings.Repeat("x", 2*maxPending)))
	if !strings.HasPrefix(out, "␛]0;xxx") {
		t.Errorf("got %.20q…", out)
	}
}

func TestPlainRemovesColour(t *testing.T) {
	if got := Plain("\x1b[1mbold\x1b[0m"); got != "bold" {
		t.Errorf("got %q", got)
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\x1b[31m\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Text(%q) is not UTF-8: %q", s, got)
		}
		for _, r := range got {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || !printable(r) && r != utf8.RuneError {
				t.Fatalf("Text(%q) lets %U through", s, r)
			}
		}
		if again := Text(got); again != got {
			t.Fatalf("not idempotent: %q, then %q", got, again)
		}
	})
}

// FuzzLog checks that nothing but SGR sequences comes through, however the
// stream is cut.
func FuzzLog(f *testing.F) {
	f.Add([]byte("\x1b[31mred\x1b[2J\x1b]0;t\x07\n"), 3)
	f.Add([]byte("é\x1b\x1b[\x1b[0m"), 1)
	f.Fuzz(func(t *testing.T, p []byte, cut int) {
		if len(p) == 0 {
			return
		}
		cut = ((cut % len(p)) + len(p)) % len(p)
		var l Log
		got := l.Clean(p[:cut]) + l.Clean(p[cut:])
		for i := 0; i < len(got); i++ {
			switch c := got[i]; {
			case c == 0x1b:
				n, keep, whole := sequence([]byte(got[i:]))
				if !whole || !keep {
					t.Fatalf("Clean(%q) = %q lets a sequence through at %d", p, got, i)
				}
				i += n - 1
			case c < 0x20 && c != '\n' && c != '\r', c == 0x7f:
				t.Fatalf("Clean(%q) = %q lets %#x through", p, got, c)
			}
		}
	})
}
