package policy

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/inventory"
)

// Range is a set of versions. The zero value holds all.
type Range struct {
	text  string
	terms []term
}

type term struct{ op, version string }

// ParseRange reads a range: comparisons parted by commas or blanks, all of which have to
// hold: ">=1.2, <2". Without a sign a version means itself.
func ParseRange(s string) (Range, error) {
	r := Range{text: strings.TrimSpace(s)}
	open := "" // a sign whose version comes after a blank
	for f := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == ',' || c == ' ' || c == '\t' }) {
		op, version := open, f
		if open == "" {
			n := len(f) - len(strings.TrimLeft(f, "<>=!"))
			op, version = f[:n], f[n:]
		}
		if version == "" {
			open = op
			continue
		}
		open = ""
		switch op {
		case "":
			op = "="
		case "==":
			op = "="
		case "<", "<=", ">", ">=", "=", "!=":
		default:
			return Range{}, fmt.Errorf("%q is no comparison; use <, <=, >, >=, = or !=", op)
		}
		if strings.ContainsAny(version, "<>=!*") {
			return Range{}, fmt.Errorf("%q is no version; write one as in >=1.2, <2", version)
		}
		r.terms = append(r.terms, term{op, version})
	}
	if open != "" || len(r.terms) == 0 {
		return Range{}, fmt.Errorf("%q says no version; write one as in >=1.2, <2", s)
	}
	return r, nil
}

// String is the range as it was written; "" for all versions.
func (r Range) String() string { return r.text }

// Holds says whether a version of a kind of package lies in the range. What is no version,
// as Go's (devel) or none at all, lies in none but that of all.
func (r Range) Holds(kind inventory.Kind, version string) bool {
	if v := strings.TrimPrefix(version, "v"); len(r.terms) > 0 && (v == "" || v[0] < '0' || v[0] > '9') {
		return false
	}
	for _, t := range r.terms {
		c := CompareVersions(kind, version, t.version)
		ok := false
		switch t.op {
		case "<":
			ok = c < 0
		case "<=":
			ok = c <= 0
		case ">":
			ok = c > 0
		case ">=":
			ok = c >= 0
		case "=":
			ok = c == 0
		case "!=":
			ok = c != 0
		}
		if !ok {
			return false
		}
	}
	return true
}

// CompareVersions orders two versions of one package as whoever manages it does, near
// enough for a policy. Distributions compare the epoch and then runs of digits and of
// other characters in turn, where a tilde comes before everything (deb-version(7), and
// rpm's and apk's much the same). Elsewhere a v in front and what comes after a plus mean nothing,
// what comes after a hyphen or follows the numbers as a word is before the release
// (semver.org §11; PEP 440, Maven and Ruby agree for alpha, beta, rc and dev), and parts
// that lack count as 0.
func CompareVersions(kind inventory.Kind, a, b string) int {
	switch kind {
	case inventory.Deb, inventory.RPM, inventory.Apk:
		ea, a := epoch(a)
		eb, b := epoch(b)
		a, ra := revision(a)
		b, rb := revision(b)
		return cmp.Or(natural(ea, eb), natural(a, b), natural(ra, rb))
	}
	a, preA := release(a)
	b, preB := release(b)
	for _, end := range []string{".0", ".0", ".0", ".0"} { // 1 is 1.0 is 1.0.0
		a, b = strings.TrimSuffix(a, end), strings.TrimSuffix(b, end)
	}
	if c := natural(a, b); c != 0 {
		return c
	}
	switch {
	case preA == preB:
		return 0
	case preA == "":
		return 1
	case preB == "":
		return -1
	}
	if kind == inventory.PyPI { // its dev comes before its a
		preA, preB = strings.ReplaceAll(preA, "dev", "~"), strings.ReplaceAll(preB, "dev", "~")
	}
	return natural(strings.TrimLeft(preA, "._"), strings.TrimLeft(preB, "._"))
}

func epoch(v string) (string, string) {
	if e, rest, ok := strings.Cut(v, ":"); ok {
		return e, rest
	}
	return "0", v
}

// revision parts what upstream calls it from what the distribution adds.
func revision(v string) (upstream, own string) {
	if i := strings.LastIndexByte(v, '-'); i >= 0 {
		return v[:i], v[i+1:]
	}
	return v, ""
}

// release parts a version into its numbers and what marks it as one before the release.
func release(v string) (numbers, pre string) {
	v, _, _ = strings.Cut(strings.TrimPrefix(strings.ToLower(v), "v"), "+")
	v, pre, _ = strings.Cut(v, "-")
	at := strings.IndexFunc(v, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if at > 0 {
		word := strings.TrimLeft(v[at:], "._")
		if strings.HasPrefix(word, "a") || strings.HasPrefix(word, "b") || strings.HasPrefix(word, "rc") ||
			strings.HasPrefix(word, "dev") || strings.HasPrefix(word, "pre") || strings.HasPrefix(word, "snapshot") {
			return strings.TrimRight(v[:at], "."), v[at:] + pre
		}
	}
	switch pre {
	case "final", "ga", "release", "jre", "android": // Maven's releases
		pre = ""
	}
	return v, pre
}

// natural compares runs of digits by value and the others by character.
func natural(a, b string) int {
	for a != "" || b != "" {
		na, nb := span(a, false), span(b, false)
		if c := letters(a[:na], b[:nb]); c != 0 {
			return c
		}
		a, b = a[na:], b[nb:]
		na, nb = span(a, true), span(b, true)
		da, db := strings.TrimLeft(a[:na], "0"), strings.TrimLeft(b[:nb], "0")
		if c := cmp.Or(cmp.Compare(len(da), len(db)), strings.Compare(da, db)); c != 0 {
			return c
		}
		a, b = a[na:], b[nb:]
	}
	return 0
}

// span is how long the run of digits, or of others, is.
func span(s string, digits bool) int {
	for i := range len(s) {
		if (s[i] >= '0' && s[i] <= '9') != digits {
			return i
		}
	}
	return len(s)
}

// letters compares as dpkg does: a tilde before the end, the end before letters, letters
// before everything else.
func letters(a, b string) int {
	for i := 0; i < len(a) || i < len(b); i++ {
		if c := cmp.Compare(weight(a, i), weight(b, i)); c != 0 {
			return c
		}
	}
	return 0
}

func weight(s string, i int) int {
	switch {
	case i >= len(s):
		return 0
	case s[i] == '~':
		return -1
	case s[i] >= 'a' && s[i] <= 'z', s[i] >= 'A' && s[i] <= 'Z':
		return int(s[i])
	}
	return int(s[i]) + 256
}
