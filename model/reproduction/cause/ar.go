package cause

import (
	"bytes"
	"strconv"
	"strings"
)

const arMagic = "!<arch>\n"

// arMember is a member of an archive of objects (ar): a header of 60 bytes, in which the
// name takes 16, the time 12, the owner and the group 6 each, and the mode 8.
type arMember struct{ name, said, data string }

// inAr compares two archives of objects.
func inAr(e Evidence) (Finding, bool) {
	if !bytes.HasPrefix(e.A.head(), []byte(arMagic)) || !bytes.HasPrefix(e.B.head(), []byte(arMagic)) || !e.whole() {
		return Finding{}, false
	}
	a, ok := members(string(e.A.Data))
	b, second := members(string(e.B.Data))
	if !ok || !second || len(a) != len(b) {
		return Finding{}, false
	}
	said := false
	for i, m := range a {
		switch {
		case m.name != b[i].name:
			return Finding{Detail: "its member " + m.name + " is " + b[i].name + " in the other"}, true
		case m.data != b[i].data:
			return nested(e, "/"+m.name, []byte(m.data), []byte(b[i].data), "in "+m.name)
		}
		said = said || m.said != b[i].said
	}
	return Finding{Cause: "ar-times"}, said
}

func members(s string) (out []arMember, ok bool) {
	s = s[len(arMagic):]
	for len(s) >= 60 {
		size, err := strconv.ParseInt(strings.TrimSpace(s[48:58]), 10, 64)
		if err != nil || s[58:60] != "`\n" || size < 0 || size > int64(len(s)-60) {
			return nil, false
		}
		out = append(out, arMember{strings.TrimRight(strings.TrimSpace(s[:16]), "/"), s[16:48], s[60 : 60+size]})
		s = s[60+size:]
		s = s[min(len(s), int(size&1)):]
	}
	return out, strings.TrimSpace(s) == ""
}
