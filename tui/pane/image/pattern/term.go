package pattern

import (
	"bytes"
	"strings"
)

// term is one word of a Pattern.
type term struct {
	text   []byte // lower case if fold
	kind   kind
	not    bool
	fold   bool // ASCII letters match whatever their case
	inName bool // it has no slash, so it is looked for in the last part of a path first
}

type kind uint8

const (
	fuzzy kind = iota
	exact
	prefix
	suffix
	equal
)

// newTerm reads a word; ok is false for one that is nothing but signs.
func newTerm(word string) (t term, ok bool) {
	if rest, cut := strings.CutPrefix(word, "!"); cut {
		word, t.not, t.kind = rest, true, exact
	}
	if rest, cut := strings.CutPrefix(word, "'"); cut {
		word = rest
		t.kind = exact
	}
	if rest, cut := strings.CutSuffix(word, "$"); cut {
		word = rest
		t.kind = suffix
	}
	if rest, cut := strings.CutPrefix(word, "^"); cut {
		word = rest
		if t.kind == suffix {
			t.kind = equal
		} else {
			t.kind = prefix
		}
	}
	if word == "" {
		return t, false
	}
	if t.fold = !capitals(word); t.fold {
		word = strings.ToLower(word)
	}
	t.text, t.inName = []byte(word), !strings.Contains(word, "/")
	return t, true
}

// What a match is worth. A letter counts most, then where it stands: at the
// beginning of a part of the path or of a word, or right after the one before.
const (
	perLetter  = 16
	atPart     = 10
	atWord     = 8
	following  = 9
	perGap     = 3
	inLastPart = 24
)

func (t *term) match(path []byte) (score int, ok bool) {
	from, to := t.find(path)
	if t.not {
		return 0, from < 0
	}
	if from < 0 {
		return 0, false
	}
	if from > bytes.LastIndexByte(path, '/') {
		score = inLastPart
	}
	if t.kind != fuzzy {
		return score + len(t.text)*(perLetter+following) + bonus(path, from), true
	}
	i := 0
	last := from - 1
	for at := from; at < to; at++ {
		if i == len(t.text) || !t.same(path[at], t.text[i]) {
			continue
		}
		score += perLetter + bonus(path, at)
		if i > 0 && last == at-1 {
			score += following
		} else {
			score -= min(perGap*(at-last-1), perLetter)
		}
		last = at
		i++
	}
	return score, true
}

// find is where the term is in a path: for a fuzzy one, the shortest stretch that
// ends where it can first end. -1 for nowhere.
func (t *term) find(path []byte) (from, to int) {
	switch t.kind {
	case prefix:
		if t.at(path, 0) {
			return 0, len(t.text)
		}
	case suffix:
		if at := len(path) - len(t.text); at >= 0 && t.at(path, at) {
			return at, len(path)
		}
	case equal:
		if len(path) == len(t.text) && t.at(path, 0) {
			return 0, len(path)
		}
	case exact:
		name := bytes.LastIndexByte(path, '/') + 1
		if at := t.index(path[name:]); t.inName && at >= 0 {
			return name + at, name + at + len(t.text)
		}
		if at := t.index(path); at >= 0 {
			return at, at + len(t.text)
		}
	case fuzzy:
		name := bytes.LastIndexByte(path, '/') + 1
		if t.inName {
			if from, to := t.stretch(path[name:]); from >= 0 {
				return name + from, name + to
			}
		}
		return t.stretch(path)
	}
	return -1, -1
}

func (t *term) index(s []byte) int {
	if !t.fold {
		return bytes.Index(s, t.text)
	}
	for i := 0; i+len(t.text) <= len(s); i++ {
		if lower(s[i]) == t.text[0] && t.at(s, i) {
			return i
		}
	}
	return -1
}

// at says whether the term's text stands at i.
func (t *term) at(s []byte, i int) bool {
	if i+len(t.text) > len(s) {
		return false
	}
	for j, c := range t.text {
		if !t.same(s[i+j], c) {
			return false
		}
	}
	return true
}

// stretch finds the letters in their order, going forward to the first end and
// from there back to the nearest beginning.
func (t *term) stretch(s []byte) (from, to int) {
	i := 0
	for to = 0; to < len(s) && i < len(t.text); to++ {
		if t.same(s[to], t.text[i]) {
			i++
		}
	}
	if i < len(t.text) {
		return -1, -1
	}
	for from = to; i > 0; {
		from--
		if t.same(s[from], t.text[i-1]) {
			i--
		}
	}
	return from, to
}

func (t *term) same(c, want byte) bool {
	if t.fold {
		c = lower(c)
	}
	return c == want
}

// mark notes the bytes of a path that the term stands on.
func (t *term) mark(path []byte, hit []bool) {
	if t.not {
		return
	}
	from, to := t.find(path)
	i := 0
	for at := max(from, 0); at < to; at++ {
		if t.kind != fuzzy || i < len(t.text) && t.same(path[at], t.text[i]) {
			hit[at] = true
			i++
		}
	}
}

// bonus is what the place of a match is worth.
func bonus(s []byte, i int) int {
	if i == 0 {
		return atPart
	}
	switch before := s[i-1]; {
	case before == '/':
		return atPart
	case before == '-' || before == '_' || before == '.' || before == ' ' || before == '@':
		return atWord
	case 'A' <= s[i] && s[i] <= 'Z' && (before < 'A' || before > 'Z'):
		return atWord
	}
	return 0
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
