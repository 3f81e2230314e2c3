package policyfile

import (
	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/compare/growth"
	"github.com/stagedive/stagedive/model/policy"
)

// growth reads by how much an image may grow: one limit, which is of its size, or limits
// by name.
func (r *reader) growth(n *yaml.Node) []policy.Growth {
	var out []policy.Growth
	one := func(key growth.Key) func(*yaml.Node) {
		return func(n *yaml.Node) {
			n = real(n)
			s := r.text(n, "growth of "+string(key))
			if s == "" {
				return
			}
			l, err := growth.ParseOne(string(key), s)
			if err != nil {
				r.problem(n.Line, "growth: %v", err)
				return
			}
			out = append(out, policy.Growth{Limit: l, Line: n.Line})
		}
	}
	if n = real(n); n.Kind == yaml.ScalarNode && !empty(n) {
		one(growth.Size)(n)
		return out
	}
	var known []field
	for _, k := range growth.Keys() {
		known = append(known, field{string(k), one(k)})
	}
	r.fields(n, "growth", known...)
	return out
}
