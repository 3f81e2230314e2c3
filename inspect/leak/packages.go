package leak

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/inventory"
)

// packages reports the distribution's packages that rules name, as one finding for each rule and title
// in a layer. A package that a layer brings in another version was there before, so it
// is not the layer's.
func packages(v *view) []leak {
	type group struct {
		layer             int
		kind              inventory.Kind
		rule, title, path string
	}
	groups := map[group][]inventory.Package{}
	var order []group
	removed := v.removals()
	for _, p := range v.im.Packages {
		for _, m := range v.rules.Package(p.Kind, p.Name) {
			if !isDistribution(p.Kind) || m.NotBase && p.Base || removed[change{p.Kind, p.Name, p.Path, p.Layer}] {
				continue
			}
			rule := v.rules.Of(m)
			g := group{p.Layer, p.Kind, rule.ID, m.Title, p.Path}
			if strings.HasPrefix(p.Path, "/var/lib/dpkg/status.d/") { // a file for each package
				g.path = path.Dir(p.Path)
			}
			if groups[g] == nil {
				order = append(order, g)
			}
			groups[g] = append(groups[g], p)
		}
	}
	slices.SortStableFunc(order, func(a, b group) int {
		return cmp.Or(cmp.Compare(b.kind, a.kind), a.layer-b.layer, strings.Compare(a.rule, b.rule), strings.Compare(a.title, b.title))
	})
	var leaks []leak
	for _, g := range order {
		l := leak{rule: g.rule, of: g.title, layer: g.layer, path: groups[g][0].Path, database: true}
		var names []string
		all := true
		for _, p := range groups[g] {
			names = append(names, p.Name+" "+p.Version)
			l.size += p.Size
			l.packages = append(l.packages, p)
			l.gone = max(l.gone, p.Gone)
			all = all && p.Gone > 0
		}
		if !all {
			l.gone = 0
		}
		r, _ := v.rules.Rule(g.rule)
		leaks = append(leaks, packageLeak(cmp.Or(g.title, r.Title), g.kind, names, l))
	}
	return leaks
}

// isDistribution says whether packages of a kind are those of a whole system. A rule that
// names no kind means these.
func isDistribution(k inventory.Kind) bool {
	return k == inventory.Deb || k == inventory.Apk || k == inventory.RPM
}

// change is a package that a layer takes away or brings.
type change struct {
	kind       inventory.Kind
	name, path string
	layer      int
}

// removals are the packages that layers take away: one that the same layer brings is only
// another version.
func (v *view) removals() map[change]bool {
	out := map[change]bool{}
	for _, p := range v.im.Packages {
		if p.Gone > 0 {
			out[change{p.Kind, p.Name, p.Path, p.Gone}] = true
		}
	}
	return out
}

func packageLeak(title string, manager inventory.Kind, names []string, l leak) leak {
	noun := "packages"
	if len(names) == 1 {
		noun = "package"
	}
	l.title = fmt.Sprintf("%s: %d %s package%s", title, len(names), managerName(manager), noun[len("package"):])
	var plain []string
	for _, n := range names {
		name, _, _ := strings.Cut(n, " ")
		plain = append(plain, name)
	}
	l.name = "package " + plain[0]
	if n := len(plain); n > 1 {
		l.name = fmt.Sprintf("%d packages (%s)", n, strings.Join(plain[:min(n, 2)], ", "))
		if n > 2 {
			l.name = strings.TrimSuffix(l.name, ")") + ", …)"
		}
	}
	l.evidence = []string{fmt.Sprintf("%s lists %s", l.path, enumerate(names, 8))}
	return l
}

// managerName is who manages packages of a kind, as titles say it.
func managerName(k inventory.Kind) string {
	if k == inventory.Deb {
		return "dpkg"
	}
	return string(k)
}

// enumerate lists at most n of the names and says how many more there are.
func enumerate(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:n], ", "), len(names)-n)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
