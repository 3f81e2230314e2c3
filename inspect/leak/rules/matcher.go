package rules

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/inventory"
)

// matcher reads one entry of match; which kind it is, its first key says.
func (r *reader) matcher(n *yaml.Node) (Matcher, error) {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		switch n.Content[0].Value {
		case "file":
			return r.file(n)
		case "dir":
			return r.dir(n)
		case "packages":
			return r.packages(n)
		}
	}
	return Matcher{}, r.errorf(n, "an entry of match must begin with %q, %q or %q", "file: …", "dir: …", "packages: …")
}

func (r *reader) file(n *yaml.Node) (Matcher, error) {
	m, f := Matcher{}, &File{Alone: true}
	m.File = f
	seen, err := r.mapping(n, "a file to match", []key{
		{"file", r.text(&m.What, "file", false)},
		{"title", r.text(&m.Title, "title", false)},
		{"names", r.texts(&f.Names, "names")},
		{"paths", r.patterns(&f.Paths, "paths")},
		{"except", r.patterns(&f.Except, "except")},
		{"is", r.format(&f.Is)},
		{"begins", r.texts(&f.Begins, "begins")},
		{"holds", r.texts(&f.Holds, "holds")},
		{"main", r.texts(&f.Main, "main")},
		{"min", r.size(&f.Min, "min")},
		{"at-least", r.count(&f.AtLeast, "at-least")},
		{"whole", r.dirs(&f.Whole, "whole")},
		{"with", r.dirs(&f.With, "with")},
		{"alone", r.yes(&f.Alone, "alone")},
		{"unless", r.dirs(&f.Unless, "unless")},
		{"base", r.base(&m)},
		{"version", r.version(&f.Version)},
	})
	if err != nil {
		return m, err
	}
	switch {
	case f.Names == nil && f.Paths == nil && f.Main == nil:
		return m, r.errorf(n, "a file to match needs names, paths or main: which files are looked at?")
	case f.Main != nil && (f.Is != "" && f.Is != Program || f.Holds != nil || f.Begins != nil):
		return m, r.errorf(seen["main"], "main is for Go programs: it says all there is, without is, begins and holds")
	case f.Whole == nil && (f.With != nil || f.Version != nil || !f.Alone):
		return m, r.errorf(n, "with, alone and version are about the directory that whole names: add whole, or leave them out")
	case f.AtLeast > 1 && (f.Paths == nil || f.Whole != nil):
		return m, r.errorf(n, "at-least counts files of paths that lie together: write paths, and no whole")
	case f.AtLeast > 1 && (f.Is != "" || f.Begins != nil || f.Holds != nil || f.Main != nil):
		return m, r.errorf(n, "at-least counts files by their paths: leave out is, begins, holds and main")
	}
	for _, name := range f.Names {
		if !glob.IsPlain(name) || strings.Contains(name, "/") {
			return m, r.errorf(seen["names"], "the name %q has characters that names lack: write patterns to paths", name)
		}
	}
	if f.Main != nil {
		f.Is = Program
	}
	return m, nil
}

// base reads whether what the base image brings counts.
func (r *reader) base(m *Matcher) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		counts := false
		err := r.yes(&counts, "base")(n)
		m.NotBase = !counts
		return err
	}
}

func (r *reader) format(to *Format) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if !slices.Contains(formats(), Format(n.Value)) {
			return r.errorf(n, "%q is no form that files are known by: write one of %s", n.Value, list(formats()))
		}
		*to = Format(n.Value)
		return nil
	}
}

// dirs reads relative paths, such as .. and lib/rustlib.
func (r *reader) dirs(to *[]string, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if err := r.texts(to, what)(n); err != nil {
			return err
		}
		for _, p := range *to {
			if path.IsAbs(p) || path.Clean(p) != p {
				return r.errorf(n, "%s must be relative paths without needless parts, such as .. or lib/x: %q is not", what, p)
			}
		}
		return nil
	}
}

func (r *reader) version(to **Version) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		v, like := &Version{}, ""
		seen, err := r.mapping(n, "version", []key{
			{"in", r.text(&v.In, "in", false)},
			{"like", r.text(&like, "like", false)},
		})
		if err != nil {
			return err
		}
		if v.In == "" || like == "" {
			return r.errorf(n, "version needs in, the file that says it, and like, a regular expression whose first group it is")
		}
		if v.Like, err = regexp.Compile(like); err != nil {
			return r.errorf(seen["like"], "%q is no regular expression: %v", like, err)
		}
		if v.Like.NumSubexp() < 1 {
			return r.errorf(seen["like"], "%q has no group: put the version between ( and )", like)
		}
		*to = v
		return nil
	}
}

func (r *reader) dir(n *yaml.Node) (Matcher, error) {
	m, d := Matcher{}, &Dir{}
	m.Dir = d
	_, err := r.mapping(n, "a directory to match", []key{
		{"dir", r.text(&m.What, "dir", false)},
		{"title", r.text(&m.Title, "title", false)},
		{"paths", r.patterns(&d.Paths, "paths")},
		{"except", r.patterns(&d.Except, "except")},
		{"has", r.patterns(&d.Has, "has")},
		{"min", r.size(&d.Min, "min")},
		{"base", r.base(&m)},
	})
	if err == nil && d.Paths == nil {
		err = r.errorf(n, "a directory to match needs paths: where may it lie?")
	}
	return m, err
}

func (r *reader) packages(n *yaml.Node) (Matcher, error) {
	m, p := Matcher{}, &Packages{}
	m.Packages = p
	known := []inventory.Kind{
		inventory.Deb, inventory.Apk, inventory.RPM, inventory.NPM, inventory.PyPI, inventory.Gem,
		inventory.Composer, inventory.Maven, inventory.NuGet, inventory.Golang, inventory.Cargo,
	}
	_, err := r.mapping(n, "packages to match", []key{
		{"packages", r.texts(&p.Names, "packages")},
		{"title", r.text(&m.Title, "title", false)},
		{"except", r.texts(&p.Except, "except")},
		{"base", r.base(&m)},
		{"of", func(n *yaml.Node) error {
			var words []string
			if err := r.texts(&words, "of")(n); err != nil {
				return err
			}
			for _, w := range words {
				if !slices.Contains(known, inventory.Kind(w)) {
					return r.errorf(n, "packages of %q are not known: write some of %s", w, list(known))
				}
				p.Of = append(p.Of, inventory.Kind(w))
			}
			return nil
		}},
	})
	if err != nil {
		return m, err
	}
	for _, name := range append(slices.Clone(p.Names), p.Except...) {
		if _, err := path.Match(name, ""); err != nil {
			return m, r.errorf(n, "the package name %q has a [ that is not closed", name)
		}
	}
	m.What = fmt.Sprintf("packages such as %s", p.Names[0])
	return m, nil
}
