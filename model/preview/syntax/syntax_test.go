package syntax_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/preview/syntax"
)

// marked is source with what was found in it: c‹comment› s‹string› k‹keyword›
// n‹number› a‹name›.
func marked(l *syntax.Language, source string) string {
	lines := strings.Split(source, "\n")
	states := l.States(lines)
	for i, line := range lines {
		var b strings.Builder
		at := 0
		for _, s := range l.Spans(line, states[i]) {
			b.WriteString(line[at:s.From] + string("cskna"[s.Kind]) + "‹" + line[s.From:s.To] + "›")
			at = s.To
		}
		lines[i] = b.String() + line[at:]
	}
	return strings.Join(lines, "\n")
}

func TestLanguages(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"a.go", "func f() string { // x\n\treturn `a\nb` + \"c\\\"d\" + 'e' /* f\ng */ + 10\n}", "k‹func› f() k‹string› { c‹// x›\n\tk‹return› s‹`a›\ns‹b`› + s‹\"c\\\"d\"› + s‹'e'› c‹/* f›\nc‹g */› + n‹10›\n}"},
		{"a.py", "'''doc\nmore''' # c\ndef f(x): return \"#\" + 'a\\'b'", "s‹'''doc›\ns‹more'''› c‹# c›\nk‹def› f(x): k‹return› s‹\"#\"› + s‹'a\\'b'›"},
		{"run.sh", "if [ $# -gt 1 ]; then # c\n  echo ${x#y} \"it's\"\nfi", "k‹if› [ $# -gt n‹1› ]; k‹then› c‹# c›\n  echo ${x#y} s‹\"it's\"›\nk‹fi›"},
		{"Dockerfile", "# syntax\nfrom a AS b\nRUN x # y", "c‹# syntax›\nk‹from› a k‹AS› b\nk‹RUN› x c‹# y›"},
		{"a.yaml", "a: 1 # c\n- b: \"x\"\nurl: http://x:80/#y", "a‹a›: n‹1› c‹# c›\n- a‹b›: s‹\"x\"›\na‹url›: http://x:n‹80›/#y"},
		{"a.ini", "[part]\nkey = yes ; c", "k‹[part]›\na‹key› = k‹yes› c‹; c›"},
		{"a.json", `{"a": [1, true, "x\"y"]}`, `{s‹"a"›: [n‹1›, k‹true›, s‹"x\"y"›]}`},
		{"a.html", "<!-- a\nb --><p class=\"c\">don't</p>", "c‹<!-- a›\nc‹b -->›<k‹p› class=s‹\"c\"›>don't</k‹p›>"},
		{"a.sql", "SELECT a -- c\nfrom b", "k‹SELECT› a c‹-- c›\nk‹from› b"},
		{"Makefile", "all: x # c\nA = 1", "a‹all›: x c‹# c›\na‹A ›= n‹1›"},
		{"a.rs", "fn f<'a>(x: &'a str) {}", "k‹fn› f<'a>(x: &'a str) {}"},
		{"a.md", "# title\n```\ncode\n```\ntext", "c‹# title›\ns‹```›\ns‹code›\ns‹```›\ntext"},
	} {
		l := syntax.For(c.name, strings.SplitN(c.source, "\n", 2)[0])
		if l == nil {
			t.Errorf("%s: no language", c.name)
			continue
		}
		if got := marked(l, c.source); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	if l := syntax.For("a.unknown", "text"); l != nil {
		t.Errorf("a language of nothing: %s", l.Name)
	}
}
