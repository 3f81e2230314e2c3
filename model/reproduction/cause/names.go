package cause

import (
	"path"
	"regexp"
	"strings"
)

// Missing says why a file may be in one build only, by its path and by the paths that
// only the other one has beside it.
func Missing(p string, others []string) Finding {
	if id := pathCause(p); id != "" {
		return Finding{Cause: id}
	}
	dir, base := path.Split(p)
	for _, o := range others {
		d, b := path.Split(o)
		if d != dir || o == p {
			continue
		}
		if name, first, second, ok := distInfo(base, b); ok {
			return Finding{Cause: "unpinned-packages", Detail: name + " " + first + " and " + second}
		}
		if id := named(base, b); id != "" {
			return Finding{Cause: id, Detail: "beside " + b}
		}
	}
	if in(p, "/tmp") || in(p, "/var/tmp") {
		return Finding{Cause: "temporary-name"}
	}
	return Finding{}
}

// named is what two names have in common that are of one thing.
func named(a, b string) string {
	front, back := common(a, b)
	x, y := a[front:len(a)-back], b[front:len(b)-back]
	switch {
	case x == "" || y == "":
	case datedName.MatchString(a) && datedName.MatchString(b) && datedName.ReplaceAllString(a, "") == datedName.ReplaceAllString(b, ""):
		return "dated-name"
	case front+back < 3:
	case strings.HasPrefix(a, "tmp") || strings.HasPrefix(a, ".tmp") || strings.Contains(a, "-tmp"):
		return "temporary-name"
	case hashPart.MatchString(whole(a, front, back)) && hashPart.MatchString(whole(b, front, back)):
		return "hashed-name"
	}
	return ""
}

// whole is the part of a name between its separators that the difference lies in.
func whole(s string, front, back int) string {
	from, to := front, len(s)-back
	for from > 0 && !strings.ContainsRune("-._~", rune(s[from-1])) {
		from--
	}
	for to < len(s) && !strings.ContainsRune("-._~", rune(s[to])) {
		to++
	}
	return s[from:to]
}

var (
	datedName = regexp.MustCompile(`20\d\d[-_.]?[01]\d[-_.]?[0-3]\d([T_.-]?[0-2]\d[-_:.]?[0-5]\d([-_:.]?[0-5]\d)?([._-]\d{3}Z?)?)?|\b1[5-9]\d{8}(\d{3})?\b`)
	hashPart  = regexp.MustCompile(`^[0-9A-Za-z]{6,}$`)
	dist      = regexp.MustCompile(`^(.+)-([0-9][^-/]*)\.(dist-info|egg-info)$`)
)

// distInfo reads the names of what pip installed.
func distInfo(a, b string) (name, first, second string, ok bool) {
	x, y := dist.FindStringSubmatch(a), dist.FindStringSubmatch(b)
	if x == nil || y == nil || x[1] != y[1] {
		return "", "", "", false
	}
	return x[1], x[2], y[2], true
}

// common is how many bytes two strings have in common at their begin, and at their end.
func common(a, b string) (front, back int) {
	n := min(len(a), len(b))
	for front < n && a[front] == b[front] {
		front++
	}
	for back < n-front && a[len(a)-1-back] == b[len(b)-1-back] {
		back++
	}
	return front, back
}
