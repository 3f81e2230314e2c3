package advice

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// within is the copied directory.
type within struct {
	files Files
	root  string
}

func (d within) path(name string) string { return path.Join(d.root, name) }

func (d within) read(name string) (string, bool) {
	if !d.files.Has(d.path(name)) {
		return "", false
	}
	raw, ok := d.files.Read(d.path(name))
	return string(raw), ok
}

// present lists those of the names that are copied.
func (d within) present(names ...string) []string {
	var out []string
	for _, n := range names {
		if d.files.Has(d.path(n)) {
			out = append(out, d.path(n))
		}
	}
	return out
}

// node is for npm, yarn and pnpm: they read the manifest, the lock file and their
// configuration, unless the manifest has them run or link more.
func node(tool string, args []string, dir within) ([]string, bool) {
	verb, rest := verbOf(args)
	global := slices.Contains(args, "-g") || slices.Contains(args, "--global")
	switch {
	case tool == "npm" && verb == "cache":
		return nil, true
	case global && (verb == "install" || verb == "i" || verb == "add"):
		return nil, names(rest)
	case verb == "ci" && tool == "npm", verb == "install", verb == "i" && tool != "yarn", verb == "" && tool == "yarn":
	default:
		return nil, false
	}
	for _, w := range rest {
		if !strings.HasPrefix(w, "-") {
			return nil, false // a package to add changes the manifest
		}
	}
	text, ok := dir.read("package.json")
	if !ok || !standsAlone(text, slices.Contains(args, "--ignore-scripts")) || len(dir.present(".yarnrc.yml", ".pnpmfile.cjs", "pnpm-workspace.yaml", "binding.gyp", "node_modules")) > 0 {
		return nil, false
	}
	return dir.present("package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", ".npmrc", ".yarnrc"), true
}

// standsAlone says that installing what a package.json names reads nothing else
// of the project.
func standsAlone(text string, noScripts bool) bool {
	var m struct {
		Scripts    map[string]string `json:"scripts"`
		Workspaces json.RawMessage   `json:"workspaces"`
	}
	if json.Unmarshal([]byte(text), &m) != nil || m.Workspaces != nil {
		return false
	}
	for _, local := range []string{`"file:`, `"link:`, `"portal:`, `"workspace:`, `"patch:`, `"./`, `"../`, "patchedDependencies"} {
		if strings.Contains(text, local) {
			return false
		}
	}
	for _, hook := range []string{"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare", "dependencies"} {
		if _, has := m.Scripts[hook]; has && !noScripts {
			return false
		}
	}
	return true
}

// pip is for pip install -r FILE, with nothing of the project itself.
func pip(args []string, dir within) ([]string, bool) {
	verb, rest := verbOf(args)
	if verb != "install" {
		return nil, false
	}
	var out []string
	for i := 0; i < len(rest); i++ {
		w := rest[i]
		file := ""
		switch {
		case (w == "-r" || w == "-c" || w == "--requirement" || w == "--constraint") && i+1 < len(rest):
			i++
			file = rest[i]
		case strings.HasPrefix(w, "--requirement="), strings.HasPrefix(w, "--constraint="):
			_, file, _ = strings.Cut(w, "=")
		case strings.HasPrefix(w, "--"):
			continue
		case strings.HasPrefix(w, "-") && w != "-U" && w != "-q":
			return nil, false // -e, -t and the like name paths
		case !names([]string{w}):
			return nil, false
		}
		if file == "" {
			continue
		}
		text, ok := dir.read(file)
		if !ok || !pinned(text) {
			return nil, false
		}
		out = append(out, dir.path(file))
	}
	return out, true
}

// pinned says that a requirements file names packages and no paths.
func pinned(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "/") || strings.Contains(line, "file:") || strings.Contains(line, "@ .") {
			return false
		}
		if strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "--hash") && !strings.HasPrefix(line, "--index-url") && !strings.HasPrefix(line, "--extra-index-url") {
			return false // -r, -c and -e name files
		}
	}
	return true
}

// golang is for go mod download.
func golang(dir within) ([]string, bool) {
	text, ok := dir.read("go.mod")
	if !ok || len(dir.present("go.work", "vendor/modules.txt")) > 0 {
		return nil, false
	}
	for line := range strings.Lines(text) {
		if _, to, ok := strings.Cut(line, "=>"); ok && (strings.HasPrefix(strings.TrimSpace(to), ".") || strings.HasPrefix(strings.TrimSpace(to), "/")) {
			return nil, false
		}
	}
	return dir.present("go.mod", "go.sum"), true
}

// ruby is for bundle install.
func ruby(dir within) ([]string, bool) {
	text, ok := dir.read("Gemfile")
	if !ok || len(dir.present("vendor")) > 0 {
		return nil, false
	}
	for _, word := range []string{"path", "gemspec", "File", "eval", "require", "Dir", "ruby file"} {
		if strings.Contains(text, word) {
			return nil, false
		}
	}
	return dir.present("Gemfile", "Gemfile.lock", ".bundle/config"), true
}

// php is for composer install; its autoloader and scripts read the sources.
func php(args []string, dir within) ([]string, bool) {
	verb, _ := verbOf(args)
	if verb != "install" || !slices.Contains(args, "--no-scripts") || !slices.Contains(args, "--no-autoloader") {
		return nil, false
	}
	text, ok := dir.read("composer.json")
	if !ok || strings.Contains(text, `"path"`) || len(dir.present("vendor")) > 0 {
		return nil, false
	}
	return dir.present("composer.json", "composer.lock", "auth.json"), true
}

// python is for poetry and uv where they leave the project itself alone.
func python(tool string, args []string, dir within) ([]string, bool) {
	verb, _ := verbOf(args)
	flag, lock := "--no-root", "poetry.lock"
	want := "install"
	if tool == "uv" {
		flag, lock, want = "--no-install-project", "uv.lock", "sync"
	}
	if verb != want || !slices.Contains(args, flag) {
		return nil, false
	}
	text, ok := dir.read("pyproject.toml")
	if !ok || strings.Contains(text, "path =") || strings.Contains(text, "path=") || strings.Contains(text, "workspace") || len(dir.present(".venv")) > 0 {
		return nil, false
	}
	return dir.present("pyproject.toml", lock, "uv.toml", "poetry.toml"), true
}

// maven is for mvn dependency:go-offline of a single module.
func maven(args []string, dir within) ([]string, bool) {
	goal, rest := verbOf(args)
	more, _ := verbOf(rest)
	if goal != "dependency:go-offline" && goal != "dependency:resolve" || more != "" {
		return nil, false
	}
	text, ok := dir.read("pom.xml")
	if !ok || strings.Contains(text, "<modules>") || strings.Contains(text, "<systemPath>") || strings.Contains(text, "<relativePath>") {
		return nil, false
	}
	return dir.present("pom.xml", ".mvn/maven.config", ".mvn/settings.xml"), true
}
