package policy

import (
	"slices"

	"github.com/stagedive/stagedive/model/compare/growth"
)

// Growth is by how much an image may be larger than what it was.
type Growth struct {
	growth.Limit
	Line int
}

// Limits are those that hold, each with the line that says it.
func (p Policy) Limits() []growth.Limit {
	var out []growth.Limit
	for _, g := range p.Growth {
		g.Where = p.at(g.Line)
		out = append(out, g.Limit)
	}
	return out
}

// replaced are limits with others put over them: of two about the same the later holds.
func replaced(all, more []Growth) []Growth {
	kept := slices.DeleteFunc(slices.Clone(all), func(g Growth) bool {
		return slices.ContainsFunc(more, func(o Growth) bool { return o.Key == g.Key })
	})
	return append(kept, more...)
}
