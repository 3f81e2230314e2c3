package rewrite

import "strings"

// MaxPasted is how long an instruction may be, in bytes, to be written out whole
// in a fix: one that is cut short can't be pasted.
const MaxPasted = 100

// WithMount is a RUN with a mount put in; of a long one, what to put where.
func WithMount(text, mount string) string {
	rest := strings.TrimSpace(strings.TrimPrefix(text, "RUN"))
	if len(text) >= 3 && strings.EqualFold(text[:3], "RUN") {
		rest = strings.TrimSpace(text[3:])
	}
	if strings.ContainsAny(rest, "\n␊") || len(rest) > MaxPasted || strings.HasPrefix(rest, "<<") {
		return "put " + mount + " right behind RUN"
	}
	return "RUN " + mount + " " + rest
}
