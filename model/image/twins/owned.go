package twins

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// owned says whether dpkg's database has packages for all of a group's places below
// /usr/share/doc: such a file is its package's, a link in its place would not last.
func owned(t *image.Tree, g Group) bool {
	for _, m := range g.Members {
		rest, ok := strings.CutPrefix(t.RawPath(m.Node), "/usr/share/doc/")
		pkg, _, _ := strings.Cut(rest, "/")
		if !ok || pkg == "" || !installed(t, pkg) {
			return false
		}
	}
	return true
}

// installed says whether dpkg lists the files of a package, of whatever architecture.
func installed(t *image.Tree, pkg string) bool {
	for _, suffix := range [...]string{"", ":amd64", ":arm64", ":armhf", ":armel", ":i386", ":ppc64el", ":riscv64", ":s390x"} {
		if _, ok := t.Find("/var/lib/dpkg/info/" + pkg + suffix + ".list"); ok {
			return true
		}
	}
	return false
}
