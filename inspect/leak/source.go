package leak

import (
	"path"
	"slices"
	"strings"

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
	case ".c", ".cc", ".cpp", ".cxx", ".c++", ".h", ".hh", ".hpp", ".hxx":
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
	case ".fs":
		return "F#"
	case ".swift":
		return "Swift"
	case ".zig":
		return "Zig"
	case ".hs":
		return "Haskell"
	case ".ex":
		return "Elixir"
	case ".ts", ".tsx", ".mts", ".cts":
		if strings.Contains(base, ".d.") {
			return ""
		}
		return typeScript
	case ".vue":
		return "Vue"
	case ".svelte":
		return "Svelte"
	}
	return ""
}

// isBundled says whether a language's sources become JavaScript.
func isBundled(lang string) bool { return lang == typeScript || lang == "Vue" || lang == "Svelte" }

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
func (v *view) projects(index int, k kind, keep func(mark) bool) []*project {
	byRoot, byDir := map[string]*project{}, map[string]*project{}
	for _, m := range v.layers[index].marks {
		if m.kind != k || keep != nil && !keep(m) || v.swallowed(m.path, 'S', false) {
			continue
		}
		d := path.Dir(m.path)
		p := byDir[d]
		if p == nil {
			root, manifest := v.projectRoot(index, d)
			if p = byRoot[root]; p == nil {
				p = &project{root: root, manifest: manifest, of: map[string][]string{}}
				byRoot[root] = p
			}
			byDir[d] = p
		}
		p.add(m.path, m.size)
		p.of[m.name] = append(p.of[m.name], m.path)
		if m.weak {
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
	slices.SortFunc(p.files, comparePaths)
	root := p.root
	if p.manifest == "" && !isContainer(root) {
		root = path.Dir(p.files[0])
		for _, f := range p.files {
			root = commonDir(root, path.Dir(f))
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
		counts = append(counts, plural(len(p.of[lang]), lang+" source file"))
	}
	return strings.Join(counts, ", ")
}

// sources reports source files of compiled languages, one finding for each
// application root in the layer that brought them. TypeScript that a runtime runs as it is, such as
// Deno or Bun, is no leak.
func sources(v *view) []leak {
	tsRuns := v.runsTypeScript()
	var leaks []leak
	for i := range v.layers {
		beside := map[string]*project{}
		for _, p := range v.projects(i, projectFile, nil) {
			beside[p.root] = p
		}
		for _, p := range v.projects(i, sourceFile, func(m mark) bool { return m.name != "" && (m.name != typeScript || !tsRuns) }) {
			if p.weak == len(p.files) {
				continue // headers alone
			}
			leaks = append(leaks, v.sourceLeak(i, p, beside[p.root]))
		}
	}
	return leaks
}

func (v *view) sourceLeak(index int, p, beside *project) leak {
	rule := "SD-S001"
	if !slices.ContainsFunc(p.kinds(), func(lang string) bool { return !isBundled(lang) }) {
		rule = "SD-S002"
	}
	l := p.leak(index, rule)
	l.title = enumerate(p.kinds(), 3) + " source files"
	l.evidence = []string{p.counts()}
	if len(p.files) > 1 {
		l.evidence = append(l.evidence, "for example "+enumerate(p.files, 2))
	}
	if p.manifest != "" {
		l.evidence = append(l.evidence, p.manifest+" makes it a project")
	}
	if rule == "SD-S002" {
		if made, from, ok := v.madeOf(index, p); ok {
			l.evidence = append(l.evidence, made+" is made of "+from)
		}
	}
	if beside != nil {
		l.evidence = append(l.evidence, "what builds it lies beside: "+enumerate(names(beside.files), 3))
	}
	return l
}

// names are the last parts of paths, each once.
func names(paths []string) []string {
	var out []string
	for _, p := range paths {
		if base := path.Base(p); !slices.Contains(out, base) {
			out = append(out, base)
		}
	}
	return out
}

// maxAsked bounds for how many sources their JavaScript is looked for.
const maxAsked = 50

// madeOf finds a script that lies where compilers put what they make of one of the
// sources.
func (v *view) madeOf(index int, p *project) (made, from string, ok bool) {
	for _, f := range p.files[:min(len(p.files), maxAsked)] {
		rel, below := relative(p.root, f)
		if !below {
			continue
		}
		stem := strings.TrimSuffix(rel, path.Ext(rel))
		_, inside, _ := strings.Cut(stem, "/")
		for _, dir := range append(outputs(), ".") {
			for _, s := range [...]string{stem, inside} {
				for _, ext := range [...]string{".js", ".mjs", ".cjs"} {
					if at := path.Join(p.root, dir, s+ext); s != "" && v.exists(at) {
						return at, f, true
					}
				}
			}
		}
	}
	return "", "", false
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
	for _, l := range v.layers {
		for _, m := range l.marks {
			if m.kind == npmScript && m.path == path.Join("/", v.im.Config.WorkingDir, "package.json") && m.name == "start" && startsTypeScript(m.detail) {
				return true
			}
		}
	}
	return false
}

// startsTypeScript says whether a command hands TypeScript to what runs it as it is.
func startsTypeScript(command string) bool {
	for _, word := range strings.Fields(command) {
		switch path.Base(word) {
		case "deno", "bun", "tsx", "ts-node", "ts-node-dev", "--experimental-strip-types":
			return true
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
			if m.kind != sourceFile || m.name != "" || v.swallowed(m.path, 'S', false) {
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
