package leak

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
)

// maxOthers is how many further layers a finding's evidence names.
const maxOthers = 5

// merge makes one finding of what several layers add to the same root: a cache
// that three RUNs fill is one cache. It is told of the layer that adds most, with
// the size of all, and the others are named. What the base image brought, and what
// a later layer removes, is told apart: line and remedy are others.
func merge(v *view, leaks []leak) []leak {
	type cause struct {
		rule, at   string
		base, gone bool
	}
	at := map[cause]int{}
	var groups [][]leak
	for _, l := range leaks {
		key := cause{l.rule, l.cause, v.originOf(l).Base, l.gone > 0}
		if key.at == "" && (l.root || l.isDir || l.count > 0) && !l.database {
			key.at = l.path
		}
		i, ok := at[key]
		if !ok || key.at == "" {
			i = len(groups)
			at[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], l)
	}
	merged := leaks[:0:0]
	for _, g := range groups {
		if len(g) == 1 {
			merged = append(merged, g[0])
			continue
		}
		merged = append(merged, v.merged(g))
	}
	return merged
}

// merged is one leak of several with the same cause.
func (v *view) merged(group []leak) leak {
	slices.SortStableFunc(group, func(a, b leak) int {
		switch {
		case a.size > b.size:
			return -1
		case a.size < b.size:
			return 1
		}
		return a.layer - b.layer
	})
	most := group[0]
	others := slices.Clone(group[1:])
	slices.SortStableFunc(others, func(a, b leak) int { return a.layer - b.layer })
	most.evidence = slices.Clone(most.evidence)
	most.count = max(most.count, 1)
	most.holds = slices.Clone(most.standsFor())
	for i, l := range others {
		n := max(l.count, 1)
		most.count += n
		most.size += l.size
		most.holds = append(most.holds, l.standsFor()...)
		most.packages = append(most.packages[:len(most.packages):len(most.packages)], l.packages...)
		most.gone = max(most.gone, l.gone)
		most.worse, most.milder = max(most.worse, l.worse), min(most.milder, l.milder)
		most.others = append(most.others, l.layer)
		switch {
		case i == maxOthers-1 && len(others) > maxOthers:
			most.evidence = append(most.evidence, fmt.Sprintf("and %d more layers add to it", len(others)-i))
			continue
		case i >= maxOthers && len(others) > maxOthers:
			continue
		}
		what := ""
		if l.title != most.title {
			what = ": " + l.title
		}
		most.evidence = append(most.evidence, fmt.Sprintf("%s adds %s in %s%s", v.layerName(l.layer), measure.Bytes(l.size), measure.Plural(n, "file"), what))
	}
	if most.cause != "" {
		most.path = most.cause
	}
	return most
}

// alsoOn names the lines of the other layers that add to the same root, where they
// call for the same remedy: "; likewise on lines 23 and 52".
func (v *view) alsoOn(l leak) string {
	var lines []string
	for _, i := range l.others {
		step, ok := v.step(v.im.Layers[i].Origin)
		if n := fmt.Sprint(step.Line); ok && step.Command == "RUN" && !slices.Contains(lines, n) {
			lines = append(lines, n)
		}
	}
	switch n := len(lines); n {
	case 0:
		return ""
	case 1:
		return "; likewise on line " + lines[0]
	default:
		return "; likewise on lines " + strings.Join(lines[:n-1], ", ") + " and " + lines[n-1]
	}
}
