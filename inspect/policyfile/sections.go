package policyfile

import (
	"path"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/policy"
)

// policy reads all of a policy, or what it says of one target.
func (r *reader) policy(n *yaml.Node, whole bool) policy.Policy {
	var p policy.Policy
	what, known := "a target", []field{
		{"fail-on", func(n *yaml.Node) {
			level := r.level(n, "fail-on")
			p.FailOn = &level
		}},
		{"severity", func(n *yaml.Node) { p.Severity = r.overrides(n) }},
		{"allow", func(n *yaml.Node) { r.each(n, func(n *yaml.Node) { p.Allow = append(p.Allow, r.allow(n)) }) }},
		{"paths", func(n *yaml.Node) {
			r.fields(n, "paths",
				field{"forbidden", func(n *yaml.Node) { p.Forbidden = r.paths(n, true) }},
				field{"required", func(n *yaml.Node) { p.Required = r.paths(n, false) }})
		}},
		{"packages", func(n *yaml.Node) {
			r.fields(n, "packages", field{"forbidden", func(n *yaml.Node) {
				r.each(n, func(n *yaml.Node) { p.Packages = append(p.Packages, r.pkg(n)) })
			}})
		}},
		{"budgets", func(n *yaml.Node) { p.Budgets = r.budgets(n) }},
		{"growth", func(n *yaml.Node) { p.Growth = r.growth(n) }},
		{"tests", func(n *yaml.Node) { p.Tests = r.files(n, "tests") }},
		{"probes", func(n *yaml.Node) { p.Probes = r.probes(n) }},
	}
	if whole {
		what = "a policy"
		known = append(known,
			field{"rules", func(n *yaml.Node) { p.Rules = r.files(n, "rules") }},
			field{"targets", func(n *yaml.Node) { p.Targets = r.targets(n) }})
	}
	r.fields(n, what, known...)
	return p
}

func (r *reader) targets(n *yaml.Node) map[string]policy.Policy {
	if n = real(n); empty(n) {
		return nil
	}
	out := map[string]policy.Policy{}
	if n.Kind != yaml.MappingNode {
		r.problem(n.Line, "targets is %s; write the name of a stage, and below it what holds for that one", kindName(n))
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := r.text(n.Content[i], "the name of a target")
		if _, twice := out[name]; twice {
			r.problem(n.Content[i].Line, "the target %q is there already; write it once", name)
		}
		out[name] = r.policy(n.Content[i+1], false)
	}
	return out
}

func (r *reader) files(n *yaml.Node, what string) []policy.File {
	var out []policy.File
	r.each(n, func(n *yaml.Node) {
		if s := r.text(n, "a file of "+what); s != "" {
			out = append(out, policy.File{Path: s, Line: n.Line})
		}
	})
	return out
}

// match are the keys that choose findings.
func (r *reader) match(m *policy.Match) []field {
	globs := func(to *[]string, what string) func(*yaml.Node) {
		return func(n *yaml.Node) {
			*to = r.texts(n, what)
			for _, g := range *to {
				r.glob(n, what, g)
			}
		}
	}
	return []field{
		{"rule", globs(&m.Rule, "rule")},
		{"category", func(n *yaml.Node) {
			m.Category = r.texts(n, "category")
			known := []string{
				string(finding.Toolchain), string(finding.Source), string(finding.DevDeps), string(finding.Cache), string(finding.VCS),
				string(finding.Secret), string(finding.Hygiene), string(finding.Build), string(finding.Policy),
			}
			for _, c := range m.Category {
				if !slices.Contains(known, c) {
					r.problem(n.Line, "there is no category %q; use one of %v", c, known)
				}
			}
		}},
		{"path", func(n *yaml.Node) {
			m.Path = r.texts(n, "path")
			for _, g := range m.Path {
				r.pathGlob(n, g)
			}
		}},
		{"name", globs(&m.Name, "name")},
		{"stage", globs(&m.Stage, "stage")},
		{"package", globs(&m.Package, "package")},
		{"base", func(n *yaml.Node) {
			v := r.yes(n, "base")
			m.Base = &v
		}},
	}
}

// glob asks of a pattern for names that it can be one.
func (r *reader) glob(n *yaml.Node, what, pattern string) {
	if _, err := path.Match(pattern, ""); err != nil {
		r.problem(n.Line, "%s %q has a [ that is not closed, or nothing between [ and ]", what, pattern)
	}
}

// pathGlob asks it of a pattern for paths.
func (r *reader) pathGlob(n *yaml.Node, pattern string) {
	if _, err := glob.Compile(pattern); err != nil {
		r.problem(n.Line, "path %q %v", pattern, err)
	}
}

// overrides are a list, or a mapping of rules to severities.
func (r *reader) overrides(n *yaml.Node) []policy.Override {
	var out []policy.Override
	n = real(n)
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			rule, level := n.Content[i], n.Content[i+1]
			r.glob(rule, "rule", rule.Value)
			if slices.ContainsFunc(out, func(o policy.Override) bool { return o.Rule[0] == rule.Value }) {
				r.problem(rule.Line, "%q is there already; write it once", rule.Value)
			}
			out = append(out, policy.Override{Match: policy.Match{Rule: []string{r.text(rule, "a rule")}}, Level: r.level(level, "the severity of "+rule.Value), Line: rule.Line})
		}
		return out
	}
	r.each(n, func(n *yaml.Node) {
		o, given := policy.Override{Line: n.Line}, false
		r.fields(n, "an entry of severity", append(r.match(&o.Match), field{"level", func(n *yaml.Node) {
			o.Level, given = r.level(n, "level"), true
		}})...)
		if n.Kind == yaml.MappingNode && !given {
			r.problem(n.Line, "this entry of severity has no level; write level: low, or info, medium, high, critical")
		}
		r.chooses(n, o.Match, "severity")
		out = append(out, o)
	})
	return out
}

