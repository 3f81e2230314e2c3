package leak

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/measure"
)

// languagePackages reports the packages of languages that rules name: each rule's in the
// same place of a layer as one finding, told of the largest.
func languagePackages(v *view) []leak {
	type group struct {
		layer             int
		rule, title, root string
		gone              bool
	}
	groups := map[group][]inventory.Package{}
	var order []group
	for _, p := range v.im.Packages {
		for _, m := range v.namedBy(p) {
			rule := v.rules.Of(m)
			g := group{p.Layer, rule.ID, m.Title, placeOf(p), p.Gone > 0}
			if groups[g] == nil {
				order = append(order, g)
			}
			groups[g] = append(groups[g], p)
		}
	}
	var leaks []leak
	for _, g := range order {
		list := groups[g]
		slices.SortStableFunc(list, func(a, b inventory.Package) int { return cmp.Compare(b.Size, a.Size) })
		l := leak{rule: g.rule, title: g.title, layer: g.layer, path: g.root, isDir: true}
		r, _ := v.rules.Rule(g.rule)
		for _, p := range list {
			l.size += p.Size
			l.gone = max(l.gone, p.Gone)
			l.count += v.filesOf(p)
			l.holds = append(l.holds, packageHolds(p)...)
			l.evidence = append(l.evidence, packageWords(p))
			if dir := packageDir(p); dir != "" { // what is seen below it is part of it
				v.roots = append(v.roots, leak{rule: g.rule, path: dir, swallows: swallows(r.Category)})
			}
		}
		if list[0].Kind == inventory.NPM && !slices.ContainsFunc(list, func(p inventory.Package) bool { return p.Dev != "" || p.DevTool }) {
			l.milder = 1 // something that runs may need them
		}
		if dir := packageDir(list[0]); len(list) == 1 && dir != "" {
			l.path, l.root, l.isDir, l.swallows = dir, true, false, swallows(r.Category)
		} else if len(list) > 1 {
			l.name = fmt.Sprintf("%s (%s, …) in %s", measure.Plural(len(list), "package"), list[0].Name, g.root)
		} else {
			l.path, l.isDir = list[0].Path, false
		}
		l.evidence = limit(l.evidence, 4)
		leaks = append(leaks, l)
	}
	return leaks
}

// namedBy are the matchers that a language's package is of.
func (v *view) namedBy(p inventory.Package) []*rules.Matcher {
	if isDistribution(p.Kind) || p.Kind == inventory.NPM && !isNodePackage(p) {
		return nil
	}
	return slices.DeleteFunc(v.rules.Package(p.Kind, p.Name), func(m *rules.Matcher) bool {
		return !slices.Contains(m.Packages.Of, p.Kind) || m.NotBase && p.Base
	})
}

// isNodePackage says whether a package of npm lies where programs find it under its name,
// and is none of npm's own, which come with a Node runtime.
func isNodePackage(p inventory.Package) bool {
	root := path.Dir(p.Path)
	return strings.HasSuffix(root, "/node_modules/"+p.Name) && !strings.Contains(root, "/node_modules/npm/")
}

// placeOf is where packages lie that are told of together: side by side, or in one file.
func placeOf(p inventory.Package) string {
	switch p.Kind {
	case inventory.Golang, inventory.Cargo, inventory.Maven, inventory.NuGet:
		return p.Path
	}
	return rootOf(p)
}

// packageDir is the directory that a package has for its own, or "".
func packageDir(p inventory.Package) string {
	if p.Kind == inventory.NPM {
		return path.Dir(p.Path)
	}
	return ""
}

// packageHolds is where a package's files lie: the directories that are its own, by the
// habits of those who install it, or the file that says it is there.
func packageHolds(p inventory.Package) []string {
	dir, parent := path.Dir(p.Path), rootOf(p)
	switch p.Kind {
	case inventory.NPM:
		return []string{dir}
	case inventory.PyPI:
		if path.Base(p.Path) != "METADATA" {
			return []string{p.Path}
		}
		// Most are imported under their own name. What is not there is nobody's.
		module := strings.ToLower(strings.ReplaceAll(p.Name, "-", "_"))
		return []string{dir, path.Join(parent, module), path.Join(parent, module+".py")}
	case inventory.Gem:
		return []string{p.Path, path.Join(parent, "gems", strings.TrimSuffix(path.Base(p.Path), ".gemspec"))}
	case inventory.Composer:
		return []string{path.Join(parent, p.Name)}
	}
	return []string{p.Path}
}

func packageWords(p inventory.Package) string {
	text := fmt.Sprintf("%s is %s", p.Path, strings.TrimSpace(p.Name+" "+p.Version))
	if p.Size > 0 {
		text += ", " + measure.Bytes(p.Size)
	}
	if p.Dev != "" {
		text += "; " + manifestName(p.Dev) + " lists it for development only"
	}
	return text
}
