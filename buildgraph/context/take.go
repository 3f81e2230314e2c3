package context

import (
	"path"
	"strings"
)

// Take says what a step takes from a directory: one source of a COPY or ADD, or a
// bind mount. Only what it selects, and .dockerignore lets through, can make the
// step run again (dockerfile2llb.dispatchCopy and dispatchRunMounts say what is
// asked for, cache/contenthash what of it counts).
type Take struct {
	Path    string   `json:"path,omitempty"`    // slash-separated, below the directory; "" for all of it
	Pattern bool     `json:"pattern,omitempty"` // Path has wildcards, as path.Match knows them
	Below   string   `json:"below,omitempty"`   // COPY --parents: only what matches this pattern below Path
	Exclude []string `json:"exclude,omitempty"` // COPY --exclude: patterns below Path, or below what Path matches
}

// Copied is what COPY or ADD takes for one of its sources; parents and exclude
// are its flags. With --parents a "/./" divides the source into where to look and
// what to look for.
func Copied(source string, parents bool, exclude []string) Take {
	t := Take{Path: below(source), Exclude: exclude}
	if parents {
		from, pattern, ok := strings.Cut(source, "/./")
		if !ok {
			from, pattern = "", source
		}
		t.Path, t.Below = below(from), below(pattern)
	}
	t.Pattern = hasWildcard(t.Path)
	return t
}

// Mounted is what a bind mount takes: wildcards mean nothing to it.
func Mounted(source string) Take { return Take{Path: below(source)} }

// whole says whether the take asks for the directory itself.
func (t Take) whole() bool { return t.asked() == "" }

// asked is where all lies that the take can select. BuildKit asks for less, but
// for all takes of a build together: one step may hash what another one's source
// has brought along.
func (t Take) asked() string { return below(t.Path + "/" + fixed(t.Below)) }

func (t Take) filtered() bool { return t.Below != "" || len(t.Exclude) > 0 }

// below cleans a path and keeps it inside the directory: "" is the directory.
func below(p string) string { return strings.TrimPrefix(path.Join("/", p), "/") }

// hasWildcard says whether path.Match would look for more than the very name.
func hasWildcard(name string) bool {
	for i := 0; i < len(name); i++ {
		switch name[i] {
		case '*', '?', '[':
			return true
		case '\\':
			i++
		}
	}
	return false
}

// fixed cuts a pattern after the components without wildcards.
func fixed(pattern string) string {
	var head []string
	for _, part := range strings.Split(pattern, "/") {
		if hasWildcard(part) {
			break
		}
		head = append(head, part)
	}
	return strings.Join(head, "/")
}
