package resolve

import (
	"os"
	"strings"

	"github.com/stagedive/stagedive/inspect/source"
)

// split takes tag and digest off a path. What exists as it stands is a path,
// whatever colons it holds.
func split(ref string) (path string, pick source.Pick) {
	path = ref
	if exists(path) {
		return path, pick
	}
	if p, d, ok := cutLast(path, "@"); ok && strings.Contains(d, ":") && !strings.Contains(d, "/") {
		path, pick.Digest = p, d
	}
	if exists(path) {
		return path, pick
	}
	// A tag may be a whole reference: try the shortest path that exists.
	for i := 0; i < len(path); i++ {
		if path[i] == ':' && exists(path[:i]) {
			pick.Tag = path[i+1:]
			return path[:i], pick
		}
	}
	return path, pick
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return path != "" && err == nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
