package sanitize

import (
	"strconv"
	"strings"
)

// Style is what SGR sequences (ECMA-48 §8.3.117) have set, at some place of a
// text. A terminal keeps it beyond the end of a line; so must who shows lines one
// by one. The zero Style is none.
type Style struct {
	attributes     uint16
	fg, bg, accent string // parameters, as they were given
}

// attributes that end by a parameter of their own, and those by which they do.
var endOf = map[int]int{1: 22, 2: 22, 3: 23, 4: 24, 7: 27, 9: 29}

// Apply follows the SGR sequences of a text, which are the only control sequences
// in it.
func (s *Style) Apply(text string) {
	for {
		i := strings.Index(text, "\x1b[")
		if i < 0 {
			return
		}
		text = text[i+2:]
		end := strings.IndexByte(text, 'm')
		if end < 0 {
			return
		}
		s.set(text[:end])
		text = text[end+1:]
	}
}

// longestUnit bounds what one colour may take: 38:2:SPACE:255:255:255:TOLERANCE:1 is
// the longest that means something.
const longestUnit = 40

func (s *Style) set(params string) {
	for _, u := range units(params) {
		first, _, _ := strings.Cut(strings.ReplaceAll(u, ":", ";"), ";")
		n, err := strconv.Atoi(first)
		if len(u) > longestUnit {
			continue
		}
		if err != nil {
			n = 0 // none given
		}
		switch {
		case n == 0:
			*s = Style{}
		case n == 21:
			s.attributes |= 1 << 4
		case n < 10 && endOf[n] > 0 && u != "4:0":
			s.attributes |= 1 << n
		case n >= 22 && n <= 29, u == "4:0":
			for on, off := range endOf {
				if off == n || u == "4:0" && on == 4 {
					s.attributes &^= 1 << on
				}
			}
		case n == 39:
			s.fg = ""
		case n == 49:
			s.bg = ""
		case n == 59:
			s.accent = ""
		case n >= 30 && n <= 38, n >= 90 && n <= 97:
			s.fg = u
		case n >= 40 && n <= 48, n >= 100 && n <= 107:
			s.bg = u
		case n == 58:
			s.accent = u
		}
	}
}

// String is one sequence that sets the style; "" for none.
func (s Style) String() string {
	if s == (Style{}) {
		return ""
	}
	var params []string
	for n := range 10 {
		if s.attributes&(1<<n) != 0 {
			params = append(params, strconv.Itoa(n))
		}
	}
	for _, colour := range []string{s.fg, s.bg, s.accent} {
		if colour != "" {
			params = append(params, colour)
		}
	}
	return "\x1b[" + strings.Join(params, ";") + "m"
}

// units parts SGR parameters into what each sets: a colour of 256 or of 16
// million takes several (ISO 8613-6, and xterm's form with semicolons).
func units(params string) []string {
	fields := strings.Split(params, ";")
	var out []string
	for i := 0; i < len(fields); i++ {
		n := 1
		if f := fields[i]; (f == "38" || f == "48" || f == "58") && i+1 < len(fields) {
			switch fields[i+1] {
			case "5":
				n = 3
			case "2":
				n = 5
			}
		}
		n = min(n, len(fields)-i)
		out = append(out, strings.Join(fields[i:i+n], ";"))
		i += n - 1
	}
	return out
}

// shown is an SGR sequence without what hides text from the reader or flickers
// before him: concealed (8), blinking (5, 6). "" when nothing is left.
func shown(seq []byte) string {
	params := string(seq[2 : len(seq)-1])
	if !strings.ContainsAny(params, "568") {
		return string(seq)
	}
	var kept []string
	for _, u := range units(params) {
		if u != "5" && u != "6" && u != "8" && u != "05" && u != "06" && u != "08" {
			kept = append(kept, u)
		}
	}
	if kept == nil {
		return ""
	}
	return "\x1b[" + strings.Join(kept, ";") + "m"
}
