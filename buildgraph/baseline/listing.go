package baseline

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
)

// Listing is the files of a local context as a build saw them.
type Listing struct {
	Local   string   // the context's name in the session
	Exclude []string // what .dockerignore left out
	Whole   bool     // every entry is here
	Moving  bool     // files were written to meanwhile: the engine may have seen others
	Entries []Entry  // sorted by path
}

// Entry is a file, directory or link. What counts for BuildKit's cache is kept:
// content, mode, type, link target, extended attributes; times and owners do not
// count in a local context (BuildKit: cache/contenthash, and client/solve.go,
// which sets every owner to 0).
type Entry struct {
	Path    string // slash-separated
	Mode    fs.FileMode
	Link    string
	Xattrs  Sum
	Content Sum // of a regular file; "" where it is not known

	// How to see without reading that a file is what it was.
	Size         int64
	Mtime, Ctime int64 // ns
	Inode        uint64
	Racy         bool // it was changed just before: its times prove nothing
}

// untouched says whether nobody can have written to the file since.
func (e Entry) untouched(was Entry) bool {
	return !was.Racy && e.Mode == was.Mode && e.Size == was.Size && e.Mtime == was.Mtime && e.Ctime == was.Ctime && e.Inode == was.Inode
}

// find returns the index of a path, or where it would be.
func (l *Listing) find(p string) (int, bool) {
	return slices.BinarySearchFunc(l.Entries, p, func(e Entry, p string) int { return strings.Compare(e.Path, p) })
}

// selection lists the indexes of the entries that selectors take, ascending.
func (l *Listing) selection(selectors []Selector) []int {
	taken := make([]bool, len(l.Entries))
	for _, s := range selectors {
		l.take(s, taken)
	}
	var out []int
	for i, t := range taken {
		if t {
			out = append(out, i)
		}
	}
	return out
}

func (l *Listing) take(s Selector, taken []bool) {
	keepsHeader := !strings.HasSuffix(s.Path, "/") // the directory's own mode counts then
	p := strings.TrimPrefix(path.Clean("/"+s.Path), "/")
	var roots []string
	if s.Wildcard {
		for _, e := range l.Entries {
			if ok, err := path.Match(p, e.Path); ok && err == nil {
				roots = append(roots, e.Path)
			}
		}
	} else {
		roots = []string{p}
	}
	include, exclude := matcher(s.Include), matcher(s.Exclude)
	for _, root := range roots {
		resolved := l.follow(root)
		if i, ok := l.find(root); ok && root != resolved {
			taken[i] = true
		}
		l.below(resolved, func(i int, rel string) {
			switch {
			case rel == "" && l.Entries[i].Mode.IsDir() && !keepsHeader:
			case include != nil && !matches(include, rel), exclude != nil && matches(exclude, rel):
			default:
				taken[i] = true
			}
		})
	}
}

// below visits a path and all that lies below it.
func (l *Listing) below(root string, visit func(i int, rel string)) {
	if root == "" {
		for i, e := range l.Entries {
			visit(i, e.Path)
		}
		return
	}
	if i, ok := l.find(root); ok {
		visit(i, "")
	}
	first, _ := l.find(root + "/")
	for i := first; i < len(l.Entries) && strings.HasPrefix(l.Entries[i].Path, root+"/"); i++ {
		visit(i, l.Entries[i].Path[len(root)+1:])
	}
}

const maxLinks = 40 // as many as Linux follows

// follow resolves symbolic links in a path, within the context.
func (l *Listing) follow(p string) string {
	for range maxLinks {
		again := false
		parts := strings.Split(p, "/")
		for n := range parts {
			head := strings.Join(parts[:n+1], "/")
			i, ok := l.find(head)
			if !ok || l.Entries[i].Mode&fs.ModeSymlink == 0 {
				continue
			}
			to := l.Entries[i].Link
			if !path.IsAbs(to) {
				to = path.Join("/", path.Dir(head), to)
			}
			p = strings.TrimPrefix(path.Join(path.Join("/", to), strings.Join(parts[n+1:], "/")), "/")
			again = true
			break
		}
		if !again {
			return p
		}
	}
	return p
}

func matcher(patterns []string) *patternmatcher.PatternMatcher {
	if len(patterns) == 0 {
		return nil
	}
	m, err := patternmatcher.New(patterns)
	if err != nil {
		return nil // BuildKit has refused it already
	}
	return m
}

func matches(m *patternmatcher.PatternMatcher, p string) bool {
	ok, err := m.MatchesOrParentMatches(p)
	return ok && err == nil
}
