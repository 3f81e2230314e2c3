package rules

import (
	"path"

	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/inventory"
)

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
