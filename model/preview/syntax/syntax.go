// Package syntax finds comments, strings, keywords and numbers in lines of source,
// well enough to read by: it knows how a language writes those, and not its grammar.
//
// (chroma knows grammars, but reads 280 of them whenever the program starts:
// 5.6 ms of 2.27.0's, and most of what stagedive takes to its first frame.)
package syntax

import (
	"strings"
	"unicode/utf8"
)

// Kind is what a part of a line is.
type Kind uint8

// The kinds.
const (
	Comment Kind = iota
	String
	Keyword
	Number
	Name // of a setting, a tag, a section
)

// Span is a part of a line, in bytes.
type Span struct {
	From, To int
	Kind     Kind
}

// State is what reaches into a line from those before it: 0 for nothing, else one of
// the language's fences.
type State uint8

// Language is how a language writes what Spans finds.
type Language struct {
	Name     string
	line     []string // what begins a comment that ends with the line
	fences   []fence  // what may go on over lines
	quotes   string   // what begins and ends a string of one line
	keywords map[string]bool
	letters  string // what a word may have beside letters, digits and _
	anycase  bool   // keywords may be written in capitals
	names    names
	escapes  bool // a backslash takes the meaning of what follows it
}

// fence is what goes on until it is closed.
type fence struct {
	open, close string
	kind        Kind
}

// names is where names stand that are worth seeing.
type names uint8

const (
	noNames   names = iota
	setting         // before the first = or : of a line, and [sections]
	tag             // behind < or </
	rule            // before the : of a make rule, and before =
	firstWord       // of a line: an instruction
)

// States is the state at the beginning of each line.
func (l *Language) States(lines []string) []State {
	out := make([]State, len(lines))
	if len(l.fences) == 0 {
		return out
	}
	var s State
	for i, line := range lines {
		out[i] = s
		_, s = l.scan(line, s, nil)
	}
	return out
}

// Spans finds the parts of a line that begins in a state, in order.
func (l *Language) Spans(line string, s State) []Span {
	out, _ := l.scan(line, s, []Span{})
	return out
}

// longestLine bounds how much of a line is looked at, in bytes: beyond it nobody
// reads.
const longestLine = 16 << 10

// scan goes through a line. Without out it only looks for the state at its end.
func (l *Language) scan(line string, s State, out []Span) ([]Span, State) {
	line = line[:min(len(line), longestLine)]
	keep := out != nil
	add := func(from, to int, k Kind) {
		if keep && to > from {
			out = append(out, Span{from, to, k})
		}
	}
	i := 0
	if s == 0 && keep {
		i = l.lead(line, add)
	}
	for i < len(line) {
		if s != 0 {
			f := l.fences[s-1]
			end := l.closing(line[i:], f)
			if end < 0 {
				add(i, len(line), f.kind)
				return out, s
			}
			add(i, i+end, f.kind)
			i, s = i+end, 0
			continue
		}
		rest := line[i:]
		if n := l.fence(line, i); n > 0 {
			f := l.fences[n-1]
			end := l.closing(rest[len(f.open):], f)
			if end < 0 {
				add(i, len(line), f.kind)
				return out, State(n)
			}
			end += len(f.open)
			add(i, i+end, f.kind)
			i += end
			continue
		}
		c := rest[0]
		switch {
		case l.comment(line, i):
			add(i, len(line), Comment)
			return out, 0
		case strings.IndexByte(l.quotes, c) >= 0:
			n := l.quoted(rest)
			add(i, i+n, String)
			i += n
		case l.letter(c):
			n := 1
			for n < len(rest) && (l.letter(rest[n]) || isDigit(rest[n])) {
				n++
			}
			word := rest[:n]
			if l.anycase {
				word = strings.ToLower(word)
			}
			switch {
			case l.keywords[word]:
				add(i, i+n, Keyword)
			case l.names == tag && i > 0 && (line[i-1] == '<' || line[i-1] == '/' && i > 1 && line[i-2] == '<'):
				add(i, i+n, Keyword)
			}
			i += n
		case isDigit(c):
			n := 1
			for n < len(rest) && (isDigit(rest[n]) || rest[n] == '.' || l.letter(rest[n])) {
				n++
			}
			add(i, i+n, Number)
			i += n
		default:
			_, n := utf8.DecodeRuneInString(rest)
			i += n
		}
	}
	return out, s
}

// closing is where a fence ends, behind its end; -1 when it does not.
func (l *Language) closing(s string, f fence) int {
	at := 0
	for {
		i := strings.Index(s[at:], f.close)
		if i < 0 {
			return -1
		}
		at += i
		if f.kind != String || !l.escapes || f.open == "`" && l.Name == "Go source" || !escaped(s, at) {
			return at + len(f.close)
		}
		at += len(f.close)
	}
}

// escaped says whether an odd number of backslashes stands before a place.
func escaped(s string, at int) bool {
	n := 0
	for at > n && s[at-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// fence is the number of the fence that begins at a place, counted from 1.
func (l *Language) fence(line string, i int) int {
	for n, f := range l.fences {
		if strings.HasPrefix(line[i:], f.open) {
			return n + 1
		}
	}
	return 0
}

// comment says whether the rest of the line is one. A # that is part of a word
// begins none: shells and YAML have those.
func (l *Language) comment(line string, i int) bool {
	for _, c := range l.line {
		if strings.HasPrefix(line[i:], c) && (c != "#" && c != ";" || i == 0 || line[i-1] == ' ' || l.names == noNames && !l.letter(line[i-1]) && line[i-1] != '$' && line[i-1] != '{') {
			return true
		}
	}
	return false
}

// quoted is how long the string at the beginning of s is: to its end, or to that of
// the line.
func (l *Language) quoted(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == s[0] && !(l.escapes && escaped(s, i)) {
			return i + 1
		}
	}
	if s[0] == '\'' { // an apostrophe, or a lifetime
		return 1
	}
	return len(s)
}

// lead finds the name at the beginning of a line and returns where to go on.
func (l *Language) lead(line string, add func(from, to int, k Kind)) int {
	from := len(line) - len(strings.TrimLeft(line, " "))
	rest := line[from:]
	switch l.names {
	case setting:
		if strings.HasPrefix(rest, "[") {
			if end := strings.IndexByte(rest, ']'); end > 0 && !strings.HasPrefix(rest, `["`) {
				add(from, from+end+1, Keyword)
				return from + end + 1
			}
			return from
		}
		rest = strings.TrimPrefix(rest, "- ")
		from = len(line) - len(rest)
		if end := strings.IndexAny(rest, "=:#;"); end > 0 && (rest[end] == '=' || rest[end] == ':') && strings.IndexByte(`"'`, rest[0]) < 0 {
			if rest[end] == ':' && end+1 < len(rest) && rest[end+1] != ' ' {
				return from // a URL, a time
			}
			add(from, from+len(strings.TrimRight(rest[:end], " ")), Name)
			return from + end
		}
	case rule:
		if end := strings.IndexAny(rest, "=:#"); end > 0 && rest[end] != '#' && from == 0 && !strings.HasPrefix(line, "\t") {
			add(0, end, Name)
			return end
		}
	case firstWord:
		end := strings.IndexByte(rest, ' ')
		if end < 0 {
			end = len(rest)
		}
		if l.keywords[strings.ToLower(rest[:end])] {
			add(from, from+end, Keyword)
			return from + end
		}
	}
	return 0
}

func (l *Language) letter(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte(l.letters, c) >= 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
