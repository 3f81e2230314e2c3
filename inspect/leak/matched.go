package leak

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// matched reports the files that rules see: a distribution in a directory of its own as
// one thing with all that is below it, and what lies among other files as one finding of
// each rule and title in a layer.
func matched(v *view) []leak {
	versions := v.versions()
	var leaks []leak
	for i := range v.layers {
		for _, g := range v.groups(i) {
			leaks = append(leaks, v.groupLeak(i, g, versions))
		}
	}
	return leaks
}

// distribution is a directory that stands for what a rule is about.
type distribution struct {
	rule int
	root string
}

// said is the version that a distribution says it is.
type said struct{ path, version string }

// versions are those of all layers' distributions.
func (v *view) versions() map[distribution]said {
	found := map[distribution]said{}
	for _, l := range v.layers {
		for _, m := range l.marks {
			if m.Kind != mark.RuleVersion {
				continue
			}
			mt := v.rules.Matcher(m.Line)
			if mt == nil || mt.File == nil || mt.File.Version == nil {
				continue
			}
			if root, ok := strings.CutSuffix(m.Path, "/"+mt.File.Version.In); ok {
				found[distribution{mt.Rule, root}] = said{m.Path, m.Name}
			}
		}
	}
	return found
}

// group is what makes one finding.
type group struct {
	distribution        // root is "" for what lies among other files
	title        string // "" for the rule's
	hits         []hit
}

// hit is a file that proved something, and what.
type hit struct {
	mark.Mark
	*rules.Matcher
}

// groups joins a layer's hits.
func (v *view) groups(index int) []group {
	l := v.layers[index]
	type cause struct {
		distribution
		title string
	}
	at := map[cause]int{}
	var groups []group
	for _, m := range l.marks {
		if m.Kind != mark.RuleHit {
			continue
		}
		mt := v.rules.Matcher(m.Line)
		if mt == nil || mt.File == nil {
			continue
		}
		if mt.NotBase && v.im.Layers[index].Origin.Base || v.beside(index, mt.File.Unless, m.Path) {
			continue
		}
		root := l.whole(mt.File, m.Path)
		if root == "" && !mt.File.Alone {
			continue
		}
		title := named(mt.Title, m.Name)
		k := cause{distribution{mt.Rule, root}, title}
		if root != "" {
			k.title = ""
		}
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k] = i
			groups = append(groups, group{distribution: k.distribution, title: title})
		}
		groups[i].hits = append(groups[i].hits, hit{m, mt})
	}
	for i := range groups {
		g := &groups[i]
		slices.SortStableFunc(g.hits, func(a, b hit) int { return a.ID - b.ID })
		g.title = named(g.hits[0].Title, g.hits[0].Name)
	}
	groups = slices.DeleteFunc(groups, func(g group) bool { return g.root == "" && isPart(g, groups) })
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), strings.Compare(a.root, b.root), strings.Compare(a.title, b.title))
	})
	return groups
}

// beside says whether one of the paths, seen from a file's directory, is there when its
// layer is.
func (v *view) beside(layer int, paths []string, file string) bool {
	for _, p := range paths {
		at := path.Join(path.Dir(file), p)
		for i := layer; i >= 0; i-- {
			if l := v.layers[i]; l.has(at) {
				return true
			} else if l.hidesAny && l.tree.HidesPath(at) {
				break
			}
		}
	}
	return false
}

// isPart says whether all of a group lies in distributions of the same rule.
func isPart(g group, groups []group) bool {
	for _, h := range g.hits {
		if !slices.ContainsFunc(groups, func(d group) bool { return d.rule == g.rule && d.root != "" && paths.Below(h.Path, d.root) }) {
			return false
		}
	}
	return true
}

// named puts a name into a rule's words.
func named(words, name string) string {
	words = strings.ReplaceAll(words, "{name}", name)
	return words
}

// whole is the directory that a file makes a distribution, or "".
func (l *layer) whole(f *rules.File, p string) string {
	for _, up := range f.Whole {
		root := path.Join(path.Dir(p), up)
		if isSystemDir(root) {
			continue
		}
		if f.With == nil {
			return root
		}
		for _, w := range f.With {
			if l.has(path.Join(root, w)) {
				return root
			}
		}
	}
	return ""
}

