package policy

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/image"
)

// Glob says whether a name matches a pattern: * is any number of characters, ? is one,
// [a-z] is one of a range, and \ takes the next one as it is (path.Match); a slash is a
// character as any other.
func Glob(pattern, name string) bool {
	ok, err := path.Match(noSlash.Replace(pattern), noSlash.Replace(name))
	return ok && err == nil
}

// noSlash takes away what * stops at.
var noSlash = strings.NewReplacer("/", "\x00")

// PathGlob says whether a pattern, as package glob has them, means a path or a directory
// that it lies in. One that cannot be a pattern means nothing.
func PathGlob(pattern, p string) bool {
	g, err := glob.Compile(pattern)
	if err != nil {
		return false
	}
	for p = path.Clean("/" + p); p != "/"; p = path.Dir(p) {
		if g.Match(p) {
			return true
		}
	}
	return false
}

// choose calls for everything in a tree that a pattern means, or that lies in it, until
// it is told to stop.
func choose(t *image.Tree, pattern string, yield func(image.NodeID) bool) {
	g, err := glob.Compile(pattern)
	if err != nil {
		return
	}
	chosen := make([]bool, t.Len())
	for id := image.NodeID(1); id < image.NodeID(t.Len()); id++ { // parents come first
		chosen[id] = chosen[t.Parent(id)] || g.Match(t.Path(id))
		if chosen[id] && t.Type(id) != image.Whiteout && !yield(id) {
			return
		}
	}
}
