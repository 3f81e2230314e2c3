package leak

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
)

// Rules are all the rules, sorted by ID. Each family declares its own in a file
// rules_FAMILY.go.
func Rules() []finding.Rule {
	all := slices.Concat(toolchainRules(), sourceRules(), cacheRules(), repositoryRules(), secretRules())
	slices.SortFunc(all, func(a, b finding.Rule) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func ruleIndex() map[string]finding.Rule {
	index := map[string]finding.Rule{}
	for _, r := range Rules() {
		index[r.ID] = r
	}
	return index
}
