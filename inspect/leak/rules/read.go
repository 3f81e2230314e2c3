package rules

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/inventory"
)

// reader reads a file of rules.
type reader struct {
	document
	own    bool // it came with stagedive
	common Rule // what holds for all rules of the file that don't say otherwise
}

// parse reads a file of rules.
func parse(name string, data []byte, own bool) ([]Rule, error) {
	r := &reader{document: document{name}, own: own}
	r.common.Severity = unset
	n, err := r.root(data)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return nil, r.errorf(n, "there is no rule in it: begin with %q", "rules:")
	}
	var list *yaml.Node
	keys := append(r.shared(&r.common),
		key{"rules", func(n *yaml.Node) error { list = n; return nil }})
	if _, err := r.mapping(n, "a file of rules", keys); err != nil {
		return nil, err
	}
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
		return nil, r.errorf(n, "there is no rule in it: list rules below %q", "rules:")
	}
	var rules []Rule
	for _, item := range list.Content {
		rule, err := r.rule(value(item))
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// shared are the keys of a rule that a file may have for all its rules.
func (r *reader) shared(to *Rule) []key {
	return []key{
		{"category", r.category(&to.Category)},
		{"severity", r.severity(&to.Severity)},
		{"why", r.text(&to.Why, "why", false)},
		{"fix", r.text(&to.Fix, "fix", false)},
		{"large", r.size(&to.Large, "large")},
	}
}

func (r *reader) rule(n *yaml.Node) (Rule, error) {
	rule := r.common
	rule.file, rule.line, rule.own = r.name, max(n.Line, 1), r.own
	if !r.own {
		rule.File = r.name
	}
	keys := slices.Concat([]key{
		{"id", r.text(&rule.ID, "id", false)},
		{"title", r.text(&rule.Title, "title", false)},
	}, r.shared(&rule), []key{
		{"more", r.text(&rule.More, "more", true)},
		{"match", func(n *yaml.Node) error {
			if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
				return r.errorf(n, "match must be a list: write %q below it", "- file: …")
			}
			for _, item := range n.Content {
				m, err := r.matcher(value(item))
				if err != nil {
					return err
				}
				rule.Match = append(rule.Match, m)
			}
			return nil
		}},
	})
	seen, err := r.mapping(n, "a rule", keys)
	if err != nil {
		return rule, err
	}
	for _, k := range [...]struct{ name, value string }{
		{"id", rule.ID},
		{"title", rule.Title},
		{"category", string(rule.Category)},
		{"why", rule.Why},
		{"fix", rule.Fix},
	} {
		if k.value == "" {
			return rule, r.errorf(n, "the rule %s has no %s", rule.ID, k.name)
		}
	}
	if rule.Severity == unset {
		return rule, r.errorf(n, "the rule %s has no severity: info, low, medium, high or critical", rule.ID)
	}
	if !r.own && rule.Match == nil {
		return rule, r.errorf(n, "the rule %s has no match: say how it is seen", rule.ID)
	}
	return rule, r.checkID(seen["id"], rule.ID)
}

// unset is the severity of a file that says none for its rules.
const unset = finding.Severity(255)

// isOwnID says whether an ID is one of stagedive's: SD-T001.
func isOwnID(id string) bool {
	return len(id) == len("SD-T001") && strings.HasPrefix(id, "SD-") && strings.IndexByte("TSDCVKH", id[3]) >= 0 && strings.Trim(id[4:], digits) == ""
}

// isID says whether an ID can be typed and told apart.
func isID(id string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return len(id) > 1 && len(id) <= 64 && strings.IndexByte(letters, id[0]) >= 0 && strings.Trim(id, letters+digits+"._-") == ""
}

const digits = "0123456789"

func (r *reader) checkID(n *yaml.Node, id string) error {
	upper := strings.ToUpper(id)
	switch {
	case r.own && !isOwnID(id):
		return r.errorf(n, "the id %s is none of stagedive's: SD-, the family's letter, three digits", id)
	case r.own:
	case strings.HasPrefix(upper, "SD-"), strings.HasPrefix(upper, "BK-"):
		return r.errorf(n, "the id %s begins with %s, as stagedive's own do: choose letters of your own, such as ACME-1", id, id[:3])
	case !isID(id):
		return r.errorf(n, "the id %q must be letters, digits, dots and dashes, such as ACME-1", id)
	}
	return nil
}

func (r *reader) category(to *finding.Category) func(*yaml.Node) error {
	known := []finding.Category{
		finding.Toolchain, finding.Source, finding.DevDeps, finding.Cache, finding.VCS, finding.Secret, finding.Hygiene,
	}
	return func(n *yaml.Node) error {
		if !slices.Contains(known, finding.Category(n.Value)) {
			return r.errorf(n, "the category %q is not known: write one of %s", n.Value, list(known))
		}
		*to = finding.Category(n.Value)
		return nil
	}
}

func (r *reader) severity(to *finding.Severity) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		s, ok := finding.ParseSeverity(n.Value)
		if !ok {
			return r.errorf(n, "the severity %q is not known: write one of info, low, medium, high, critical", n.Value)
		}
		*to = s
		return nil
	}
}

func list[S ~string](words []S) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}

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
