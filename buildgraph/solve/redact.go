package solve

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/stagedive/stagedive/model/sanitize"
)

// minSecret is the shortest value that is looked for: below it a log would be
// full of stars that say nothing.
const minSecret = 3

// stars stand where a secret was. Their number tells nothing of its length.
const stars = "•••"

// redactor keeps the values of secrets out of text. It works on cleaned text, so
// that control sequences can't hide a value from it.
type redactor struct {
	words []string
	told  map[string]bool // of the words, those that are written down where everybody may read them
	found *atomic.Bool    // set once a secret was taken out that is not told
}

// newRedactor looks for each value whole and, because tools print them one by
// one, for each of its lines.
func newRedactor(secrets [][]byte) redactor {
	var words []string
	for _, s := range secrets {
		var l sanitize.Log
		text := sanitize.Plain(l.Clean(append(s[:len(s):len(s)], '\n')))
		for _, w := range append(strings.Split(text, "\n"), text) {
			w = strings.Trim(w, "\r\n")
			if len(w) >= minSecret && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return redactor{words: words, found: new(atomic.Bool)}
}

// with also takes out values that are told.
func (r redactor) with(told [][]byte) redactor {
	more := newRedactor(told)
	r.told = map[string]bool{}
	for _, w := range more.words {
		if !slices.Contains(r.words, w) {
			r.told[w] = true
			r.words = append(r.words, w)
		}
	}
	slices.SortFunc(r.words, func(a, b string) int { return len(b) - len(a) })
	return r
}

// text replaces every secret in s.
func (r redactor) text(s string) string {
	for _, w := range r.words {
		if strings.Contains(s, w) {
			s = strings.ReplaceAll(s, w, stars)
			if !r.told[w] {
				r.found.Store(true)
			}
		}
	}
	return s
}

// stream is text for output that comes in pieces: what may be the beginning of a
// secret is held back until the next piece decides.
func (r redactor) stream(rest *string, piece string) string {
	if len(r.words) == 0 {
		return piece
	}
	s := r.text(*rest + piece)
	held := 0
	for _, w := range r.words {
		for n := min(len(w)-1, len(s)); n > held; n-- {
			if strings.HasSuffix(s, w[:n]) {
				held = n
				break
			}
		}
	}
	*rest = s[len(s)-held:]
	return s[:len(s)-held]
}
