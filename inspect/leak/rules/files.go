package rules

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/glob"
)

// Seen is what is known of a file before its content is read.
type Seen struct {
	Path string // absolute and clean
	Base string // its last part
	Mode uint32
	Size int64
	Head []byte // its first bytes
}

// Files appends to list the matchers that a file meets as far as its name, place, size
// and first bytes tell. Those with Holds are yet to be proved.
func (s *Set) Files(list []*Matcher, f *Seen) []*Matcher {
	executable := f.Mode&0o111 != 0
	if executable {
		for _, m := range s.index.names[PlainName(f.Base)] {
			if m.File.meets(f) {
				list = append(list, m)
			}
		}
	}
	x := &s.index.bases
	named := len(list)
	for _, m := range x.exact[f.Base] {
		list = m.addTo(list, named, f)
	}
	if i := strings.LastIndexByte(f.Base, '.'); i >= 0 {
		for _, m := range x.extension[f.Base[i:]] {
			list = m.addTo(list, named, f)
		}
	}
	for _, m := range x.rest {
		list = m.addTo(list, named, f)
	}
	return list
}

// addTo adds the matcher to a list if the file meets it, once.
func (m *Matcher) addTo(list []*Matcher, from int, f *Seen) []*Matcher {
	if !m.File.meets(f) || slices.Contains(list[from:], m) {
		return list
	}
	return append(list, m)
}

func (f *File) meets(s *Seen) bool {
	if s.Size < f.Min || f.Paths != nil && !anyOf(f.Paths, s.Path) || anyOf(f.Except, s.Path) {
		return false
	}
	if !f.Is.has(s.Head, s.Base, s.Mode&0o111 != 0) {
		return false
	}
	if f.Begins == nil {
		return true
	}
	for _, b := range f.Begins {
		if len(s.Head) >= len(b) && string(s.Head[:len(b)]) == b {
			return true
		}
	}
	return false
}

func anyOf(patterns []glob.Pattern, name string) bool {
	for _, p := range patterns {
		if p.Match(name) {
			return true
		}
	}
	return false
}

// Mains are the matchers of a Go program by the path of its main package.
func (s *Set) Mains(path string) []*Matcher { return s.index.mains[path] }

// HasMains says whether Go programs are of interest at all.
func (s *Set) HasMains() bool { return len(s.index.mains) > 0 }

// Versions calls yield for each matcher that asks a file for the version of the
// distribution that it lies in, with the version.
func (s *Set) Versions(f *Seen, yield func(m *Matcher, version string)) {
	for _, m := range s.index.tells[f.Base] {
		if found := m.File.Version.Like.FindSubmatch(f.Head); found != nil && bytes.IndexByte(found[1], '\n') < 0 {
			yield(m, string(found[1]))
		}
	}
}

// Slow is how many matchers are asked of every file, as the last part of a path of theirs
// has neither a whole name nor an extension.
func (s *Set) Slow() int { return len(s.index.bases.rest) }

// Walks are the matchers of files by their path alone.
func (s *Set) Walks() []*Matcher { return s.index.walks }

// Named says whether a file of that name may lie where the matcher looks.
func (f *File) Named(base string) bool {
	for _, p := range f.Paths {
		if ok, _ := path.Match(p.Base(), base); ok || p.Base() == "**" {
			return true
		}
	}
	return false
}

// Lies says whether the file at an absolute path is one that the matcher means.
func (f *File) Lies(name string) bool { return anyOf(f.Paths, name) && !anyOf(f.Except, name) }

// Dirs calls yield for every matcher that a directory's path meets.
func (s *Set) Dirs(base string, name func() string, yield func(*Matcher)) {
	s.index.dirs.each(base, func(m *Matcher) {
		if p := name(); anyOf(m.Dir.Paths, p) && !anyOf(m.Dir.Except, p) {
			yield(m)
		}
	})
}

// Proves says whether an entry of the directory, with its name and its path from there,
// is one that only a real one has.
func (d *Dir) Proves(base string, name func() string) bool {
	for _, p := range d.Has {
		if ok, _ := path.Match(p.Base(), base); (ok || p.Base() == "**") && p.Match(name()) {
			return true
		}
	}
	return false
}
