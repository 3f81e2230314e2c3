package reproduction

import (
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/stagedive/stagedive/model/reproduction/cause"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Examine fills in what is to be said of a difference in content: where it begins, what
// stands there, and why. redact takes secrets out of a line; nil leaves them in. Of keys,
// and of what is drawn at random, nothing is shown.
func (d *Difference) Examine(e cause.Evidence, redact func(string) string) {
	f := cause.Recognise(e)
	d.At, d.Cause, d.Detail = e.At, f.Cause, sanitize.Text(f.Detail)
	d.First, d.Second = sizes(e)
	if cause.Secret(e) || f.Cause == "random" || f.Cause == "machine-id" {
		return
	}
	d.First, d.Second = shown(e.A, e.At, redact), shown(e.B, e.At, redact)
}

func sizes(e cause.Evidence) (first, second string) {
	if e.A.Size == e.B.Size {
		return "", ""
	}
	return size(e.A.Size), size(e.B.Size)
}

// How much is shown of a text before and after the first byte that differs, and of other
// content.
const (
	textBefore = 24
	textAfter  = 48
	hexBytes   = 12
)

// shown is what stands in a file around its first difference.
func shown(s cause.Sample, at int64, redact func(string) string) string {
	i := int(at - s.From)
	if i < 0 || i > len(s.Data) {
		return ""
	}
	if i == len(s.Data) {
		return "its end, after " + size(s.Size)
	}
	from, to := i, i
	for from > 0 && isText(s.Data[from-1]) {
		from--
	}
	for to < len(s.Data) && isText(s.Data[to]) {
		to++
	}
	if n := to - from; n < 12 && (n < 4 || to < len(s.Data) && s.Data[to] != '\n' && s.Data[to] != '\r') {
		return "bytes " + hex.EncodeToString(s.Data[i:min(len(s.Data), i+hexBytes)])
	}
	line, at0 := string(s.Data[max(from, i-1000):min(to, i+1000)]), min(i-from, 1000)
	if redact != nil {
		if r := redact(line); r != line { // where the difference lies in it is not known any more
			return "a line with what looks like a secret"
		}
	}
	line, at0 = withoutDrawn(line, at0)
	head, tail := line[max(0, at0-textBefore):at0], line[at0:min(len(line), at0+textAfter)]
	head, tail = strings.ToValidUTF8(head, ""), strings.ToValidUTF8(tail, "")
	if at0 > textBefore {
		head = "…" + head
	}
	if len(line) > at0+textAfter {
		tail += "…"
	}
	return `"` + sanitize.Text(head+tail) + `"`
}

// drawn are runs that may be a token or a key: they are cut off, so that no report has
// them.
var drawn = regexp.MustCompile(`[A-Za-z0-9+/_=-]{24,}`)

// withoutDrawn cuts those off in a line, and says where a place of it is then.
func withoutDrawn(line string, at int) (string, int) {
	const left = 6
	var b strings.Builder
	end, place := 0, at
	for _, m := range drawn.FindAllStringIndex(line, -1) {
		run := line[m[0]:m[1]]
		if !strings.ContainsAny(run, "0123456789") || strings.Count(run, "/") > len(run)/12 {
			continue // words, or a path
		}
		b.WriteString(line[end:m[0]])
		switch {
		case at >= m[1]:
			place = b.Len() + left + len("…") + at - m[1]
		case at >= m[0]:
			place = b.Len() + min(left, at-m[0])
		}
		b.WriteString(run[:left] + "…")
		end = m[1]
	}
	b.WriteString(line[end:])
	return b.String(), place
}

func isText(c byte) bool { return c >= 0x20 && c < 0x7f || c >= 0x80 || c == '\t' }
