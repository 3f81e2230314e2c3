package leak

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/inventory"
)

// packages reports what package databases say was installed for building.
//
// Each layer that installs has the whole database again, so a layer's own part is
// what its database has and the one before had not. A package that a later
// database lacks again has been removed; its files are in the layer all the same.
func packages(v *view) []leak {
	return append(
		installed(v, inventory.Deb, func(l *layer) map[string]*database { return l.dpkg }),
		installed(v, inventory.Apk, func(l *layer) map[string]*database { return l.apk })...,
	)
}

// cause is what packages are told of as: a rule, and the title of the finding.
type cause struct{ rule, title string }

func installed(v *view, manager inventory.Kind, databases func(*layer) map[string]*database) []leak {
	var leaks []leak
	state := map[string]map[string]pkg{} // by database path
	for i, l := range v.layers {
		for p := range state {
			if l.hides(p) {
				delete(state, p)
			}
		}
		added := map[cause][]string{} // package names
		where := ""
		sizes := map[cause]int64{}
		for _, p := range sortedKeys(databases(l)) {
			db := databases(l)[p]
			for name, pk := range db.packages {
				if _, had := state[p][name]; had {
					continue
				}
				for _, m := range v.rules.Package(manager, name) {
					rule := v.rules.Of(m)
					c := cause{rule.ID, cmp.Or(m.Title, rule.Title)}
					added[c] = append(added[c], name+" "+pk.version)
					sizes[c] += pk.size
					where = p
				}
			}
			state[p] = db.packages
		}
		for _, c := range slices.SortedFunc(maps.Keys(added), func(a, b cause) int {
			return cmp.Or(strings.Compare(a.rule, b.rule), strings.Compare(a.title, b.title))
		}) {
			names := added[c]
			slices.Sort(names)
			leaks = append(leaks, packageLeak(c.title, manager, names, leak{
				rule: c.rule, layer: i, path: where, database: true, size: sizes[c],
				gone: packagesGone(v, i, names, databases),
			}))
		}
	}
	return leaks
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

// packagesGone is the layer whose database lists none of the packages any more,
// or that removes the database's files, or 0. Removing only the database hides
// the packages from scanners, it does not remove them: 0.
func packagesGone(v *view, from int, names []string, databases func(*layer) map[string]*database) int {
	for i := from + 1; i < len(v.layers); i++ {
		dbs := databases(v.layers[i])
		if len(dbs) == 0 {
			continue
		}
		listed := func(name string) bool {
			plain, _, _ := strings.Cut(name, " ")
			for _, db := range dbs {
				if _, ok := db.packages[plain]; ok {
					return true
				}
			}
			return false
		}
		if isWhole(dbs) && !slices.ContainsFunc(names, listed) {
			return i
		}
	}
	return 0
}

// isWhole says whether the databases are such as list everything in one file,
// unlike distroless's file per package.
func isWhole(dbs map[string]*database) bool {
	for p := range dbs {
		if path.Base(path.Dir(p)) == "status.d" {
			return false
		}
	}
	return true
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
