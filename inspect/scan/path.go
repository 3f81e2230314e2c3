package scan

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// maxPath is the longest path Linux takes (PATH_MAX).
const maxPath = 4096

// maxComponent is the longest name that its file systems hold (NAME_MAX).
const maxComponent = 255

// locate turns a name of the archive into a path relative to the root: "" is
// the root itself. What would lead out of the image lands inside it, as it does
// where an unpacker is confined to the root file system.
func locate(name string) (p string, o oddity) {
	if isClean(name) {
		return name, fine
	}
	if strings.HasPrefix(name, "/") {
		o = absolute
	}
	if name == ".." || strings.HasPrefix(name, "../") || strings.Contains(name, "/../") || strings.HasSuffix(name, "/..") {
		if escapes(name) {
			o = escaping
		}
	}
	return strings.TrimPrefix(path.Clean("/"+name), "/"), o
}

// isClean says whether a name needs no work: the usual case, found out without
// allocating.
func isClean(name string) bool {
	start := 0
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		switch name[start:i] {
		case "", ".", "..":
			return false
		}
		start = i + 1
	}
	return true
}

// escapes says whether following the name leads above where it starts.
func escapes(name string) bool {
	depth := 0
	for part := range strings.SplitSeq(name, "/") {
		switch part {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}

// The names that mean removal (OCI image-spec, layer.md, "Whiteouts").
const (
	whiteoutPrefix = ".wh."
	opaqueName     = ".wh..wh..opq"
	metaPrefix     = ".wh..wh."
)

// whiteout turns a whiteout's path into the path it speaks of and what it says
// of it. ok is false for other paths, and for those that the entry's name
// leaves nothing of.
func whiteout(p string) (target string, typ image.Type, o oddity, ok bool) {
	dir, base := "", p
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		dir, base = p[:i+1], p[i+1:]
	}
	switch {
	case !strings.HasPrefix(base, whiteoutPrefix):
		return p, 0, fine, false
	case base == opaqueName:
		return strings.TrimSuffix(dir, "/"), image.Opaque, fine, true
	case strings.HasPrefix(base, metaPrefix):
		return "", 0, aufs, true
	}
	switch name := base[len(whiteoutPrefix):]; name {
	case "", ".", "..":
		return "", 0, badWhiteout, true
	default:
		return dir + name, image.Whiteout, fine, true
	}
}
