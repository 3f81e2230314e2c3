package leak

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

const typeScript = "TypeScript"

// languageOf is the compiled language that a file name's extension stands for, or
// "". Interpreted languages are never source leaks: their sources are what runs.
func languageOf(base string) string {
	switch extension(base) {
	case ".go":
		return "Go"
	case ".c", ".cc", ".cpp", ".cxx", ".c++":
		return "C/C++"
	case ".rs":
		return "Rust"
	case ".java":
		return "Java"
	case ".kt":
		return "Kotlin"
	case ".scala":
		return "Scala"
	case ".cs":
		return "C#"
	case ".swift":
		return "Swift"
	case ".zig":
		return "Zig"
	case ".hs":
		return "Haskell"
	case ".ts", ".tsx", ".mts", ".cts":
		if strings.Contains(base, ".d.") {
			return ""
		}
		return typeScript
	}
	return ""
}

// isApplicationDir says whether a directory is one that applications are put in,
// not one of the distribution's, of installed libraries, or of documentation.
func isApplicationDir(d string) bool {
	first, rest, _ := strings.Cut(strings.TrimPrefix(d, "/"), "/")
	switch first {
	case "lib", "lib64", "etc", "bin", "sbin", "boot", "proc", "sys", "dev", "run":
		return false
	case "usr":
		second, _, _ := strings.Cut(rest, "/")
		switch {
		case second == "src" || second == "app":
		case below(d, "/usr/local/src"), below(d, "/usr/local/app"), below(d, "/usr/share/nginx"):
		default:
			return false
		}
	case "var":
		if below(d, "/var/lib/dpkg") || below(d, "/var/cache") {
			return false
		}
	}
	if last := path.Base(d); last == "doc" || last == "docs" {
		return false
	}
	for _, installed := range [...]string{"/node_modules", "/site-packages", "/dist-packages", "/gems", "/linux-headers", "/pkg/mod", "/registry/src", "/lib/python", "/share/doc", "/doc/", "/docs/"} {
		if strings.Contains(d, installed) {
			return false
		}
	}
	return true
}

// isSource knows source files and source maps by name, place and head.
func isSource(f scan.File, dirPath, base string) bool {
	isMap := strings.HasSuffix(base, ".map")
	lang := languageOf(base)
	if !isMap && lang == "" || !isApplicationDir(dirPath) || bytes.IndexByte(f.Head, 0) >= 0 {
		return false
	}
	head := bytes.TrimSpace(f.Head)
	if isMap {
		return bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte(`"version"`))
	}
	// A .ts file may be a translation of Qt's, in XML.
	return lang != typeScript || !bytes.HasPrefix(head, []byte("<?xml")) && !bytes.HasPrefix(head, []byte("<!DOCTYPE"))
}

// isManifest says whether a file names the root of a project.
func isManifest(base string) bool {
	switch base {
	case "go.mod", "go.work", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "tsconfig.json",
		"package.json", "CMakeLists.txt", "Makefile", "Package.swift", "build.zig", "build.sbt", "stack.yaml":
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

// project is the source files of one application in one layer.
type project struct {
	files    []string
	size     int64
	byLang   map[string]int
	manifest string
}

// sources reports source files of compiled languages, one finding for each
// application root in the layer that brought them. TypeScript that a runtime runs as it is, such as
// Deno or Bun, is no leak.
func sources(v *view) []leak {
	tsRuns := v.runsTypeScript()
	var leaks []leak
	for i, l := range v.layers {
		projects, byDir := map[string]*project{}, map[string]*project{}
		for _, m := range l.marks {
			if m.kind != sourceFile || m.name == "" || m.name == typeScript && tsRuns || v.swallowed(m.path, 'S', false) || v.inherits(i, m.path) {
				continue
			}
			d := path.Dir(m.path)
			p := byDir[d]
			if p == nil {
				root, manifest := v.projectRoot(i, d)
				if p = projects[root]; p == nil {
					p = &project{byLang: map[string]int{}, manifest: manifest}
					projects[root] = p
				}
				byDir[d] = p
			}
			p.files = append(p.files, m.path)
			p.size += m.size
			p.byLang[m.name]++
		}
		for _, root := range sortedKeys(projects) {
			leaks = append(leaks, sourceLeak(i, root, projects[root]))
		}
	}
	return leaks
}

func sourceLeak(index int, root string, p *project) leak {
	slices.SortFunc(p.files, comparePaths)
	if p.manifest == "" && !isContainer(root) {
		root = path.Dir(p.files[0])
		for _, f := range p.files {
			root = commonDir(root, path.Dir(f))
		}
	}
	l := leak{rule: "SD-S001", layer: index, path: root, cause: root, files: p.files, count: len(p.files), size: p.size, gone: -1}
	if len(p.byLang) == 1 && p.byLang[typeScript] > 0 {
		l.rule = "SD-S002"
	}
	langs := sortedKeys(p.byLang)
	slices.SortStableFunc(langs, func(a, b string) int { return p.byLang[b] - p.byLang[a] })
	l.title = enumerate(langs, 3) + " source files"
	var counts []string
	for _, lang := range langs {
		counts = append(counts, plural(p.byLang[lang], lang+" source file"))
	}
	l.evidence = []string{strings.Join(counts, ", ")}
	if len(p.files) > 1 {
		l.evidence = append(l.evidence, "for example "+enumerate(p.files, 2))
	}
	if p.manifest != "" {
		l.evidence = append(l.evidence, p.manifest+" makes it a project")
	}
	if len(p.files) == 1 {
		l.path, l.count = p.files[0], 0
	}
	return l
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

// runsTypeScript says whether the image has, or starts, a runtime that takes
// TypeScript as it is.
func (v *view) runsTypeScript() bool {
	for _, word := range append(slices.Clone(v.im.Config.Entrypoint), v.im.Config.Cmd...) {
		for _, part := range strings.Fields(word) {
			switch path.Base(part) {
			case "deno", "bun", "tsx", "ts-node", "ts-node-dev":
				return true
			}
			if strings.HasSuffix(part, ".ts") {
				return true
			}
		}
	}
	return false
}

// sourceMaps reports the maps that give a bundle's sources back.
func sourceMaps(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		found := leak{rule: "SD-S003", layer: i, gone: -1}
		for _, m := range l.marks {
			if m.kind != sourceFile || m.name != "" || v.swallowed(m.path, 'S', false) || v.inherits(i, m.path) {
				continue
			}
			found.files = append(found.files, m.path)
			found.size += m.size
		}
		if len(found.files) == 0 {
			continue
		}
		slices.SortFunc(found.files, comparePaths)
		found.path = path.Dir(found.files[0])
		for _, f := range found.files {
			found.path = commonDir(found.path, path.Dir(f))
		}
		found.count = len(found.files)
		found.evidence = []string{plural(found.count, "source map") + ", for example " + enumerate(found.files, 2)}
		if found.count == 1 {
			found.path, found.count = found.files[0], 0
		}
		leaks = append(leaks, found)
	}
	return leaks
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return measure.Count(n) + " " + noun + "s"
}

// shown makes text from the image fit to be shown.
func shown(s string) string { return sanitize.Text(s) }
