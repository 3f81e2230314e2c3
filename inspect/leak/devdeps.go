package leak

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/measure"
)

// ruleOfKind is the rule that packages for development are reported under.
func ruleOfKind(k inventory.Kind) string {
	switch k {
	case inventory.NPM:
		return "SD-D001"
	case inventory.PyPI:
		return "SD-D002"
	case inventory.Gem:
		return "SD-D003"
	case inventory.Composer:
		return "SD-D004"
	}
	return ""
}

// devPackages reports the packages that serve development only, one finding for all of a
// layer that lie in the same place. inspect/packages has found out which they are.
func devPackages(v *view) []leak {
	type group struct {
		layer      int
		rule, root string
		proven     bool // a manifest says so
		gone       bool
	}
	groups := map[group][]inventory.Package{}
	var order []group
	for _, p := range v.im.Packages {
		rule := ruleOfKind(p.Kind)
		if rule == "" || p.Dev == "" && !p.DevTool || v.namedBy(p) != nil || p.Kind == inventory.NPM && strings.Contains(p.Path, "/node_modules/npm/node_modules/") {
			continue // compilers and the like are findings of their own; npm's packages come with Node
		}
		g := group{p.Layer, rule, rootOf(p), p.Dev != "", p.Gone > 0}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], p)
	}
	var leaks []leak
	for _, g := range order {
		list := groups[g]
		l := leak{rule: g.rule, layer: g.layer, path: g.root, isDir: true}
		for _, p := range list {
			l.size += p.Size
			l.gone = max(l.gone, p.Gone)
			l.count += v.filesOf(p)
		}
		slices.SortStableFunc(list, func(a, b inventory.Package) int { return cmp.Compare(b.Size, a.Size) })
		l.name = plural(len(list), "package") + " (" + list[0].Name
		if len(list) > 1 {
			l.name += ", …"
		}
		l.name += ") in " + g.root
		largest := make([]string, 0, len(list))
		for _, p := range list {
			text := strings.TrimSpace(p.Name + " " + p.Version)
			if p.Size > 0 && len(largest) < 3 {
				text += ", " + measure.Bytes(p.Size)
			}
			largest = append(largest, text)
		}
		if g.proven {
			var by []string
			for _, p := range list {
				if !slices.Contains(by, p.Dev) {
					by = append(by, p.Dev)
				}
			}
			slices.Sort(by)
			l.evidence = append(l.evidence, fmt.Sprintf("listed for development only, or needed by nothing but what is listed so: in %s", enumerate(by, 3)))
		} else {
			l.milder = 1
			l.evidence = append(l.evidence, "no manifest tells what they are for: they are tools for development, and nothing else that is installed needs them")
		}
		l.evidence = append(l.evidence, listed(largest, 8))
		leaks = append(leaks, l)
	}
	return leaks
}

// filesOf is how many files a package of npm has, without those nested in it; of others
// their stores do not tell.
func (v *view) filesOf(p inventory.Package) int {
	if p.Kind != inventory.NPM {
		return 0
	}
	n, _ := v.layers[p.Layer].sum(path.Dir(p.Path))
	nested, _ := v.layers[p.Layer].sum(path.Dir(p.Path) + "/node_modules")
	return n - nested
}

// listed is enumerate with semicolons, for entries that have commas.
func listed(entries []string, n int) string {
	if len(entries) <= n {
		return strings.Join(entries, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(entries[:n], "; "), len(entries)-n)
}

// rootOf is the directory that a package lies in, side by side with others.
func rootOf(p inventory.Package) string {
	switch p.Kind {
	case inventory.NPM:
		before, _, _ := strings.Cut(p.Path, "/node_modules/")
		return before + "/node_modules"
	case inventory.Gem:
		before, _, _ := strings.Cut(p.Path, "/specifications/")
		return before
	}
	if p.Kind == inventory.PyPI && strings.HasSuffix(p.Path, ".egg-info") {
		return path.Dir(p.Path)
	}
	return path.Dir(path.Dir(p.Path)) // of vendor/composer/installed.json, of site-packages/NAME.dist-info/METADATA
}
