package prober

import "time"

// usualCheck is how long a HEALTHCHECK may take where the image does not say (Docker's
// default).
const usualCheck = 30 * time.Second

// mostSaid bounds what is told of a check's output, in characters.
const mostSaid = 160

// shortened is a text's end, which tells most often why.
func shortened(s string) string {
	r := []rune(s)
	if len(r) <= mostSaid {
		return s
	}
	return "…" + string(r[len(r)-mostSaid+1:])
}
