// Package nearest finds the word that somebody meant who wrote another.
package nearest

import "strings"

// Word is the one of the words that lies nearest to another, and no more than so many
// letters away from it; of several the first. Upper and lower case are the same. "" when
// none is as near.
func Word(word string, words []string, most int) string {
	best, least := "", most+1
	for _, w := range words {
		if n := distance(strings.ToLower(word), strings.ToLower(w), least); n < least {
			best, least = w, n
		}
	}
	return best
}

// distance is how many letters must be put in, left out or changed to make b of a
// (Levenshtein's), or most when it is no less.
func distance(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			n := before
			if a[i] != b[j] {
				n = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], n
		}
	}
	return min(row[len(b)], most)
}
