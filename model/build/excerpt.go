package build

import "strings"

// Gap stands in an Excerpt for the lines that are left out.
const Gap = 0

// Excerpt is which of a Dockerfile's lines show what failed, in at most room rows:
// all lines of the instruction, when they fit. Else its first and, after a Gap,
// its last ones: a script most often fails near its end, and its first line says
// what it is. The word that ends a heredoc says nothing, and goes first.
func (f Failure) Excerpt(lines []string, room int) []int {
	if f.Line <= 0 || f.Line > len(lines) || room < 1 {
		return nil
	}
	end := max(f.Line, min(f.EndLine, len(lines)))
	if end-f.Line+1 > room && end > f.Line+1 && strings.Contains(lines[f.Line-1], "<<") {
		end--
	}
	out := []int{f.Line}
	next := f.Line + 1
	switch {
	case end-f.Line+1 <= room:
	case room < 3:
		next = end - room + 2
	default:
		out = append(out, Gap)
		next = end - room + 3
	}
	for ; next <= end; next++ {
		out = append(out, next)
	}
	return out
}
