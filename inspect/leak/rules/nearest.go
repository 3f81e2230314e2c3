package rules

import "strings"

// Nearest is the one of the words that was probably meant by another: no more than half
// of it is typed otherwise. "" when none is near.
func Nearest(word string, words []string) string {
	best, least := "", len(word)/2+1
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
