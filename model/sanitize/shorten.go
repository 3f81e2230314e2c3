package sanitize

// Shorten cuts a text to a number of characters, the last of which then is an ellipsis.
func Shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
