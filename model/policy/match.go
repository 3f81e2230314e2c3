package policy

import (
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
)

// Empty says whether it asks nothing at all, and so matches everything.
func (m Match) Empty() bool {
	return m.Rule == nil && m.Category == nil && m.Path == nil && m.Name == nil && m.Stage == nil && m.Package == nil && m.Base == nil
}

// matches says whether it chooses a finding.
func (m Match) matches(s Subject, f finding.Finding) bool {
	any := func(patterns []string, match func(string) bool) bool {
		return patterns == nil || slices.ContainsFunc(patterns, match)
	}
	return any(m.Rule, func(p string) bool { return Glob(p, f.Rule) }) &&
		any(m.Category, func(p string) bool { return p == string(f.Category) }) &&
		any(m.Path, func(p string) bool { return f.Path != "" && PathGlob(p, f.Path) }) &&
		any(m.Name, func(p string) bool { return f.Name != "" && Glob(p, f.Name) || Glob(p, f.Title) }) &&
		any(m.Stage, func(p string) bool { return Glob(p, s.stage(f.Stage)) }) &&
		any(m.Package, func(p string) bool { return s.about(f, p) }) &&
		(m.Base == nil || *m.Base == f.Base)
}

// stage is the label of a stage, or "".
func (s Subject) stage(i int) string {
	if s.Graph == nil || i < 0 || i >= len(s.Graph.Stages) {
		return ""
	}
	return s.Graph.Stages[i].Label()
}

// about says whether a finding is about a package: it lies where a package says that it
// is, or its title or name tells the package's. One that stands for several packages is
// about none of them: accepting one must not accept the others.
func (s Subject) about(f finding.Finding, pattern string) bool {
	if strings.Contains(f.Name, ", ") {
		return false
	}
	for _, text := range []string{f.Name, f.Title} {
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" (),;:\"", r) }) {
			if Glob(pattern, word) {
				return true
			}
		}
	}
	if s.Image == nil || f.Path == "" {
		return false
	}
	for _, p := range s.Image.Packages {
		if p.Path == "" || !Glob(pattern, p.Name) {
			continue
		}
		if dir := path.Dir(p.Path); p.Path == f.Path || owns(string(p.Kind)) && (dir == f.Path || strings.HasPrefix(f.Path, dir+"/")) {
			return true
		}
	}
	return false
}

// owns says of a kind of package that all beside its manifest is of the package.
func owns(kind string) bool { return kind == "npm" || kind == "composer" }