// isSystemDir says whether a directory holds all sorts of things, so that it can't stand
// for one.
func isSystemDir(d string) bool {
	switch d {
	case "/", "/usr", "/usr/local", "/usr/lib", "/usr/share", "/opt", "/usr/libexec", "/usr/local/lib", "/root", "/home":
		return true
	}
	return false
}

func (v *view) groupLeak(index int, g group, versions map[distribution]said) leak {
	rule := v.rules.All()[g.rule]
	found := leak{rule: rule.ID, title: g.title, of: g.title, layer: index, path: g.hits[0].Path, gone: -1}
	if g.root != "" {
		found.path, found.root, found.swallows = g.root, true, swallows(rule.Category)
		found.count, found.size = v.brought(index, g.root)
	} else {
		for _, h := range g.hits {
			if !slices.Contains(found.files, h.Path) {
				found.files = append(found.files, h.Path)
				found.size += h.Size
			}
		}
		if n := len(found.files); n > 1 {
			found.count = n
		}
	}
	version, knows := versions[g.distribution]
	if knows && g.root != "" {
		found.title = strings.TrimSpace(cmp.Or(g.title, rule.Title) + " " + version.version)
		found.evidence = append(found.evidence, version.path+" says "+version.version)
	}
	for _, h := range g.hits {
		if h.Path != version.path || g.root == "" {
			found.evidence = append(found.evidence, h.words())
		}
	}
	found.evidence = limit(found.evidence, 4)
	return found
}

// words tell of a hit as evidence.
func (h hit) words() string {
	parts := make([]string, 0, 2)
	if f := h.File.Is.Words(); f != "" {
		parts = append(parts, f)
	}
	if h.File.Main != nil {
		return h.Path + ": " + strings.Join(append(parts, h.Detail), ", ")
	}
	text := h.Path + ": " + strings.Join(append(parts, named(h.What, h.Name)), ", ")
	if h.Detail != "" {
		text += " (" + h.Detail + ")"
	}
	return text
}

// limit cuts evidence to the first n and says how much more there is.
func limit(evidence []string, n int) []string {
	if len(evidence) <= n {
		return evidence
	}
	return append(evidence[:n:n], fmt.Sprintf("and %d more of the kind", len(evidence)-n))
}

// walked reports the files that rules see by their paths alone.
func walked(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		for _, m := range v.rules.Walks() {
			leaks = append(leaks, v.walk(i, l, m)...)
		}
	}
	return leaks
}

// walk looks for a matcher's files below the roots of its patterns.
func (v *view) walk(index int, l *layer, m *rules.Matcher) []leak {
	var roots []string
	for _, p := range m.File.Paths {
		if !slices.Contains(roots, p.Root()) {
			roots = append(roots, p.Root())
		}
	}
	rule := v.rules.Of(m)
	var leaks []leak
	all := leak{rule: rule.ID, title: m.Title, of: m.Title, layer: index, gone: -1}
	for _, root := range roots {
		at, ok := l.dir(root)
		if !ok {
			continue
		}
		here := leak{rule: rule.ID, title: m.Title, of: m.Title, layer: index, path: root, isDir: true, gone: -1}
		for id := range l.tree.Walk(at) {
			if t := l.tree.Type(id); t.IsDir() || t == image.Whiteout || !m.File.Named(l.tree.RawName(id)) {
				continue
			}
			size := l.tree.Size(id)
			p := l.tree.RawPath(id)
			if !m.File.Lies(p) || size < m.File.Min {
				continue
			}
			here.count++
			here.size += size
			here.holds = append(here.holds, p)
			all.files = append(all.files, p)
			all.size += size
		}
		if m.File.AtLeast > 1 && here.count >= m.File.AtLeast {
			here.evidence = []string{fmt.Sprintf("%s below %s: %s", measure.Plural(here.count, "file"), root, m.What)}
			leaks = append(leaks, here)
		}
	}
	if m.File.AtLeast > 1 || all.files == nil {
		return leaks
	}
	slices.SortFunc(all.files, paths.Compare)
	all.files = slices.Compact(all.files)
	if all.path = all.files[0]; len(all.files) > 1 {
		all.count = len(all.files)
	}
	for _, p := range all.files {
		all.evidence = append(all.evidence, p+": "+m.What)
	}
	all.evidence = limit(all.evidence, 4)
	return append(leaks, all)
}
