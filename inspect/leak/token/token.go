// Package token finds tokens in texts: what a service's vendor gave a form that nothing
// else has. The forms are gitleaks' rules, as far as they leave no doubt in an image
// (choice.txt says which and why), and some of ours.
//
// Nearly no text holds one, so what decides is a filter that goes through it once. The
// rules themselves are read and compiled when the first of their words is met.
package token

import (
	"bytes"
	"slices"
)

// Hit is a token in a text. Its value is the text from From to To: it is for taking it
// out of the text, and goes nowhere else.
type Hit struct {
	Rule     string // the rule's name
	What     string // what it is called: "GitHub token"
	Line     int    // 1-based, where it begins
	Column   int    // 1-based, in bytes
	From, To int    // bytes of the text
}

// Find returns the tokens of a text in order; none overlaps another.
func Find(text []byte) []Hit {
	s := search{text: text}
	chosen().filter.each(text, func(a *anchor, at int) { s.try(a.rule, at) })
	return s.sorted()
}

// Allowed says whether gitleaks takes a file for one that holds no secrets: lock files,
// pictures, what package managers install.
func Allowed(path string) bool { return chosen().data().allowed(path) }

// looked is how far a rule that looks at lines has looked, and how often.
type looked struct{ until, runs int }

// search is one text being looked through.
type search struct {
	text  []byte
	hits  []Hit
	lines map[*rule]looked
}

// Bounds of what an expression is given, in bytes around the word that called for it,
// and how many lines one rule looks at in a text: lines of a megabyte are common, and
// texts that have nothing but the word may be meant to keep us busy.
const (
	before  = 512
	after   = 8 << 10
	maxRuns = 256
)

// try runs a rule at a word of its.
func (s *search) try(r *rule, at int) {
	if !r.line {
		if !startsHere(s.text, at) {
			return
		}
		part := s.text[at:min(len(s.text), at+after)]
		if m := r.compiled().expression.FindSubmatchIndex(part); m != nil {
			s.judge(r, part, m, at)
		}
		return
	}
	done := s.lines[r]
	if at < done.until || done.runs >= maxRuns {
		return
	}
	from, to, cut := lineAround(s.text, at)
	if done.until = to; cut {
		done.until = max(at+1, to-before)
	}
	done.runs++
	if s.lines == nil {
		s.lines = map[*rule]looked{}
	}
	s.lines[r] = done
	part := s.text[from:to]
	for _, m := range r.compiled().expression.FindAllSubmatchIndex(part, -1) {
		if r.hasWord(part[m[0]:m[1]]) {
			s.judge(r, part, m, from)
		}
	}
}

// judge takes a match if it is a token on its own and no placeholder.
func (s *search) judge(r *rule, part []byte, match []int, offset int) {
	from, to := r.compiled().secret(match)
	if to <= from || !endsHere(s.text, offset+to) || !r.line && !startsHere(s.text, offset+from) && from > 0 {
		return
	}
	if secret := part[from:to]; !looksRandom(secret) || !r.compiled().accepts(string(secret), string(part[match[0]:match[1]])) || r.id == "jwt" && !lasting(secret) {
		return
	}
	s.hits = append(s.hits, Hit{Rule: r.id, What: r.what, From: offset + from, To: offset + to})
}

// sorted orders the hits, keeps one of those that overlap, and counts lines.
func (s *search) sorted() []Hit {
	slices.SortStableFunc(s.hits, func(a, b Hit) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return b.To - a.To
	})
	kept := s.hits[:0]
	line, start, at := 1, 0, 0
	for _, h := range s.hits {
		if n := len(kept); n > 0 && h.From < kept[n-1].To {
			continue
		}
		line += bytes.Count(s.text[at:h.From], []byte("\n"))
		if i := bytes.LastIndexByte(s.text[at:h.From], '\n'); i >= 0 {
			start = at + i + 1
		}
		at = h.From
		h.Line, h.Column = line, h.From-start+1
		kept = append(kept, h)
	}
	return kept
}

// lineAround is the line that a place lies on, or what of it is near enough; cut says
// whether it goes on behind that.
func lineAround(text []byte, at int) (from, to int, cut bool) {
	from = max(0, at-before)
	if i := bytes.LastIndexByte(text[from:at], '\n'); i >= 0 {
		from += i + 1
	}
	to = min(len(text), at+after)
	if i := bytes.IndexByte(text[at:to], '\n'); i >= 0 {
		return from, at + i, false
	}
	return from, to, to < len(text)
}

// startsHere says whether a word that begins at a place is not the tail of a longer
// one. The letter of an escape, as in "\nghp_", is none.
func startsHere(text []byte, at int) bool {
	if at == 0 {
		return true
	}
	c := text[at-1]
	if !isWord(c) && c != '-' && c != '+' {
		return true
	}
	return at > 1 && text[at-2] == '\\' && (c == 'n' || c == 't' || c == 'r')
}

// endsHere says whether nothing that a token could hold follows.
func endsHere(text []byte, at int) bool { return at >= len(text) || !isWord(text[at]) }

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
