package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/glob"
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
