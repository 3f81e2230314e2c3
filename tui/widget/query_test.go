package widget

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestQuery(t *testing.T) {
	for _, c := range []struct {
		query, line string
		want        string // with «» around what is found
		how         string
	}{
		{"vat", "adds VAT once", "adds «VAT» once", ""},
		{"VAT", "adds VAT, not vat", "adds «VAT», not vat", "case"},
		{"[error]", "x [ERROR] y", "x «[ERROR]» y", ""},
		{"(7 tests)", "a (7 tests) b", "a «(7 tests)» b", ""},
		{"main.go", "main.go:3 mainxgo", "«main.go»:3 mainxgo", ""},
		{"C++", "g++ is C++", "g++ is «C++»", "case"},
		{"what?", "so what? yes", "so «what?» yes", ""},
		{"a*b", "a*b ab", "«a*b» ab", ""},
		{"err.*7", "Error E7 then 7", "«Error E7 then 7»", "regex"},
		{"E[0-9]+", "e1 E22 E3", "e1 «E22» «E3»", "regex, case"},
		{`\d+ ms`, "12 ms, 3 MS", "«12 ms», «3 MS»", "regex"},
		{`\S+\.ts`, "in a.TS b.ts", "in «a.TS» «b.ts»", "regex"},
		{"warn|error", "Warning: no ERROR", "«Warn»ing: no «ERROR»", "regex"},
		{"a || b", "x a || b", "x «a || b»", ""},
		{"^a", "aa", "«a»a", "regex"},
		{"err.*(", "err.*( err", "«err.*(» err", ""},
		{"größe", "die GRÖSSE, die Größe", "die GRÖSSE, die «Größe»", ""},
		{"zz", "no", "no", ""},
		{"", "no", "no", ""},
	} {
		q := NewQuery(c.query)
		got, at := "", 0
		for _, s := range q.Spans(c.line) {
			got += c.line[at:s[0]] + "«" + c.line[s[0]:s[1]] + "»"
			at = s[1]
		}
		if got += c.line[at:]; got != c.want || q.How() != c.how {
			t.Errorf("%q: got %q (%s), want %q (%s)", c.query, got, q.How(), c.want, c.how)
		}
		if q.Match(c.line) != strings.Contains(c.want, "«") {
			t.Errorf("%q: Match says %v", c.query, q.Match(c.line))
		}
	}
}

// Whatever is typed, nothing panics, and a line matches when it has a span.
func TestQueryProperties(t *testing.T) {
	letter := rapid.StringOfN(rapid.SampledFrom([]rune(`aAbBé.*+?[](){}|^$\d `)), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		q, line := NewQuery(letter.Draw(t, "query")), letter.Draw(t, "line")
		at := 0
		for _, s := range q.Spans(line) {
			if s[0] < at || s[1] <= s[0] || s[1] > len(line) {
				t.Fatalf("spans %v of %q", q.Spans(line), line)
			}
			at = s[1]
		}
		if len(q.Spans(line)) > 0 && !q.Match(line) {
			t.Fatal("a span without a match")
		}
	})
}

func TestMark(t *testing.T) {
	paint := func(s string) string { return "<" + s + ">" }
	for _, c := range []struct {
		s     string
		spans [][2]int
		want  string
	}{
		{"abc", nil, "abc"},
		{"abc", [][2]int{{0, 1}, {2, 3}}, "<a>b<c>"},
		{"\x1b[31mabc\x1b[0md", [][2]int{{1, 2}}, "\x1b[31ma\x1b[m<b>\x1b[31mc\x1b[0md"},
		{"a\x1b[1mb\x1b[mc", [][2]int{{0, 3}}, "<a>\x1b[1m\x1b[m<b>\x1b[1m\x1b[m<c>"},
	} {
		if got := Mark(c.s, c.spans, paint); got != c.want {
			t.Errorf("%q %v: got %q, want %q", c.s, c.spans, got, c.want)
		}
	}
}

// Marks take no text away and add none.
func TestMarkKeepsTheText(t *testing.T) {
	part := rapid.SampledFrom([]string{"a", "bc", "\x1b[31m", "\x1b[0m", "\x1b[1;4m", "é", " "})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "")
		q := NewQuery(rapid.SampledFrom([]string{"a", "b", "c ", "é", "a+|b.*"}).Draw(t, "query"))
		plain := ansi.Strip(s)
		got := Mark(s, q.Spans(plain), func(s string) string { return fmt.Sprintf("\x1b[7m%s\x1b[m", s) })
		if ansi.Strip(got) != plain {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
