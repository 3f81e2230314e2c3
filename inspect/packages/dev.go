package packages

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/sanitize"
)

// root is where packages of one kind lie side by side: a node_modules with all that is
// nested in it, a site-packages, a bundle of gems, a vendor directory.
type root struct {
	kind kind
	dir  string
	all  []int // indexes into filler.all

	byName map[string][]int // by the name that others need them by
	byDir  map[string]int   // of npm, by home
	// Of npm, names that are needed to run further down, where Node.js goes up to look for
	// modules: by what is installed there, and by manifests there.
	below map[string]bool
}

// rootOf is the root that a package lies in, "" for none.
func rootOf(k kind, storePath string) string {
	switch k {
	case npm:
		if i := strings.Index(storePath, "/node_modules/"); i >= 0 {
			return storePath[:i+len("/node_modules")]
		}
	case pypi:
		if strings.HasSuffix(storePath, ".egg-info") {
			return path.Dir(storePath)
		}
		return path.Dir(path.Dir(storePath))
	case gem:
		before, _, _ := strings.Cut(storePath, "/specifications")
		return before
	case composer:
		return path.Dir(path.Dir(storePath))
	}
	return ""
}

// develop finds the packages that serve development only.
func (f *filler) develop(opt Options) {
	roots := map[string]*root{}
	for i, p := range f.all {
		dir := rootOf(p.store, p.raw)
		if dir == "" {
			continue
		}
		key := string(rune(p.store)) + dir
		r := roots[key]
		if r == nil {
			r = &root{kind: p.store, dir: dir, byName: map[string][]int{}, byDir: map[string]int{}, below: map[string]bool{}}
			roots[key] = r
		}
		name := p.item.name
		switch r.kind {
		case pypi:
			name = normal(name)
		case npm:
			name = nodeModule(p.home)
			r.byDir[p.home] = i
		}
		r.all = append(r.all, i)
		if len(r.byName[name]) < maxSame {
			r.byName[name] = append(r.byName[name], i)
		}
	}
	up := func(dir string, need []string) { // tells the roots above a directory
		for level := 0; len(need) > 0 && dir != "/" && level < maxLevels; level++ {
			dir = path.Dir(dir)
			if r := roots[string(rune(npm))+path.Join(dir, "node_modules")]; r != nil {
				for _, name := range need {
					r.below[name] = true
				}
			}
		}
	}
	for _, r := range roots {
		for _, i := range r.all {
			if r.kind == npm {
				up(path.Dir(r.dir), f.all[i].item.needs)
			}
		}
	}
	for _, m := range f.manifests {
		if m.kind == manifest|npm {
			up(path.Dir(m.path), m.asks())
		}
	}
	outside := &context{fsys: opt.Context}
	spread := 0 // roots that all manifests are taken for
	for _, key := range slices.Sorted(maps.Keys(roots)) {
		r := roots[key]
		if r.kind == pypi || r.kind == gem {
			if spread++; spread > maxSpread {
				continue
			}
		}
		f.judge(r, outside)
	}
}

// Bounds of what is looked at, beyond those of any real image: without them, lists that are
// made to go through each other take for ever.
const (
	maxSame   = 100 // packages of one name in one root
	maxLevels = 12  // directories that are gone up
	maxSpread = 100 // roots of Python's or Ruby's, and manifests that are taken for each
)

// judge tells of one root which of its packages serve development only, by what its
// project's manifests ask for; where none speaks of development, by what they are.
func (f *filler) judge(r *root, outside *context) {
	f.byStore(r)
	run, dev := maps.Clone(r.below), map[string]string{} // the second: where it is asked for
	speaks, silent := false, false
	take := func(m store, named string) {
		for _, it := range m.items {
			switch {
			case it.version == workspace:
				silent = true // what the others ask for is not known
			case it.dev:
				speaks = true
				if dev[it.name] == "" {
					dev[it.name] = named
				}
			default:
				run[it.name] = true
			}
		}
	}
	known := false
	for _, m := range f.manifestsOf(r) {
		take(m, sanitize.Text(m.path))
		known = true
	}
	if !speaks {
		for _, m := range outside.manifests(r) {
			take(m, "context:"+sanitize.Text(strings.TrimPrefix(m.path, "/")))
			known = true
		}
	}
	if silent {
		return
	}
	if len(dev) > 0 {
		for i, by := range f.only(r, run, dev) {
			if f.all[i].Dev == "" && !f.all[i].listed {
				f.all[i].Dev = by
			}
		}
		return
	}
	if known && speaks {
		return
	}
	if strings.HasPrefix(r.dir, "/usr/lib/python3") { // the distribution's: its packages say why they are there
		return
	}
	tools := map[string]string{}
	for name, of := range r.byName {
		isIt := func(i int) bool { return r.kind != npm || f.all[i].item.name == name } // not another under its name
		if isDevTool(r.kind, name) && !run[name] && slices.ContainsFunc(of, isIt) {
			tools[name] = name
		}
	}
	for i := range f.only(r, run, tools) {
		if f.all[i].Dev == "" && !f.all[i].listed {
			f.all[i].DevTool = true
		}
	}
}

