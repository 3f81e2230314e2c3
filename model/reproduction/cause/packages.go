package cause

import (
	"bytes"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
)

// inDebian reads dpkg's database: paragraphs of fields.
func inDebian(e Evidence) (Finding, bool) {
	if e.Path != "/var/lib/dpkg/status" && !in(e.Path, "/var/lib/dpkg/status.d") || !e.whole() {
		return Finding{}, false
	}
	return versions(paragraphs(e.A.Data, "Package: ", "Version: "), paragraphs(e.B.Data, "Package: ", "Version: "))
}

// inAlpine reads apk's database, whose fields have one letter.
func inAlpine(e Evidence) (Finding, bool) {
	if e.Path != "/lib/apk/db/installed" && e.Path != "/usr/lib/apk/db/installed" || !e.whole() {
		return Finding{}, false
	}
	return versions(paragraphs(e.A.Data, "P:", "V:"), paragraphs(e.B.Data, "P:", "V:"))
}

// paragraphs gives each package's version.
func paragraphs(data []byte, name, version string) map[string]string {
	out := map[string]string{}
	at := ""
	for line := range bytes.Lines(data) {
		s := strings.TrimRight(string(line), "\n")
		switch {
		case s == "":
			at = ""
		case strings.HasPrefix(s, name):
			at = s[len(name):]
			out[at] = ""
		case strings.HasPrefix(s, version) && at != "":
			out[at] = s[len(version):]
		}
	}
	return out
}

// named is how many packages are told of by name.
const namedPackages = 5

// versions names the packages whose versions differ, or that only one has.
func versions(a, b map[string]string) (Finding, bool) {
	var said []string
	for name, v := range a {
		if w, ok := b[name]; !ok {
			said = append(said, name+" "+v+" in the first only")
		} else if v != w {
			said = append(said, name+" "+v+" and "+w)
		}
	}
	for name, w := range b {
		if _, ok := a[name]; !ok {
			said = append(said, name+" "+w+" in the second only")
		}
	}
	if len(said) == 0 {
		return Finding{}, false
	}
	slices.Sort(said)
	more := ""
	if n := len(said) - namedPackages; n > 0 {
		said, more = said[:namedPackages], ", and "+measure.Count(n)+" more"
	}
	return Finding{Cause: "unpinned-packages", Detail: strings.Join(said, ", ") + more}, true
}

// inSQLite knows the header of a database.
func inSQLite(e Evidence) (Finding, bool) {
	const magic = "SQLite format 3\x00"
	return Finding{Cause: "sqlite"}, bytes.HasPrefix(e.A.head(), []byte(magic)) && bytes.HasPrefix(e.B.head(), []byte(magic))
}
