package leak

import (
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// tests reports tests and what belongs to them: the directories that they have for their
// own with all that is in them, and those that lie among other files.
func tests(v *view) []leak {
	var leaks []leak
	for i := range v.layers {
		for _, p := range v.projects(i, mark.TestFile, nil) {
			found := slices.Clone(p.files)
			v.spread(i, p, mark.IsTestDir)
			l := p.leak(i, "SD-S004")
			l.evidence = []string{"test runners look for " + enumerate(found, 2)}
			if more := len(p.files) - len(found); more > 0 {
				l.evidence = append(l.evidence, measure.Plural(more, "more file")+" in their directories")
			}
			if dirs := p.directories(); len(dirs) == 1 && len(p.files) > 1 {
				l.path, l.cause = dirs[0], dirs[0]
			}
			leaks = append(leaks, l)
		}
	}
	return leaks
}

// spread adds to a project's files all that lies in directories of that name with them.
func (v *view) spread(index int, p *project, whole func(name string) bool) {
	has := map[string]bool{}
	for _, f := range p.files {
		has[f] = true
	}
	seen := map[string]bool{}
	l := v.layers[index]
	for _, f := range slices.Clone(p.files) {
		top := ""
		for d := path.Dir(f); d != "/" && (paths.Below(d, p.root) && d != p.root); d = path.Dir(d) {
			if whole(path.Base(d)) {
				top = d
			}
		}
		at, ok := l.dir(top)
		if top == "" || seen[top] || !ok {
			continue
		}
		seen[top] = true
		for id := range l.tree.Walk(at) {
			if t := l.tree.Type(id); t.IsDir() || t == image.Whiteout {
				continue
			}
			if file := l.tree.RawPath(id); !has[file] && !v.inherits(index, file) {
				has[file] = true
				p.add(file, l.tree.Size(id))
			}
		}
	}
}

// leftovers reports what else is kept beside sources, each kind by itself.
func leftovers(v *view) []leak {
	var leaks []leak
	for i := range v.layers {
		sources := map[string]bool{}
		for _, p := range v.projects(i, mark.SourceFile, func(m mark.Mark) bool { return m.Name != "" }) {
			sources[p.root] = p.weak < len(p.files)
		}
		for _, p := range v.projects(i, mark.ProjectFile, nil) {
			if !sources[p.root] && p.weak < len(p.files) { // else it is told of with them
				leaks = append(leaks, v.leftover(i, p, "SD-S005"))
			}
		}
		for _, p := range v.projects(i, mark.RepositoryFile, nil) {
			if p.weak < len(p.files) {
				v.spread(i, p, func(name string) bool { return name == ".github" || name == ".circleci" || name == ".buildkite" })
				leaks = append(leaks, v.leftover(i, p, "SD-S006"))
			}
		}
		for _, p := range v.projects(i, mark.EditorFile, nil) {
			v.spread(i, p, func(name string) bool { return name == ".vscode" || name == ".idea" || name == ".fleet" })
			leaks = append(leaks, v.leftover(i, p, "SD-S007"))
		}
		for _, p := range v.projects(i, mark.ObjectFile, nil) {
			v.spread(i, p, isBuildDir)
			leaks = append(leaks, v.leftover(i, p, "SD-S008"))
		}
		for _, p := range v.projects(i, mark.CoverageFile, nil) {
			v.spread(i, p, func(name string) bool {
				return name == "coverage" || name == "htmlcov" || name == ".nyc_output" || name == "lcov-report"
			})
			leaks = append(leaks, v.leftover(i, p, "SD-S009"))
		}
	}
	return leaks
}

// isBuildDir says whether compilers have a directory of that name for themselves.
func isBuildDir(name string) bool {
	switch name {
	case "CMakeFiles", "obj", "deps", "incremental", ".fingerprint", "intermediates":
		return true
	}
	return false
}

func (v *view) leftover(index int, p *project, rule string) leak {
	l := p.leak(index, rule)
	for _, kind := range p.kinds() {
		of := p.of[kind]
		slices.SortFunc(of, paths.Compare)
		l.evidence = append(l.evidence, kind+": "+enumerate(of, 3))
	}
	l.evidence = limit(l.evidence, 4)
	if dirs := p.directories(); rule != "SD-S005" && len(dirs) == 1 && len(p.files) > 1 {
		l.path, l.cause = dirs[0], dirs[0]
	}
	return l
}

// directories are those right below the root that hold all of a project's files; none
// where some lie in the root itself.
func (p *project) directories() []string {
	var out []string
	for _, f := range p.files {
		rel, ok := paths.Relative(p.root, f)
		first, _, deeper := strings.Cut(rel, "/")
		if !ok || !deeper {
			return nil
		}
		if d := path.Join(p.root, first); !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}
