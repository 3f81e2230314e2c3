package leak

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// packages reports what package databases say was installed for building.
//
// Each layer that installs has the whole database again, so a layer's own part is
// what its database has and the one before had not. A package that a later
// database lacks again has been removed; its files are in the layer all the same.
func packages(v *view) []leak {
	return append(
		installed(v, "dpkg", func(l *layer) map[string]*database { return l.dpkg }),
		installed(v, "apk", func(l *layer) map[string]*database { return l.apk })...,
	)
}

func installed(v *view, manager string, databases func(*layer) map[string]*database) []leak {
	var leaks []leak
	state := map[string]map[string]pkg{} // by database path
	for i, l := range v.layers {
		for p := range state {
			if l.hides(p) {
				delete(state, p)
			}
		}
		added := map[string][]string{} // package names by family
		where := ""
		sizes := map[string]int64{}
		for _, p := range sortedKeys(databases(l)) {
			db := databases(l)[p]
			for name, pk := range db.packages {
				if _, had := state[p][name]; had {
					continue
				}
				if family := devPackage(name); family != "" {
					added[family] = append(added[family], name+" "+pk.version)
					sizes[family] += pk.size
					where = p
				}
			}
			state[p] = db.packages
		}
		for _, family := range sortedKeys(added) {
			names := added[family]
			slices.Sort(names)
			leaks = append(leaks, packageLeak(family, manager, names, leak{
				layer: i, path: where, database: true, size: sizes[family],
				gone: packagesGone(v, i, names, databases),
			}))
		}
	}
	return leaks
}

func packageLeak(family, manager string, names []string, l leak) leak {
	l.rule = ruleOfFamily(family)
	noun := "packages"
	if len(names) == 1 {
		noun = "package"
	}
	l.title = fmt.Sprintf("%s: %d %s package%s", family, len(names), manager, noun[len("package"):])
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
