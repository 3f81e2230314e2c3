package token

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed choice.txt
var choiceText string

// choice is choice.txt, read.
type choice struct {
	rules   []*rule
	dropped map[string]string // reason by gitleaks' rule
	reasons map[string]string // sentence by word
	filter  *filter
	data    func() *library
}

// chosen is read when it is needed, once: that takes a fraction of a millisecond.
var chosen = sync.OnceValue(func() *choice { return readChoice(choiceText) })

// readChoice reads the text. What it can't read it leaves out; a test tells.
func readChoice(text string) *choice {
	c := &choice{dropped: map[string]string{}, reasons: map[string]string{}, filter: &filter{}}
	c.data = sync.OnceValue(func() *library { return readLibrary() })
	for line := range strings.Lines(text) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		fields := strings.SplitN(rest, "|", 5)
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		fields = append(fields, "", "", "", "")
		switch verb {
		case "reason":
			c.reasons[fields[0]] = fields[1]
		case "drop":
			c.dropped[fields[0]] = fields[1]
		case "keep", "own":
			r := &rule{id: fields[0], what: fields[1], words: strings.Fields(fields[2]), line: fields[3] == "line"}
			if verb == "own" {
				r.own = fields[4]
			}
			r.compiled = sync.OnceValue(func() *compiled { return c.data().compile(r) })
			c.rules = append(c.rules, r)
			for _, w := range r.words {
				c.filter.add(w, r)
			}
		}
	}
	return c
}

// rule is one that is kept, or one of ours.
type rule struct {
	id, what string
	words    []string // each match holds one of them
	line     bool     // the expression is tried on the line around the word, not at it
	own      string   // our expression; "" for gitleaks'
	compiled func() *compiled
}

func (r *rule) hasWord(match []byte) bool {
	for _, w := range r.words {
		if strings.Contains(string(match), w) {
			return true
		}
	}
	return false
}
