package widget

import (
	"regexp"
	"strings"
	"unicode"
)

// Query is what somebody looks for in lines of text. It is plain text, or a
// regular expression (pkg.go.dev/regexp/syntax) when it has something that only
// an expression would: logs are full of [brackets], (parentheses) and dots that
// are meant as they stand. Case counts when a capital letter is in it. The zero
// Query matches nothing.
type Query struct {
	typed string
	text  string         // as it is looked for
	expr  *regexp.Regexp // nil for plain text
	is    bool           // an expression by the user's will
	fold  bool
}

// NewQuery makes a Query of what was typed.
func NewQuery(text string) Query {
	q := Query{typed: text, text: text}
	expr := text
	if q.is = operators.MatchString(text); q.is {
		expr = escapes.ReplaceAllString(text, "")
	}
	q.fold = strings.IndexFunc(expr, unicode.IsUpper) < 0
	flags := ""
	if q.fold {
		flags = "(?i)"
	}
	if q.is {
		var err error
		if q.expr, err = regexp.Compile(flags + text); err == nil {
			return q
		}
		q.is = false // half of an expression is text
	}
	if q.fold && !ascii(text) {
		q.expr = regexp.MustCompile(flags + regexp.QuoteMeta(text))
	}
	if q.fold {
		q.text = strings.ToLower(text)
	}
	return q
}

var (
	// operators are what plain text hardly has: repetition of a dot, a class or a
	// group, classes by letter, alternatives, anchors at their ends.
	operators = regexp.MustCompile(`[.\])][*+?{]|\\[dDwWsSbB.\[\](){}|^$*+?\\]|\S\|\S|^\^|\$$`)
	// escapes have letters that say nothing about case.
	escapes = regexp.MustCompile(`\\.`)
)

// Exactly is a Query for a text as it stands.
func Exactly(text string) Query { return Query{typed: text, text: text} }

// String is what was typed.
func (q Query) String() string { return q.typed }

// Empty says that nothing is looked for.
func (q Query) Empty() bool { return q.text == "" }

// How says how the text is taken where that is not plain: as a regular
// expression, with case.
func (q Query) How() string {
	switch {
	case q.Empty():
		return ""
	case q.is && !q.fold:
		return "regex, case"
	case q.is:
		return "regex"
	case !q.fold:
		return "case"
	}
	return ""
}

// Match says whether it is in a line, which has no styles.
func (q Query) Match(line string) bool {
	switch {
	case q.Empty():
		return false
	case q.expr != nil:
		return q.expr.MatchString(line)
	}
	return q.index(line) >= 0
}

// Spans are the places of a line where it is: bytes from and to, ascending and
// disjoint.
func (q Query) Spans(line string) [][2]int {
	var out [][2]int
	if q.Empty() {
		return nil
	}
	if q.expr != nil {
		for _, s := range q.expr.FindAllStringIndex(line, -1) {
			if s[1] > s[0] {
				out = append(out, [2]int{s[0], s[1]})
			}
		}
		return out
	}
	for at := 0; ; {
		i := q.index(line[at:])
		if i < 0 {
			return out
		}
		at += i + len(q.text)
		out = append(out, [2]int{at - len(q.text), at})
	}
}

// index is where the plain text first is in a line; it allocates nothing, for a
// search may go through a million lines.
func (q Query) index(line string) int {
	if !q.fold {
		return strings.Index(line, q.text)
	}
	first := q.text[0]
	upper := first
	if 'a' <= first && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for i := 0; i+len(q.text) <= len(line); i++ {
		if c := line[i]; (c == first || c == upper) && foldedPrefix(line[i:], q.text) {
			return i
		}
	}
	return -1
}

// foldedPrefix says whether s begins with lower, which is ASCII without capitals.
func foldedPrefix(s, lower string) bool {
	for i := range len(lower) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// Mark draws spans of s in a style of their own; the rest keeps the styles that
// it has. Spans count the bytes of the text without its SGR sequences, which
// must be the only control sequences in it.
func Mark(s string, spans [][2]int, paint func(string) string) string {
	var b strings.Builder
	active, at := "", 0
	for len(s) > 0 {
		if s[0] == 0x1b {
			n := strings.IndexByte(s, 'm') + 1
			if n == 0 {
				return b.String()
			}
			b.WriteString(s[:n])
			active = carry(active, s[:n])
			s = s[n:]
			continue
		}
		n := strings.IndexByte(s, 0x1b)
		if n < 0 {
			n = len(s)
		}
		for len(spans) > 0 && spans[0][1] <= at {
			spans = spans[1:]
		}
		inside := len(spans) > 0 && spans[0][0] <= at
		switch {
		case inside:
			n = min(n, spans[0][1]-at)
		case len(spans) > 0:
			n = min(n, spans[0][0]-at)
		}
		if !inside {
			b.WriteString(s[:n])
		} else {
			if active != "" {
				b.WriteString("\x1b[m")
			}
			b.WriteString(paint(s[:n]) + active)
		}
		at += n
		s = s[n:]
	}
	return b.String()
}
