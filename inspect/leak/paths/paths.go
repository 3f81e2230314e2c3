// Package paths compares absolute, clean paths of an image.
package paths

import (
	"cmp"
	"path"
	"strings"
)

// Compare orders paths so that everything below a directory follows it
// directly: the separator sorts before every other byte.
func Compare(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] == b[i] {
			continue
		}
		switch {
		case a[i] == '/':
			return -1
		case b[i] == '/':
			return 1
		}
		return cmp.Compare(a[i], b[i])
	}
	return cmp.Compare(len(a), len(b))
}

// Below says whether p is root or lies under it.
func Below(p, root string) bool {
	return root == "/" || strings.HasPrefix(p, root) && (len(p) == len(root) || p[len(root)] == '/')
}

// Common is the deepest directory that both are in.
func Common(a, b string) string {
	for !Below(b, a) {
		a = path.Dir(a)
	}
	return a
}

// Relative is the path from a directory to what lies below it; false where it does not.
func Relative(root, p string) (string, bool) {
	if p == "" || p == root || !Below(p, root) {
		return "", false
	}
	return strings.TrimPrefix(strings.TrimPrefix(p, strings.TrimSuffix(root, "/")), "/"), true
}
