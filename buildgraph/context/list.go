package context

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Listing is the build context as it is at one time, for those who ask more than one
// question about it.
type Listing struct {
	Dir    string
	Ignore Ignore
	Files  []File // what .dockerignore lets through, in the order of paths

	at map[string]int // index into Files by path
}

// maxListed bounds how many files are listed: what has more is no build context.
const maxListed = 2_000_000

// List walks the build context once. Its cost is that of looking at every file and
// directory that could be sent.
func List(ctx context.Context, dir string, ignore Ignore) (*Listing, error) {
	l := &Listing{Dir: dir, Ignore: ignore, at: map[string]int{}}
	for f, err := range Files(ctx, dir, ignore) {
		if err != nil {
			return nil, err
		}
		if len(l.Files) == maxListed {
			return nil, fmt.Errorf("walking the build context %s: it has more than %d files", dir, maxListed)
		}
		l.at[f.Path] = len(l.Files)
		l.Files = append(l.Files, f)
	}
	return l, nil
}

// Has says whether there is a file or directory of that path.
func (l *Listing) Has(path string) bool {
	_, ok := l.at[path]
	return ok || path == "" || path == "."
}

// maxRead is the size in bytes from which on a file is no manifest or setting.
const maxRead = 1 << 20

// Read returns a file's content; false for one that is not listed, no regular file, too
// large or unreadable.
func (l *Listing) Read(path string) ([]byte, bool) {
	i, ok := l.at[path]
	if !ok || !l.Files[i].Mode.IsRegular() || l.Files[i].Size > maxRead {
		return nil, false
	}
	f, err := os.Open(filepath.Join(l.Dir, filepath.FromSlash(path)))
	if err != nil {
		return nil, false
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRead))
	return text, err == nil
}

// Taken lists what some takes select, as Select does, of the files as they were listed.
func (l *Listing) Taken(takes []Take) ([]File, error) {
	s := selection{dir: l.Dir, files: l.Files, chosen: make([]bool, len(l.Files)), seen: map[string]bool{}}
	for _, t := range takes {
		if err := s.take(t); err != nil {
			return nil, err
		}
	}
	var out []File
	for i, f := range l.Files {
		if s.chosen[i] {
			out = append(out, f)
		}
	}
	return out, nil
}

// Entry is a file, or a directory with all below it.
type Entry struct {
	Path  string
	Dir   bool
	Files int // everything but directories
	Bytes int64
}

// mostly is the part of a directory's bytes from which on one entry in it says more
// than the directory.
const mostly = 0.9

// Largest are the entries that hold the most of some files, by size and then by path. A
// directory that is mostly one of its entries is named by that one.
func Largest(files []File, most int) []Entry {
	below := map[string][]*Entry{} // by directory
	known := map[string]*Entry{}
	for _, f := range files {
		if f.Mode.IsDir() {
			continue
		}
		for path := f.Path; path != ""; path = parentOf(path) {
			e := known[path]
			if e == nil {
				e = &Entry{Path: path, Dir: path != f.Path}
				known[path] = e
				below[parentOf(path)] = append(below[parentOf(path)], e)
			}
			e.Files++
			e.Bytes += f.Size
		}
	}
	order := func(a, b Entry) int {
		if a.Bytes != b.Bytes {
			if a.Bytes > b.Bytes {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Path, b.Path)
	}
	var out []Entry
	for _, e := range below[""] {
		for e.Dir {
			next := slices.MaxFunc(below[e.Path], func(a, b *Entry) int { return -order(*a, *b) })
			if float64(next.Bytes) < mostly*float64(e.Bytes) || !next.Dir {
				break
			}
			e = next
		}
		out = append(out, *e)
	}
	slices.SortFunc(out, order)
	return out[:min(len(out), most)]
}

func parentOf(path string) string {
	dir, _, ok := cutLast(path)
	if !ok {
		return ""
	}
	return dir
}

func cutLast(path string) (dir, name string, ok bool) {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i], path[i+1:], true
	}
	return "", path, false
}

// Total is how many files some are, directories left out, and their bytes.
func Total(files []File) (n int, bytes int64) {
	for _, f := range files {
		if !f.Mode.IsDir() {
			n++
			bytes += f.Size
		}
	}
	return n, bytes
}
