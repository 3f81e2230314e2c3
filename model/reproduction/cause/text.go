package cause

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// reach is how far around the first difference a text is looked at, in bytes.
const reach = 300

// around gives what is readable around the first difference in both files, and where the
// difference lies in it: the same place in both, as all before it is the same.
func (e Evidence) around() (a, b string, at int) {
	x, i := readable(e.A, e.At)
	y, j := readable(e.B, e.At)
	if i != j { // one of them begins within the other's reach
		return "", "", 0
	}
	return x, y, i
}

func readable(s Sample, at int64) (string, int) {
	i := int(at - s.From)
	if i < 0 || i > len(s.Data) {
		return "", 0
	}
	from, to := i, i
	for from > 0 && i-from < reach && printable(s.Data[from-1]) {
		from--
	}
	for to < len(s.Data) && to-i < reach && printable(s.Data[to]) {
		to++
	}
	return string(s.Data[from:to]), i - from
}

func printable(c byte) bool { return c >= 0x20 && c < 0x7f || c >= 0x80 || c == '\t' }

// both finds a pattern at the difference in both texts: what it matches begins at one
// place, holds the difference, and is not the same.
func both(e Evidence, re *regexp.Regexp) (x, y string, ok bool) {
	a, b, at := e.around()
	for _, m := range re.FindAllStringIndex(a, -1) {
		if m[0] > at || m[1] <= at {
			continue
		}
		for _, n := range re.FindAllStringIndex(b, -1) {
			if n[0] == m[0] && n[1] > at && a[m[0]:m[1]] != b[n[0]:n[1]] {
				return a[m[0]:m[1]], b[n[0]:n[1]], true
			}
		}
	}
	return "", "", false
}

var (
	uuid = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)
	temp = regexp.MustCompile(`(/var)?/tmp/[^\s"'<>:;,()\x00]+|\bgo-build\d+|\bcc[A-Za-z0-9]{6}\.[a-z]+|\bpip-[a-z-]+-[a-z0-9_]{8}`)
	long = regexp.MustCompile(`[0-9a-fA-F]{16,}|[A-Za-z0-9+/_-]{20,}={0,2}`)
	day  = regexp.MustCompile(`\b(19|20)\d\d[-/.](0[1-9]|1[0-2])[-/.](0[1-9]|[12]\d|3[01])([T _-]?[0-2]\d[:._-]?[0-5]\d([:._-]?[0-6]\d)?([.,]\d+)?)?( ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?` +
		`|\b(0?[1-9]|[12]\d|3[01])[-/.](0[1-9]|1[0-2])[-/.](19|20)\d\d([T ,]+[0-2]?\d:[0-5]\d(:[0-6]\d)?)?` +
		`|\b((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* +[0-3]?\d(,? ((19|20)\d\d|[0-2]\d:[0-5]\d)(:[0-6]\d)?)?(( AM| PM)?( [A-Z]{3,5})? (19|20)\d\d)?` +
		`|\b((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?[0-3]?\d[ -](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[ -](19|20)\d\d([ T][0-2]\d:[0-5]\d(:[0-6]\d)?)?` +
		`|\b20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([T_.-]?[0-2]\d[0-5]\d([0-6]\d)?)?Z?` +
		`|\b[0-2]?\d:[0-5]\d(:[0-6]\d([.,]\d+)?)?\b`)
	number = regexp.MustCompile(`\b\d{10}(\.\d+)?\b|\b\d{13}\b|\b\d{16}\b|\b\d{19}\b`)
)

func uuids(e Evidence) (Finding, bool) {
	_, _, ok := both(e, uuid)
	return Finding{Cause: "uuid"}, ok
}

// dates are times as people write them, or seconds since 1970 that are not far apart.
func dates(e Evidence) (Finding, bool) {
	if x, y, ok := both(e, day); ok {
		return Finding{Cause: "date", Detail: e.inside(x, y)}, true
	}
	x, y, ok := both(e, number)
	return Finding{Cause: "date", Detail: e.inside(x, y)}, ok && near(x, y)
}

// inside tells the two texts of what lies deeper than the first byte of the files that
// differs: there, everybody can see them.
func (e Evidence) inside(x, y string) string {
	if e.depth == 0 {
		return ""
	}
	return x + " and " + y
}

// near says whether two numbers are seconds since 1970, or thousandths, millionths or
// billionths of them, of this century and at most a month apart.
func near(x, y string) bool {
	a, err := strconv.ParseFloat(x, 64)
	b, other := strconv.ParseFloat(y, 64)
	if err != nil || other != nil || strings.IndexByte(x+".", '.') != strings.IndexByte(y+".", '.') {
		return false
	}
	for a >= 1e10 {
		a, b = a/1000, b/1000
	}
	return a > 946684800 && math.Abs(a-b) < 31*24*3600
}

func temporary(e Evidence) (Finding, bool) {
	x, y, ok := both(e, temp)
	return Finding{Cause: "temporary-path", Detail: e.inside(x, y)}, ok
}

// sameLines compares texts line by line, and what is on one line word by word.
func sameLines(e Evidence) (Finding, bool) {
	if !e.whole() || e.A.Size != e.B.Size || bytes.IndexByte(e.A.Data, 0) >= 0 {
		return Finding{}, false
	}
	if same(strings.Split(string(e.A.Data), "\n"), strings.Split(string(e.B.Data), "\n")) {
		return Finding{Cause: "line-order"}, true
	}
	if same(strings.FieldsFunc(string(e.A.Data), isBreak), strings.FieldsFunc(string(e.B.Data), isBreak)) {
		return Finding{Cause: "line-order", Detail: "the same words in another order"}, true
	}
	return Finding{}, false
}

func isBreak(r rune) bool { return strings.ContainsRune(" \t\r\n,;[]{}()<>", r) }

// same says whether two lists have the same texts, in whatever order.
func same(a, b []string) bool {
	if len(a) != len(b) || len(a) < 2 {
		return false
	}
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// random knows long runs of digits and letters, and files that are noise.
func random(e Evidence) (Finding, bool) {
	if x, y, ok := both(e, long); ok && mixed(x) && mixed(y) {
		return Finding{Cause: "random"}, true
	}
	return Finding{Cause: "random"}, e.whole() && noise(e.A.Data) && noise(e.B.Data) && agreement(e.A.Data, e.B.Data) < 0.1
}

// mixed says whether a run of characters has digits and letters, as words and numbers
// have not.
func mixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ContainsAny(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz")
}

// noise says whether bytes are as different from each other as drawn ones are.
func noise(data []byte) bool {
	if len(data) < 16 {
		return false
	}
	data = data[:min(len(data), 64<<10)]
	var count [256]int
	for _, c := range data {
		count[c]++
	}
	bits, n := 0.0, float64(len(data))
	for _, c := range count {
		if c > 0 {
			bits -= float64(c) / n * math.Log2(float64(c)/n)
		}
	}
	return bits > 0.88*math.Min(8, math.Log2(n))
}

// agreement is the share of places at which two texts have the same byte.
func agreement(a, b []byte) float64 {
	n, eq := min(len(a), len(b)), 0
	for i := range n {
		if a[i] == b[i] {
			eq++
		}
	}
	return float64(eq) / float64(max(n, 1))
}
