package leak

import (
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/model/measure"
)

// isManifest says whether a file names the root of a project.
func isManifest(base string) bool {
	switch base {
	case "go.mod", "go.work", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "tsconfig.json",
		"package.json", "CMakeLists.txt", "Makefile", "Package.swift", "build.zig", "build.sbt", "stack.yaml", "mix.exs":
		return true
	}
	return strings.HasSuffix(base, ".csproj") || strings.HasSuffix(base, ".sln")
}

// isContainer says whether a directory holds applications rather than being one.
func isContainer(d string) bool {
	switch d {
	case "/", "/usr", "/usr/src", "/usr/local", "/usr/local/src", "/usr/share", "/usr/share/nginx", "/opt", "/home",
		"/root", "/srv", "/var", "/var/www", "/var/lib", "/tmp", "/data", "/mnt", "/go", "/go/src", "/workspace", "/workspaces":
		return true
	}
	return path.Dir(d) == "/home"
}

// project is what one application in one layer has of a kind of files.
type project struct {
	root     string
	manifest string // the file that makes root a project; "" where nothing does
	files    []string
	size     int64
	of       map[string][]string // the files by what they are
	weak     int                 // files of those that make no finding by themselves
}

// projects groups a layer's marks of a kind by application, in order of their roots.
func (v *view) projects(index int, k mark.Kind, keep func(mark.Mark) bool) []*project {
	byRoot, byDir := map[string]*project{}, map[string]*project{}
	for _, m := range v.layers[index].marks {
		if m.Kind != k || keep != nil && !keep(m) || v.swallowed(m.Path, 'S', false) {
			continue
		}
		d := path.Dir(m.Path)
		p := byDir[d]
		if p == nil {
			root, manifest := v.projectRoot(index, d)
			if p = byRoot[root]; p == nil {
				p = &project{root: root, manifest: manifest, of: map[string][]string{}}
				byRoot[root] = p
			}
			byDir[d] = p
		}
		p.add(m.Path, m.Size)
		p.of[m.Name] = append(p.of[m.Name], m.Path)
		if m.Weak {
			p.weak++
		}
	}
	out := make([]*project, 0, len(byRoot))
	for _, root := range sortedKeys(byRoot) {
		out = append(out, byRoot[root])
	}
	return out
}

func (p *project) add(file string, size int64) {
	p.files = append(p.files, file)
	p.size += size
}

// leak is the finding of a project's files: at its root where something makes it one, else
// at what they have in common.
func (p *project) leak(index int, rule string) leak {
	slices.SortFunc(p.files, paths.Compare)
	root := p.root
	if p.manifest == "" && !isContainer(root) {
		root = path.Dir(p.files[0])
		for _, f := range p.files {
			root = paths.Common(root, path.Dir(f))
		}
	}
	l := leak{rule: rule, layer: index, path: root, cause: root, files: p.files, count: len(p.files), size: p.size, gone: -1}
	if len(p.files) == 1 {
		l.path, l.count = p.files[0], 0
	}
	return l
}

// kinds are what a project's files are, the most first.
func (p *project) kinds() []string {
	kinds := sortedKeys(p.of)
	slices.SortStableFunc(kinds, func(a, b string) int { return len(p.of[b]) - len(p.of[a]) })
	return kinds
}

// counts tell how many source files there are of each language.
func (p *project) counts() string {
	var counts []string
	for _, lang := range p.kinds() {
		counts = append(counts, measure.Plural(len(p.of[lang]), lang+" source file"))
	}
	return strings.Join(counts, ", ")
}

// projectRoot is the outermost directory above d, or d, that has a project's
// manifest in this layer or a lower one; else the outermost that is not a mere
// container of applications.
func (v *view) projectRoot(index int, d string) (root, manifest string) {
	for up := d; ; up = path.Dir(up) {
		if !isContainer(up) {
			root = up
		}
		for _, l := range v.layers[:index+1] {
			if m := l.manifest(up); m != "" && !isContainer(up) {
				manifest = m
			}
		}
		if up == "/" {
			break
		}
	}
	if manifest != "" {
		return path.Dir(manifest), manifest
	}
	if root == "" {
		return d, ""
	}
	return root, ""
}
