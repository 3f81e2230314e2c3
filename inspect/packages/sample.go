package packages

import (
	"bytes"
	"path"
	"strings"
)

// maxSample is how many files are noted of each package of a distribution: enough to see
// that none of them is there.
const maxSample = 3

// sample notes a file, given without its first slash, if it is one that is there to run.
// What lies in some places is left out of slim images on purpose.
func (it *item) sample(file string) {
	if len(it.needs) == maxSample || file == "" {
		return
	}
	for _, dispensable := range [...]string{"usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/lintian", "usr/share/bug", "usr/share/menu", "usr/share/licenses", "usr/share/common-licenses", "etc/", "var/", "usr/share/gtk-doc", "usr/share/groff", "usr/share/linda", "usr/share/icons"} {
		if strings.HasPrefix(file, dispensable) {
			return
		}
	}
	it.needs = append(it.needs, "/"+file)
}

// sumsOf reads the start of what dpkg keeps of a package's files (md5sums; a line is a
// sum, two blanks and a path), in its own place and in that of distroless images.
func sumsOf(p string, head []byte) (store, bool) {
	name, ok := strings.CutSuffix(p, ".md5sums")
	if !ok || !strings.HasPrefix(p, "/var/lib/dpkg/info/") && !strings.HasPrefix(p, "/var/lib/dpkg/status.d/") {
		return store{}, false
	}
	var it item
	it.name, _, _ = strings.Cut(path.Base(name), ":") // of several architectures
	for line := range bytes.Lines(head) {
		if _, file, ok := bytes.Cut(line, []byte("  ")); ok && bytes.HasSuffix(file, []byte("\n")) {
			it.sample(string(bytes.TrimSuffix(file, []byte("\n"))))
		}
	}
	return store{kind: sums | deb, path: p, items: []item{it}}, len(it.needs) > 0
}
