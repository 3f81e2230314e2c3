package leak

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/paths"
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

// manyRoots is how many places of one layer are told of by themselves: a repository of many
// projects is one finding, in the directory that holds them all.
const manyRoots = 3

// devGroup are packages for development that are told of together.
type devGroup struct {
	layer      int
	rule, root string
	proven     bool // a manifest says so
	gone       bool
}

// anywhere is the group without its place.
func (g devGroup) anywhere() devGroup {
	g.root = ""
	return g
}

// devPackages reports the packages that serve development only, one finding for all of a
// layer that lie in the same place. inspect/packages has found out which they are.
func devPackages(v *view) []leak {
	type of struct {
		devGroup
		p inventory.Package
	}
	var all []of
	roots := map[devGroup]map[string]bool{} // by group without root
	for _, p := range v.im.Packages {
		rule := ruleOfKind(p.Kind)
		if rule == "" || p.Dev == "" && !p.DevTool || v.namedBy(p) != nil || p.Kind == inventory.NPM && strings.Contains(p.Path, "/node_modules/npm/node_modules/") {
			continue // compilers and the like are findings of their own; npm's packages come with Node
		}
		g := devGroup{layer: p.Layer, rule: rule, proven: p.Dev != "", gone: p.Gone > 0}
		all = append(all, of{g, p})
		if roots[g] == nil {
			roots[g] = map[string]bool{}
		}
		roots[g][rootOf(p)] = true
	}
	together := map[devGroup]string{}
	for g, list := range roots {
		for root := range list {
			if together[g] == "" {
				together[g] = path.Dir(root)
			}
			together[g] = paths.Common(together[g], root)
		}
	}
	groups := map[devGroup][]inventory.Package{}
	var order []devGroup
	for _, x := range all {
		g := x.devGroup
		if g.root = rootOf(x.p); len(roots[g.anywhere()]) > manyRoots {
			g.root = together[g.anywhere()]
		}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], x.p)
	}
	var leaks []leak
	for _, g := range order {
		list := groups[g]
		l := leak{rule: g.rule, layer: g.layer, path: g.root, isDir: true}
		for _, p := range list {
			l.size += p.Size
			l.gone = max(l.gone, p.Gone)
			l.count += v.filesOf(p)
			l.holds = append(l.holds, packageHolds(p)...)
		}
		slices.SortStableFunc(list, func(a, b inventory.Package) int { return cmp.Compare(b.Size, a.Size) })
		l.name = measure.Plural(len(list), "package") + " (" + list[0].Name
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
			who := map[string]bool{}
			for _, p := range list {
				who[manifestName(p.Dev)] = true
			}
			by := sortedKeys(who)
			l.evidence = append(l.evidence, fmt.Sprintf("listed for development only, or needed by nothing but what is listed so: in %s", enumerate(by, 3)))
		} else {
			l.milder = 1
			l.evidence = append(l.evidence, "no manifest tells what they are for: they are tools for development, and nothing else that is installed needs them")
		}
		if len(list) > 1 {
			largest[0] = "the largest: " + largest[0]
		}
		l.evidence = append(l.evidence, listed(largest, 8))
		leaks = append(leaks, l)
	}
	return leaks
}

// manifestName is how a manifest is told of: by its path, with where that is.
func manifestName(dev string) string {
	if name, ok := strings.CutPrefix(dev, "context:"); ok {
		return name + " of the build context"
	}
	return dev
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
