package sanitize

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Log cleans a stream of process output, piece by piece: SGR sequences (colour,
// bold) stay, every other control sequence is removed as a terminal would
// swallow it, other control characters but line feed, carriage return and tab
// become visible. What takes a progress bar back to the beginning of its line,
// or erases the line, becomes a carriage return; a backspace takes away what is
// before it, as far as that came in the same piece. A sequence or a UTF-8
// character split between two pieces is put together again. The zero value is
// ready; one Log serves one stream.
type Log struct {
	rest []byte // the beginning of something whose end has not come yet
}

// maxPending bounds what is held back waiting for a sequence's end; a longer
// one is not a sequence that anybody meant.
const maxPending = 4096

// Clean returns what of the stream can be shown now.
func (l *Log) Clean(p []byte) string {
	if len(l.rest) > 0 {
		p = append(l.rest, p...)
		l.rest = nil
	}
	out := make([]byte, 0, len(p)+16)
	for len(p) > 0 {
		if p[0] >= 0x20 && p[0] < 0x7f { // most of it
			n := 1
			for n < len(p) && p[n] >= 0x20 && p[n] < 0x7f {
				n++
			}
			out, p = append(out, p[:n]...), p[n:]
			continue
		}
		if p[0] == 0x1b {
			n, keep, whole := sequence(p)
			switch {
			case !whole && len(p) < maxPending:
				l.rest = append([]byte(nil), p...)
				return string(out)
			case !whole:
				out = appendVisible(out, 0x1b)
				n = 1
			case keep:
				out = append(out, shown(p[:n])...)
			case restarts(p[:n]):
				out = append(out, '\r')
			}
			p = p[n:]
			continue
		}
		if p[0] >= utf8.RuneSelf && !utf8.FullRune(p) {
			l.rest = append([]byte(nil), p...)
			break
		}
		r, n := utf8.DecodeRune(p)
		switch {
		case r == '\n' || r == '\r':
			out = append(out, byte(r))
		case r == '\t':
			out = append(out, "    "...)
		case r == '\b':
			out = backspace(out)
		default:
			out = appendVisible(out, r)
		}
		p = p[n:]
	}
	return string(out)
}

func appendVisible(out []byte, r rune) []byte {
	if printable(r) {
		return utf8.AppendRune(out, r)
	}
	var b strings.Builder
	write(&b, r)
	return append(out, b.String()...)
}

// sequence measures the escape sequence at the start of p (ECMA-48 §5.4 for
// CSI; OSC, DCS, SOS, PM and APC end at ST or BEL). keep is true for a plain
// SGR sequence, whole is false when its end is not in p.
func sequence(p []byte) (n int, keep, whole bool) {
	if len(p) < 2 {
		return 0, false, false
	}
	switch c := p[1]; {
	case c == '[':
		for i := 2; i < len(p); i++ {
			switch {
			case p[i] >= 0x40 && p[i] <= 0x7e:
				return i + 1, p[i] == 'm' && plainSGR(p[2:i]), true
			case p[i] < 0x20 || p[i] > 0x7e:
				return i, false, true // broken off: drop what there was of it
			}
		}
		return 0, false, false
	case c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_':
		for i := 2; i < len(p); i++ {
			if p[i] == 0x07 {
				return i + 1, false, true
			}
			if p[i] == 0x1b {
				if i+1 == len(p) {
					return 0, false, false
				}
				if p[i+1] == '\\' {
					return i + 2, false, true
				}
				return i, false, true
			}
		}
		return 0, false, false
	case c >= 0x20 && c <= 0x2f:
		for i := 2; i < len(p); i++ {
			if p[i] < 0x20 || p[i] > 0x2f {
				return i + 1, false, true
			}
		}
		return 0, false, false
	case c >= 0x30 && c <= 0x7e:
		return 2, false, true
	}
	return 1, false, true
}

// restarts says whether a sequence goes to the first column (CHA, HPA) or erases
// the line up to the cursor (EL 1, 2), after which it is written anew.
func restarts(seq []byte) bool {
	switch string(seq) {
	case "\x1b[G", "\x1b[0G", "\x1b[1G", "\x1b[`", "\x1b[1`", "\x1b[1K", "\x1b[2K":
		return true
	}
	return false
}

// backspace takes the last character away, but neither a line's end nor a
// sequence.
func backspace(out []byte) []byte {
	r, n := utf8.DecodeLastRune(out)
	if n == 0 || r == '\n' || r == '\r' || r == 'm' && sequenceAtEnd(out) {
		return out
	}
	return out[:len(out)-n]
}

func sequenceAtEnd(s []byte) bool {
	i := bytes.LastIndexByte(s, 0x1b)
	return i >= 0 && bytes.IndexByte(s[i:], 'm') == len(s)-1-i
}

func plainSGR(params []byte) bool {
	for _, c := range params {
		if (c < '0' || c > '9') && c != ';' && c != ':' {
			return false
		}
	}
	return true
}

// Plain removes SGR sequences too, for outputs without colour.
func Plain(s string) string {
	if !strings.Contains(s, "\x1b") {
		return s
	}
	var b strings.Builder
	p := []byte(s)
	for len(p) > 0 {
		if p[0] != 0x1b {
			b.WriteByte(p[0])
			p = p[1:]
			continue
		}
		n, _, whole := sequence(p)
		if !whole || n == 0 {
			n = 1
		}
		p = p[n:]
	}
	return b.String()
}