// asks are the names that a manifest asks for to run.
func (st store) asks() []string {
	var names []string
	for _, it := range st.items {
		if !it.dev && it.version != workspace {
			names = append(names, it.name)
		}
	}
	return names
}

// byStore takes what stores and locks say themselves: composer's list of what it has
// installed, and npm's of what is in a node_modules.
func (f *filler) byStore(r *root) {
	for _, i := range r.all {
		if p := &f.all[i]; p.item.dev {
			p.Dev = p.Path
		}
	}
	if r.kind != npm {
		return
	}
	dir := path.Dir(r.dir)
	for _, l := range f.locks[dir] {
		for _, it := range l.items {
			if i, ok := r.byDir[path.Join(dir, it.name)]; ok {
				f.all[i].listed = true
				if it.dev && f.all[i].Dev == "" {
					f.all[i].Dev = sanitize.Text(l.path)
				}
			}
		}
	}
}

// manifestsOf are those of a root's project: of npm and composer those beside the root, of
// the others all, as what they ask for is installed anywhere.
func (f *filler) manifestsOf(r *root) []store {
	if r.kind == npm || r.kind == composer {
		return f.beside[string(rune(r.kind))+path.Dir(r.dir)]
	}
	var out []store
	for _, m := range f.manifests {
		if m.kind == manifest|r.kind && len(out) < maxSpread {
			out = append(out, m)
		}
	}
	return out
}

// only are the packages that dev's need and nothing else does, each with what asks for
// it. Whoever is not needed by dev's may be there for a reason that no manifest tells, so
// what it needs is left out, too.
func (f *filler) only(r *root, run map[string]bool, dev map[string]string) map[int]string {
	byDev := map[int]string{}
	var todo []int
	for _, name := range slices.Sorted(maps.Keys(dev)) {
		for _, i := range r.top(f, name) {
			if _, ok := byDev[i]; !ok {
				byDev[i] = dev[name]
				todo = append(todo, i)
			}
		}
	}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, n := range r.needs(f, i) {
			if _, ok := byDev[n]; !ok {
				byDev[n] = byDev[i]
				todo = append(todo, n)
			}
		}
	}
	kept := map[int]bool{}
	keep := func(i int) {
		if !kept[i] {
			kept[i] = true
			todo = append(todo, i)
		}
	}
	for _, i := range r.all {
		if _, ok := byDev[i]; !ok {
			keep(i)
		}
	}
	for name := range run {
		for _, i := range r.top(f, name) {
			keep(i)
		}
	}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, n := range r.needs(f, i) {
			keep(n)
		}
	}
	maps.DeleteFunc(byDev, func(i int, _ string) bool { return kept[i] })
	return byDev
}

// top are the packages that a project means by a name: of npm those right in the root or,
// where links lead there, in a store (pnpm's). What is nested in a package is that one's.
func (r *root) top(f *filler, name string) []int {
	if r.kind != npm {
		return r.byName[name]
	}
	if i, ok := r.byDir[path.Join(r.dir, name)]; ok {
		return []int{i}
	}
	var out []int
	for _, i := range r.byName[name] {
		if strings.HasPrefix(f.all[i].home, r.dir+"/.") {
			out = append(out, i)
		}
	}
	return out
}

// needs are the packages that one needs: of npm what is nearest, going up (as Node.js
// looks for modules); else, and where only links tell, all of that name.
func (r *root) needs(f *filler, of int) []int {
	var out []int
	p := &f.all[of]
	for _, name := range p.item.needs {
		if r.kind != npm {
			out = append(out, r.byName[name]...)
			continue
		}
		found := false
		for dir := p.home; len(dir) >= len(r.dir); dir = path.Dir(dir) {
			at := path.Join(dir, "node_modules", name)
			if path.Base(dir) == "node_modules" {
				at = path.Join(dir, name)
			}
			if i, ok := r.byDir[at]; ok {
				out, found = append(out, i), true
				break
			}
		}
		if !found {
			out = append(out, r.byName[name]...)
		}
	}
	return out
}
