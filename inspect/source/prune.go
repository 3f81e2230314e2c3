package source

import (
	"bytes"
	"fmt"
)

// maxEntries bounds the entries of each list and each object in a document: variables,
// labels, history, layers, annotations. A document of some megabytes can hold millions,
// and each takes twenty times its length in memory.
const maxEntries = 20_000

// pruned is a JSON document without the entries of a list or an object that are too
// many, and how many those are. It need not be valid: parsing it will tell.
func pruned(raw []byte) ([]byte, int) {
	if bytes.Count(raw, []byte{','}) < maxEntries {
		return raw, 0
	}
	out := make([]byte, 0, len(raw))
	var entries []int // seen in each list or object that is open
	full := 0         // how many are open where entries are left out; 0 for none
	left, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case quoted && c == '\\' && i+1 < len(raw):
			if full == 0 {
				out = append(out, c)
			}
			i++
			c = raw[i]
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			entries = append(entries, 0)
		case (c == '}' || c == ']') && len(entries) > 0:
			if full == len(entries) {
				full = 0
			}
			entries = entries[:len(entries)-1]
		case c == ',' && len(entries) > 0:
			n := len(entries)
			if entries[n-1]++; full == 0 && entries[n-1] == maxEntries {
				full = n
			}
			if full == n {
				left++
			}
		}
		if full == 0 {
			out = append(out, c)
		}
	}
	return out, left
}

// leftOut is the sentence about what was pruned of a document.
func leftOut(what string, n int) string {
	return fmt.Sprintf("%s lists %d entries more than the %d of each kind that are shown", what, n, maxEntries)
}
