package file

import (
	"time"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// edit replaces lines from start to end of one text by lines from replStart to
// replEnd of the other.
type edit struct{ start, end, replStart, replEnd int }

// exact is up to how many pairs of lines the fewest edits are looked for, however
// long that takes: some seconds at most. For longer texts shortcuts are taken, and after
// patience what has not been compared counts as replaced.
const (
	exact    = 100_000_000
	patience = 5 * time.Second
)

// edits are what makes b out of a (Myers, "An O(ND) Difference Algorithm and Its
// Variations").
func edits(a, b []string) []edit {
	ids := map[string]rune{}
	d := diffmatchpatch.New()
	d.DiffTimeout = 0
	if len(a)*len(b) > exact {
		d.DiffTimeout = patience
	}
	var out []edit
	x, y, joins := 0, 0, false
	for _, piece := range d.DiffMainRunes(asRunes(a, ids), asRunes(b, ids), false) {
		n := utf8.RuneCountInString(piece.Text)
		if piece.Type == diffmatchpatch.DiffEqual {
			x, y, joins = x+n, y+n, false
			continue
		}
		if !joins {
			out, joins = append(out, edit{x, x, y, y}), true
		}
		last := &out[len(out)-1]
		if piece.Type == diffmatchpatch.DiffDelete {
			x += n
			last.end = x
		} else {
			y += n
			last.replEnd = y
		}
	}
	return out
}

// Runes of these numbers are no characters, and would be lost in a string.
const (
	firstSurrogate = 0xd800
	surrogates     = 0x800
)

// asRunes writes a rune for each line, the same for the same line.
func asRunes(lines []string, ids map[string]rune) []rune {
	out := make([]rune, len(lines))
	for i, l := range lines {
		id, ok := ids[l]
		if !ok {
			if id = rune(len(ids)) + 1; id >= firstSurrogate {
				id += surrogates
			}
			ids[l] = id
		}
		out[i] = min(id, utf8.MaxRune)
	}
	return out
}
