package preview

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/preview/syntax"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Text is a file's text.
type Text struct {
	Lines    []string // sanitised, tabs made blanks
	Numbers  []int32  // of the lines, 0 where one goes on that was too long; nil when Lines counts them
	Language *syntax.Language
	States   []syntax.State // of Language, at the beginning of each line
	More     string         // why there may be more; "" when this is all
}

// MostText is how much of a file is made text of, in bytes.
const MostText = 4 << 20

// sample is how much of a file decides whether it is text.
const sample = 8 << 10

// The encodings.
const (
	ascii   = "ASCII"
	utf8Not = "not UTF-8: bytes shown as Latin-1"
)

// asText says whether bytes are text, by their beginning: no NUL, hardly any other
// control character, or a byte order mark.
func asText(data []byte) bool {
	head := data[:min(len(data), sample)]
	if order(head) != nil {
		return true
	}
	odd := 0
	for _, c := range head {
		switch {
		case c == 0:
			return false
		case c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b && c != '\b' && c != '\a':
			odd++
		}
	}
	if !validPrefix(head) { // Latin-1 has letters; binary data has all bytes alike
		for _, c := range head {
			if c >= 0x7f && c < 0xa0 {
				odd++
			}
		}
	}
	return odd*50 <= len(head)
}

// validPrefix says whether bytes are UTF-8, but for a character that is cut at the end.
func validPrefix(b []byte) bool {
	for range utf8.UTFMax {
		if utf8.Valid(b) {
			return true
		}
		if len(b) == 0 || utf8.RuneStart(b[len(b)-1]) && b[len(b)-1] < utf8.RuneSelf {
			return false
		}
		b = b[:len(b)-1]
	}
	return false
}

// order is the byte order of UTF-16 that a mark tells; nil without one.
func order(b []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	return nil
}

// text makes the preview one of text, where the bytes are.
func (p *Preview) text(name string) {
	if !asText(p.Bytes) {
		return
	}
	t := &Text{}
	data := p.Bytes
	if len(data) > MostText {
		data = data[:MostText]
		if i := bytes.LastIndexByte(data, '\n'); i > MostText/2 {
			data = data[:i+1]
		}
	}
	if int64(len(data)) < p.Size {
		t.More = "the first " + measure.Bytes(int64(len(data))) + " of " + measure.Bytes(p.Size) + " are shown"
	}
	s, encoding := decode(data)
	ends, last := lineEnds(s)
	t.Lines = split(s)
	count := len(t.Lines)
	t.Lines, t.Numbers = breakLong(t.Lines)
	first := ""
	if len(t.Lines) > 0 {
		first = t.Lines[0]
	}
	t.Language = syntax.For(name, first)
	if t.Language != nil {
		t.States = t.Language.States(t.Lines)
	}
	p.Text = t
	if p.What == "" {
		p.What = "text"
		if t.Language != nil {
			p.What = t.Language.Name
		}
	}
	about := measure.Plural(count, "line")
	if t.More != "" {
		about = "more than " + about
	}
	about += ", " + encoding
	if ends != "" {
		about += ", " + ends
	}
	if !last && t.More == "" {
		about += ", no newline at the end"
	}
	p.fact("text", about)
}

// decode makes a string of bytes in whatever encoding they seem to be.
func decode(b []byte) (s, encoding string) {
	if o := order(b); o != nil {
		units := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			units = append(units, o.Uint16(b[i:]))
		}
		if o == binary.LittleEndian {
			return string(utf16.Decode(units)), "UTF-16, little-endian"
		}
		return string(utf16.Decode(units)), "UTF-16, big-endian"
	}
	switch rest := bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")); {
	case !validPrefix(b):
		var out strings.Builder
		out.Grow(len(b) + len(b)/8)
		for _, c := range b {
			out.WriteRune(rune(c))
		}
		return out.String(), utf8Not
	case len(rest) < len(b):
		return string(rest), "UTF-8 with a byte order mark"
	case isASCII(b):
		return string(b), ascii
	}
	return string(b), "UTF-8"
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lineEnds says how lines end, and whether the last one does.
func lineEnds(s string) (what string, last bool) {
	crlf := strings.Count(s, "\r\n")
	lf, cr := strings.Count(s, "\n")-crlf, strings.Count(s, "\r")-crlf
	last = s == "" || strings.HasSuffix(s, "\n") || strings.HasSuffix(s, "\r")
	switch {
	case lf+crlf+cr == 0:
		return "", last
	case crlf == 0 && cr == 0:
		return "LF", last
	case lf == 0 && cr == 0:
		return "CRLF", last
	case lf == 0 && crlf == 0:
		return "CR", last
	case cr == 0:
		return "LF and CRLF mixed", last
	}
	return "LF, with carriage returns in it", last
}

// split makes lines. Where lines end with carriage returns only, those part them.
func split(s string) []string {
	if !strings.Contains(s, "\n") && strings.Contains(s, "\r") {
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	s = strings.TrimSuffix(s, "\n")
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = sanitize.Text(untab(strings.TrimSuffix(l, "\r")))
	}
	return lines
}

// Number is what a line of Lines is counted as, from 1; 0 for one that goes on.
func (t *Text) Number(i int) int {
	if t.Numbers == nil {
		return i + 1
	}
	return int(t.Numbers[i])
}

// maxLine is how long a line may be, in bytes. What is longer (JavaScript without
// line ends) is many lines of Text, for a screen cannot draw it at once.
const maxLine = 2000

func breakLong(lines []string) (out []string, numbers []int32) {
	long := 0
	for _, l := range lines {
		long += len(l) / maxLine
	}
	if long == 0 {
		return lines, nil
	}
	out, numbers = make([]string, 0, len(lines)+long), make([]int32, 0, len(lines)+long)
	for i, l := range lines {
		n := int32(i + 1)
		for len(l) > maxLine {
			cut := maxLine
			for cut > maxLine-utf8.UTFMax && !utf8.RuneStart(l[cut]) {
				cut--
			}
			out, numbers, l, n = append(out, l[:cut]), append(numbers, n), l[cut:], 0
		}
		out, numbers = append(out, l), append(numbers, n)
	}
	return out, numbers
}

// tabWidth is how far tabs stand apart.
const tabWidth = 4

func untab(line string) string {
	if !strings.Contains(line, "\t") {
		return line
	}
	var b strings.Builder
	column := 0
	for _, r := range line {
		if r != '\t' {
			b.WriteRune(r)
			column++
			continue
		}
		n := tabWidth - column%tabWidth
		b.WriteString("    "[:n])
		column += n
	}
	return b.String()
}
