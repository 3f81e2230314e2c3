package leak

import (
	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/model/finding"
)

// Rules are the rules that stagedive brings along, sorted by ID. They are written down
// in package rules.
func Rules() []finding.Rule { return rules.Builtin().Rules() }

// Load adds users' rules to them; see rules.Load.
func Load(paths ...string) (*rules.Set, error) { return rules.Load(paths...) }

// letter stands for the family of a rule: that of its category.
func (v *view) letter(id string) byte {
	r, _ := v.rules.Rule(id)
	switch r.Category {
	case finding.Toolchain:
		return 'T'
	case finding.Source:
		return 'S'
	case finding.DevDeps:
		return 'D'
	case finding.Cache:
		return 'C'
	case finding.VCS:
		return 'V'
	case finding.Secret:
		return 'K'
	}
	return 'H'
}

// swallows are the families that a directory told of as one thing folds in.
func swallows(c finding.Category) string {
	switch c {
	case finding.Toolchain:
		return "TSCK"
	case finding.Cache:
		return "CSKVT"
	}
	return ""
}
