// Package pattern says which paths a filter means: words as fzf takes them, or a
// regular expression.
package pattern

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Pattern is a filter of paths. The zero Pattern lets everything through.
//
// It is words with blanks between, all of which a path must have. A plain word's
// letters may lie apart, but in their order; 'word must stand there as it is,
// ^word at the beginning, word$ at the end; !word must not be there, and a | b is
// either. Capitals count in a word that has some (fzf's man page, "EXTENDED SEARCH
// MODE", and its smart case).
type Pattern struct {
	text   string
	groups [][]term // every group must match, by one of its terms
	expr   *regexp.Regexp
}

// New makes a Pattern of what was typed; regex takes it as a regular expression
// (pkg.go.dev/regexp/syntax), in which capitals count if there are any.
func New(text string, regex bool) (Pattern, error) {
	p := Pattern{text: text}
	if strings.TrimSpace(text) == "" {
		return Pattern{}, nil
	}
	if regex {
		flags := ""
		if !capitals(escapes.ReplaceAllString(text, "")) {
			flags = "(?i)"
		}
		expr, err := regexp.Compile(flags + text)
		if err != nil {
			return Pattern{}, explain(err)
		}
		p.expr = expr
		return p, nil
	}
	either := false
	for _, word := range strings.Fields(text) {
		if word == "|" {
			either = len(p.groups) > 0
			continue
		}
		t, ok := newTerm(word)
		switch {
		case !ok:
		case either:
			last := len(p.groups) - 1
			p.groups[last] = append(p.groups[last], t)
		default:
			p.groups = append(p.groups, []term{t})
		}
		either = false
	}
	return p, nil
}

// escapes have letters that say nothing about case.
var escapes = regexp.MustCompile(`\\.`)

// explain is what is wrong with an expression in a few words.
func explain(err error) error {
	var se *syntax.Error
	if errors.As(err, &se) {
		return errors.New(se.Code.String())
	}
	return err
}

func capitals(s string) bool { return strings.IndexFunc(s, unicode.IsUpper) >= 0 }

// Empty says that everything matches.
func (p *Pattern) Empty() bool { return p.expr == nil && len(p.groups) == 0 }

// Match says whether a path matches, and how well: a higher score is better.
// Scores of one Pattern compare; those of different ones do not.
func (p *Pattern) Match(path []byte) (score int, ok bool) {
	if p.expr != nil {
		return 0, p.expr.Match(path)
	}
	for _, g := range p.groups {
		best, found := 0, false
		for i := range g {
			if s, ok := g[i].match(path); ok && (!found || s > best) {
				best, found = s, true
			}
		}
		if !found {
			return 0, false
		}
		score += best
	}
	return score, true
}

// Spans are the places of a path that made it match: bytes from and to, ascending
// and disjoint.
func (p *Pattern) Spans(path string) [][2]int {
	if p.expr != nil {
		var out [][2]int
		for _, s := range p.expr.FindAllStringIndex(path, -1) {
			if s[1] > s[0] {
				out = append(out, [2]int{s[0], s[1]})
			}
		}
		return out
	}
	hit := make([]bool, len(path))
	for _, g := range p.groups {
		for i := range g {
			g[i].mark([]byte(path), hit)
		}
	}
	var out [][2]int
	for i, r := range path { // whole characters: half of one is nothing to show
		end := i + 1
		if r >= utf8.RuneSelf {
			_, size := utf8.DecodeRuneInString(path[i:])
			end = i + size
		}
		switch {
		case !slices.Contains(hit[i:end], true):
		case len(out) > 0 && out[len(out)-1][1] == i:
			out[len(out)-1][1] = end
		default:
			out = append(out, [2]int{i, end})
		}
	}
	return out
}
