// Package rules holds the rules for what should have stayed in the builder, as data:
// a file of YAML for each family, which users extend with files of their own.
//
//	toolchain.yaml   compilers, linkers, build systems, headers
//	source.yaml      what they read
//	dev-deps.yaml    packages for development
//	cache.yaml       what package managers and compilers keep for the next time
//	vcs.yaml         version control
//	secret.yaml      keys, credentials and tokens
//
// A rule says what harm it is about and what to do (finding.Rule). Most also say how it
// is seen: by files that prove something (File), directories that tools fill (Dir), or
// installed packages (Packages); schema.go has them all. What takes judgement beyond
// that is Go in inspect/leak, and its rule here is text alone. How to write rules is
// told in docs/rules.md.
package rules

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/stagedive/stagedive/model/finding"
)

//go:embed *.yaml
var files embed.FS

// builtin reads the rules that stagedive brings along, once, when they are first asked
// for: they can't change.
var builtin = sync.OnceValue(func() *Set {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	var all []Rule
	for _, e := range entries {
		data, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		read, err := parse(e.Name(), data, true)
		if err != nil {
			panic(err) // a test reads every file
		}
		all = append(all, read...)
	}
	s, err := newSet(all)
	if err != nil {
		panic(err)
	}
	return s
})

// Builtin are the rules that stagedive brings along.
func Builtin() *Set { return builtin() }

// Load adds users' files to the rules that stagedive brings along: each path is a file,
// or a directory whose *.yaml and *.yml files are taken. The error is a sentence for the
// user, with file and line where it is about one.
func Load(paths ...string) (*Set, error) {
	all := slices.Clone(Builtin().all)
	for _, p := range paths {
		names, err := ruleFiles(p)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("reading rules: %w", err)
			}
			read, err := parse(name, data, false)
			if err != nil {
				return nil, err
			}
			all = append(all, read...)
		}
	}
	return newSet(all)
}

// Parse adds rules from data to those that stagedive brings along; name is what errors
// call it.
func Parse(name string, data []byte) (*Set, error) {
	read, err := parse(name, data, false)
	if err != nil {
		return nil, err
	}
	return newSet(append(slices.Clone(Builtin().all), read...))
}

// Only are the rules in data alone.
func Only(name string, data []byte) (*Set, error) {
	read, err := parse(name, data, false)
	if err != nil {
		return nil, err
	}
	return newSet(read)
}

func ruleFiles(p string) ([]string, error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, fmt.Errorf("reading rules: %w", err)
	}
	if !info.IsDir() {
		return []string{p}, nil
	}
	entries, err := os.ReadDir(p)
	if err != nil {
		return nil, fmt.Errorf("reading rules: %w", err)
	}
	var names []string
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); !e.IsDir() && (ext == ".yaml" || ext == ".yml") {
			names = append(names, filepath.Join(p, e.Name()))
		}
	}
	if names == nil {
		return nil, fmt.Errorf("reading rules: %s has no *.yaml file", p)
	}
	return names, nil
}

// Set is rules that belong together. It does not change.
type Set struct {
	all      []Rule // by ID
	byID     map[string]int
	index    index
	identity string
}

func newSet(all []Rule) (*Set, error) {
	s := &Set{all: all, byID: map[string]int{}}
	slices.SortStableFunc(s.all, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	for i, r := range s.all {
		if j, had := s.byID[strings.ToUpper(r.ID)]; had {
			return nil, fmt.Errorf("%s: the id %s is that of the rule at %s, too: give each rule one of its own", r.At(), r.ID, s.all[j].At())
		}
		s.byID[strings.ToUpper(r.ID)] = i
	}
	s.index = newIndex(s.all)
	s.identity = s.index.identity()
	return s, nil
}

// All are the rules, sorted by ID. They are not to be changed.
func (s *Set) All() []Rule { return s.all }

// Rules are what findings are instances of, sorted by ID.
func (s *Set) Rules() []finding.Rule {
	list := make([]finding.Rule, len(s.all))
	for i, r := range s.all {
		list[i] = r.Rule
	}
	return list
}

// Rule finds a rule by its ID, upper or lower case.
func (s *Set) Rule(id string) (Rule, bool) {
	i, ok := s.byID[strings.ToUpper(id)]
	if !ok {
		return Rule{}, false
	}
	return s.all[i], true
}

// Identity is a short text that differs between sets that see different things.
func (s *Set) Identity() string { return s.identity }