// chooses asks of an entry that it says what it is about.
func (r *reader) chooses(n *yaml.Node, m policy.Match, what string) {
	if n.Kind == yaml.MappingNode && m.Empty() {
		r.problem(n.Line, "this entry of %s would match every finding; write rule:, path: or another key that chooses", what)
	}
}

func (r *reader) allow(n *yaml.Node) policy.Allow {
	a := policy.Allow{Line: n.Line}
	r.fields(n, "an entry of allow", append(r.match(&a.Match),
		field{"reason", func(n *yaml.Node) { a.Reason = r.text(n, "reason") }},
		field{"until", func(n *yaml.Node) {
			a.Until = r.text(n, "until")
			if _, err := time.Parse(time.DateOnly, a.Until); err != nil && a.Until != "" {
				r.problem(n.Line, "until is %q; write a day as 2026-12-31", a.Until)
			}
		}})...)
	if n.Kind == yaml.MappingNode && a.Reason == "" && !has(n, "reason") {
		r.problem(n.Line, "this entry of allow has no reason; write reason: and why this may stay")
	}
	r.chooses(n, a.Match, "allow")
	return a
}

func has(n *yaml.Node, key string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

func (r *reader) paths(n *yaml.Node, forbidden bool) []policy.Path {
	var out []policy.Path
	r.each(n, func(n *yaml.Node) {
		p := policy.Path{Level: policy.Default, Line: n.Line}
		if n.Kind == yaml.ScalarNode {
			p.Glob = r.text(n, "a path")
		} else {
			known := []field{
				{"path", func(n *yaml.Node) { p.Glob = r.text(n, "path") }},
				{"reason", func(n *yaml.Node) { p.Reason = r.text(n, "reason") }},
				{"severity", func(n *yaml.Node) { p.Level = r.level(n, "severity") }},
			}
			if forbidden {
				known = append(known, field{"deleted", func(n *yaml.Node) { p.Deleted = r.yes(n, "deleted") }})
			}
			r.fields(n, "an entry of paths", known...)
			if n.Kind == yaml.MappingNode && !has(n, "path") {
				r.problem(n.Line, "this entry of paths has no path; write path: and a pattern")
			}
		}
		if p.Glob != "" {
			r.pathGlob(n, p.Glob)
		}
		out = append(out, p)
	})
	return out
}

// kinds are those that a policy may name.
func kinds() []string {
	return []string{
		string(inventory.Deb), string(inventory.Apk), string(inventory.RPM), string(inventory.NPM), string(inventory.PyPI), string(inventory.Gem),
		string(inventory.Composer), string(inventory.Maven), string(inventory.NuGet), string(inventory.Golang), string(inventory.Cargo),
	}
}

func (r *reader) pkg(n *yaml.Node) policy.Package {
	p := policy.Package{Level: policy.Default, Line: n.Line}
	if n.Kind == yaml.ScalarNode {
		p.Name = r.text(n, "a package")
		r.glob(n, "a package", p.Name)
		return p
	}
	r.fields(n, "an entry of packages",
		field{"kind", func(n *yaml.Node) {
			if p.Kind = r.text(n, "kind"); p.Kind != "" && !slices.Contains(kinds(), p.Kind) {
				r.problem(n.Line, "there is no kind of packages %q; use one of %v", p.Kind, kinds())
			}
		}},
		field{"name", func(n *yaml.Node) {
			p.Name = r.text(n, "name")
			r.glob(n, "name", p.Name)
		}},
		field{"version", func(n *yaml.Node) {
			if s := r.text(n, "version"); s != "" {
				v, err := policy.ParseRange(s)
				if err != nil {
					r.problem(n.Line, "version: %v", err)
				}
				p.Version = v
			}
		}},
		field{"reason", func(n *yaml.Node) { p.Reason = r.text(n, "reason") }},
		field{"severity", func(n *yaml.Node) { p.Level = r.level(n, "severity") }})
	if n.Kind == yaml.MappingNode && !has(n, "name") {
		r.problem(n.Line, "this entry of packages has no name; write name: and a pattern, * for all")
	}
	return p
}

func (r *reader) budgets(n *yaml.Node) []policy.Budget {
	var out []policy.Budget
	var known []field
	for _, kind := range policy.BudgetKinds() {
		known = append(known, field{string(kind), func(n *yaml.Node) {
			n = real(n)
			b := policy.Budget{Kind: kind, Level: policy.Default, Line: n.Line}
			if n.Kind == yaml.MappingNode {
				r.fields(n, "a budget",
					field{"limit", func(n *yaml.Node) { b.Limit = r.limit(n, kind) }},
					field{"severity", func(n *yaml.Node) { b.Level = r.level(n, "severity") }})
				if !has(n, "limit") {
					r.problem(n.Line, "the budget %s has no limit; write limit: and how much", kind)
				}
			} else {
				b.Limit = r.limit(n, kind)
			}
			out = append(out, b)
		}})
	}
	r.fields(n, "budgets", known...)
	return out
}

func (r *reader) limit(n *yaml.Node, kind policy.BudgetKind) int64 {
	s := r.text(n, "the budget "+string(kind))
	if s == "" {
		return 0
	}
	if kind.Bytes() {
		v, err := measure.ParseBytes(s)
		if err != nil {
			r.problem(n.Line, "the budget %s: %v", kind, err)
		}
		return v
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < 0 {
		r.problem(n.Line, "the budget %s is %q; write a number as 12", kind, s)
	}
	return v
}
