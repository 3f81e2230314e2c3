package solve

import (
	"regexp"
	"strconv"
	"strings"
)

// vertexName is what BuildKit's Dockerfile frontend puts into a vertex's name:
// "[platform stage n/m] ONBUILD COMMAND" (dockerfile2llb, prefixCommand).
type vertexName struct {
	Platform string // "linux/arm64", or "linux/amd64->arm64" for a cross build; multi-platform builds only
	Stage    string // lower-cased; "stage-2" for an unnamed one, "" when the file has one stage only
	N, M     int    // n-th of m vertices of its stage
	OnBuild  bool
	Link     bool // the merge half of COPY --link
	Command  string
}

// n is padded with spaces to the width of m. A platform has a slash, which no
// stage name can have.
var vertexNameForm = regexp.MustCompile(
	`^\[(?:(\S*/\S+) )?(?:([a-z][a-z0-9-_.]*) )? *(\d+)/(\d+)\] (ONBUILD )?(LINK )?(.*)$`)

// parseVertexName understands the names of vertices that carry out a step; ok is
// false for all others: "[internal] …", "[auth] …", "exporting …".
func parseVertexName(s string) (v vertexName, ok bool) {
	m := vertexNameForm.FindStringSubmatch(strings.ReplaceAll(s, "\n", " "))
	if m == nil {
		return v, false
	}
	v = vertexName{
		Platform: m[1], Stage: m[2],
		OnBuild: m[5] != "", Link: m[6] != "", Command: m[7],
	}
	v.N, _ = strconv.Atoi(m[3])
	v.M, _ = strconv.Atoi(m[4])
	return v, v.N >= 1 && v.N <= v.M
}

// contextNameForm is how vertices that load a named context are called.
var contextNameForm = regexp.MustCompile(`^\[context (\S+)\] (.*)$`)

// parseContextName tells which named context a vertex brings; loading only its
// metadata or its ignore file doesn't count.
func parseContextName(s string) (name string, ok bool) {
	m := contextNameForm.FindStringSubmatch(s)
	if m == nil || strings.HasPrefix(m[2], "load metadata for ") || m[2] == "load .dockerignore" {
		return "", false
	}
	name, _, _ = strings.Cut(m[1], "::") // the platform, where it stands there
	return name, true
}
