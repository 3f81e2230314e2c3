package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/inventory"
)

// index finds the matchers that a file, a directory or a package may be of. A million
// files are asked for, and nearly none is of any: a few look-ups by the name tell.
type index struct {
	matchers []*Matcher // by ID

	names map[string][]*Matcher // files by their plain name
	bases keyed                 // files by the last part of where they lie
	walks []*Matcher            // files that nothing of their content is asked of
	mains map[string][]*Matcher // Go programs by the path of their main package
	tells map[string][]*Matcher // files that say a version, by their name
	dirs  keyed                 // directories by the last part of where they lie

	packages map[string][]*Matcher // by name
	globs    []*Matcher            // packages whose names have patterns
}

// keyed are matchers by the last part of a path's pattern: whole, by the extension that
// it ends with, or neither.
type keyed struct {
	exact, extension map[string][]*Matcher
	rest             []*Matcher
}

func (k *keyed) add(p glob.Pattern, m *Matcher) {
	base := p.Base()
	ext := path.Ext(base)
	switch {
	case glob.IsPlain(base):
		k.exact[base] = appendOnce(k.exact[base], m)
	case ext != "" && glob.IsPlain(ext):
		k.extension[ext] = appendOnce(k.extension[ext], m)
	default:
		k.rest = appendOnce(k.rest, m)
	}
}

// each calls yield for all that a name may be of.
func (k *keyed) each(base string, yield func(*Matcher)) {
	for _, m := range k.exact[base] {
		yield(m)
	}
	if i := strings.LastIndexByte(base, '.'); i >= 0 {
		for _, m := range k.extension[base[i:]] {
			yield(m)
		}
	}
	for _, m := range k.rest {
		yield(m)
	}
}

func appendOnce(list []*Matcher, m *Matcher) []*Matcher {
	if n := len(list); n > 0 && list[n-1] == m {
		return list
	}
	return append(list, m)
}

func newKeyed() keyed {
	return keyed{exact: map[string][]*Matcher{}, extension: map[string][]*Matcher{}}
}

func newIndex(all []Rule) index {
	x := index{
		names: map[string][]*Matcher{}, bases: newKeyed(), mains: map[string][]*Matcher{}, tells: map[string][]*Matcher{},
		dirs: newKeyed(), packages: map[string][]*Matcher{},
	}
	for i := range all {
		all[i].Match = append([]Matcher(nil), all[i].Match...) // another set has it with another place
		for k := range all[i].Match {
			m := &all[i].Match[k]
			m.ID, m.Rule = len(x.matchers), i
			x.matchers = append(x.matchers, m)
			switch {
			case m.File != nil:
				x.addFile(m)
			case m.Dir != nil:
				for _, p := range m.Dir.Paths {
					x.dirs.add(p, m)
				}
			case m.Packages != nil:
				x.addPackages(m)
			}
		}
	}
	return x
}

func (x *index) addFile(m *Matcher) {
	f := m.File
	if f.Version != nil {
		base := path.Base(f.Version.In)
		x.tells[base] = append(x.tells[base], m)
	}
	for _, p := range f.Main {
		x.mains[p] = append(x.mains[p], m)
	}
	switch {
	case f.Main != nil: // its name says nothing
	case f.Names != nil:
		for _, name := range f.Names {
			x.names[name] = append(x.names[name], m)
		}
	case f.onlyPath():
		x.walks = append(x.walks, m)
	default:
		for _, p := range f.Paths {
			x.bases.add(p, m)
		}
	}
}

// onlyPath says whether a layer's tree tells all that is asked.
func (f *File) onlyPath() bool {
	return f.Names == nil && f.Main == nil && f.Is == "" && f.Begins == nil && f.Holds == nil
}

func (x *index) addPackages(m *Matcher) {
	patterns := false
	for _, name := range m.Packages.Names {
		if glob.IsPlain(name) {
			x.packages[name] = append(x.packages[name], m)
		} else {
			patterns = true
		}
	}
	if patterns {
		x.globs = append(x.globs, m)
	}
}

// identity is a sum of all that matchers see.
func (x *index) identity() string {
	sum := sha256.New()
	for _, m := range x.matchers {
		fmt.Fprintf(sum, "%q %q %t\n", m.What, m.Title, m.NotBase)
		if f := m.File; f != nil {
			fmt.Fprintf(sum, "file %q %q %q %q %q %q %q %d %d %q %q %t %q\n", f.Names, f.Paths, f.Except, f.Is, f.Begins, f.Holds, f.Main, f.Min, f.AtLeast, f.Whole, f.With, f.Alone, f.Unless)
			if v := f.Version; v != nil {
				fmt.Fprintf(sum, "version %q %q\n", v.In, v.Like)
			}
		}
		if d := m.Dir; d != nil {
			fmt.Fprintf(sum, "dir %q %q %q %d\n", d.Paths, d.Except, d.Has, d.Min)
		}
		if p := m.Packages; p != nil {
			fmt.Fprintf(sum, "packages %q %q %q\n", p.Names, p.Except, p.Of)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// Matcher is the one with an ID; nil when there is none.
func (s *Set) Matcher(id int) *Matcher {
	if id < 0 || id >= len(s.index.matchers) {
		return nil
	}
	return s.index.matchers[id]
}

// Of is the rule of a matcher.
func (s *Set) Of(m *Matcher) Rule { return s.all[m.Rule] }

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

// Package is the matcher for a package. Of those that stagedive brings along the one
// counts that names it most exactly: whole, or by the longest pattern. Users' come all.
func (s *Set) Package(kind inventory.Kind, name string) []*Matcher {
	var list []*Matcher
	var best *Matcher
	length := -1
	consider := func(m *Matcher, n int) {
		p := m.Packages
		if !p.of(kind) || p.excepts(name) {
			return
		}
		if !s.all[m.Rule].own {
			list = appendOnce(list, m)
		} else if n > length {
			best, length = m, n
		}
	}
	const whole = 1 << 20
	for _, m := range s.index.packages[name] {
		consider(m, whole)
	}
	if plain := withoutVersion(name); plain != name {
		for _, m := range s.index.packages[plain] {
			consider(m, whole-1)
		}
	}
	for _, m := range s.index.globs {
		for _, pattern := range m.Packages.Names {
			if glob.IsPlain(pattern) || len(pattern) <= length && s.all[m.Rule].own {
				continue
			}
			if ok, _ := path.Match(pattern, name); ok {
				consider(m, len(pattern))
			}
		}
	}
	if best != nil {
		list = append(list, best)
	}
	return list
}

func (p *Packages) of(kind inventory.Kind) bool {
	for _, k := range p.Of {
		if k == kind {
			return true
		}
	}
	return len(p.Of) == 0
}

func (p *Packages) excepts(name string) bool {
	for _, pattern := range p.Except {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}
	return false
}
