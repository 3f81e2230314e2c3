package packages

import (
	"bytes"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// A manifest is what a project asks for, and for what. Its items are the names, dev for
// those that are for development only; of npm's the patterns of its workspaces, too, which
// have workspace for a version.
const (
	manifest  kind = 0x20 // with the kind of packages that it asks for
	lock      kind = 0x60 // with npm: the items are directories below that of the lock
	workspace      = "workspace"
)

// manifestOf says how a file that is named as a manifest is read; nil for others. The
// directories of installed packages have some, too, which ask for nothing here.
func manifestOf(dir, base string) reading {
	var read reading
	switch base {
	case "package.json":
		read = readPackageJSON
	case "package-lock.json", "npm-shrinkwrap.json":
		read = readPackageLock
	case ".package-lock.json":
		if strings.HasSuffix(dir, "/node_modules") {
			return readPackageLock
		}
		return nil
	case "composer.json":
		read = readComposerJSON
	case "pyproject.toml":
		read = readPyproject
	case "Pipfile":
		read = readPipfile
	case "Gemfile", "gems.rb":
		read = readGemfile
	default:
		if strings.HasSuffix(base, ".txt") && (strings.Contains(base, "requirements") || path.Base(dir) == "requirements") {
			read = readRequirements
		}
	}
	if read == nil || !isProject(dir) {
		return nil
	}
	return read
}

// isProject says whether a directory can be somebody's own project.
func isProject(dir string) bool {
	for _, installed := range [...]string{"/node_modules/", "/site-packages/", "/dist-packages/", "/gems/", "/vendor/", "/share/doc/", "/_cacache/"} {
		if strings.Contains(dir+"/", installed) {
			return false
		}
	}
	return !strings.HasPrefix(dir, "/usr/lib") && !strings.HasPrefix(dir, "/usr/share")
}

// asked makes a manifest: what is asked for in both ways is needed to run.
func asked(k kind, at string, run, dev map[string]bool) (store, bool) {
	st := store{kind: manifest | k, path: at}
	for _, name := range slices.Sorted(maps.Keys(run)) {
		st.add(item{name: name})
	}
	for _, name := range slices.Sorted(maps.Keys(dev)) {
		if !run[name] {
			st.add(item{name: name, dev: true})
		}
	}
	return st, len(st.items) > 0
}

func addKeys(to map[string]bool, from map[string]any) {
	for name := range from {
		to[name] = true
	}
}

func readPackageJSON(s *sink, at string, r io.Reader) (store, bool) {
	var m struct {
		Dependencies         map[string]any
		OptionalDependencies map[string]any
		PeerDependencies     map[string]any
		DevDependencies      map[string]any
		Workspaces           any
	}
	if !decode(s.whole(r), &m) {
		return store{}, false
	}
	run, dev := map[string]bool{}, map[string]bool{}
	addKeys(run, m.Dependencies)
	addKeys(run, m.OptionalDependencies)
	addKeys(run, m.PeerDependencies)
	addKeys(dev, m.DevDependencies)
	st, ok := asked(npm, at, run, dev)
	if m.Workspaces != nil {
		st.items, ok = append(st.items, item{name: "workspaces", version: workspace}), true
	}
	return st, ok
}

// readPackageLock reads which packages npm's lock says are for development only: by
// directory in lockfile versions 2 and 3 and in what npm leaves in node_modules, nested in
// version 1.
func readPackageLock(s *sink, at string, r io.Reader) (store, bool) {
	type entry struct {
		Dev          bool
		Dependencies map[string]any
	}
	var m struct {
		Packages     map[string]entry
		Dependencies map[string]any
	}
	if !decode(s.whole(r), &m) || m.Packages == nil && m.Dependencies == nil {
		return store{}, false
	}
	st := store{kind: lock | npm, path: at}
	add := func(dir string, dev bool) { st.add(item{name: dir, dev: dev}) }
	for dir, e := range m.Packages {
		if dir != "" {
			add(dir, e.Dev)
		}
	}
	var nested func(dir string, deps map[string]any, depth int)
	nested = func(dir string, deps map[string]any, depth int) {
		for name, v := range deps {
			e, ok := v.(map[string]any)
			if !ok || depth > 50 {
				continue
			}
			at := path.Join(dir, "node_modules", name)
			dev, _ := e["dev"].(bool)
			add(at, dev)
			inner, _ := e["dependencies"].(map[string]any)
			nested(at, inner, depth+1)
		}
	}
	if m.Packages == nil {
		nested("", m.Dependencies, 0)
	}
	slices.SortFunc(st.items, func(a, b item) int { return strings.Compare(a.name, b.name) })
	return st, true
}

func readComposerJSON(s *sink, at string, r io.Reader) (store, bool) {
	var m struct {
		Require    map[string]any
		RequireDev map[string]any `json:"require-dev"`
	}
	if !decode(s.whole(r), &m) {
		return store{}, false
	}
	run, dev := map[string]bool{}, map[string]bool{}
	addKeys(run, m.Require)
	addKeys(dev, m.RequireDev)
	return asked(composer, at, run, dev)
}

// readPyproject reads the tables in which Python's tools ask for packages: [project] and
// [dependency-groups] (PEP 621, PEP 735), Poetry's, PDM's and uv's own.
func readPyproject(s *sink, at string, r io.Reader) (store, bool) {
	type group struct{ Dependencies map[string]any }
	var m struct {
		Project struct {
			Dependencies []any
			Optional     map[string][]any `toml:"optional-dependencies"`
		}
		Groups map[string][]any `toml:"dependency-groups"`
		Tool   struct {
			Poetry struct {
				Dependencies map[string]any
				Dev          map[string]any `toml:"dev-dependencies"`
				Group        map[string]group
			}
			UV struct {
				Dev []any `toml:"dev-dependencies"`
			}
			PDM struct {
				Dev map[string][]any `toml:"dev-dependencies"`
			}
		}
	}
	if toml.Unmarshal(s.whole(r), &m) != nil {
		return store{}, false
	}
	run, dev := map[string]bool{}, map[string]bool{}
	of := func(name string) map[string]bool {
		if isDevGroup(name) {
			return dev
		}
		return run
	}
	list := func(to map[string]bool, requirements []any) {
		for _, v := range requirements {
			if line, ok := v.(string); ok {
				if name, _ := requirement(line); name != "" {
					to[name] = true
				}
			}
		}
	}
	table := func(to map[string]bool, from map[string]any) {
		for name := range from {
			if name = normal(name); name != "python" {
				to[name] = true
			}
		}
	}
	list(run, m.Project.Dependencies)
	for name, requirements := range m.Project.Optional {
		list(of(name), requirements)
	}
	for name, requirements := range m.Groups {
		list(of(name), requirements)
	}
	table(run, m.Tool.Poetry.Dependencies)
	table(dev, m.Tool.Poetry.Dev)
	for name, g := range m.Tool.Poetry.Group {
		table(of(name), g.Dependencies)
	}
	list(dev, m.Tool.UV.Dev)
	for _, requirements := range m.Tool.PDM.Dev {
		list(dev, requirements)
	}
	return asked(pypi, at, run, dev)
}

func readPipfile(s *sink, at string, r io.Reader) (store, bool) {
	var m struct {
		Packages map[string]any
		Dev      map[string]any `toml:"dev-packages"`
	}
	if toml.Unmarshal(s.whole(r), &m) != nil {
		return store{}, false
	}
	run, dev := map[string]bool{}, map[string]bool{}
	for name := range m.Packages {
		run[normal(name)] = true
	}
	for name := range m.Dev {
		dev[normal(name)] = true
	}
	return asked(pypi, at, run, dev)
}

// readRequirements reads pip's lists: the file's name says what they are for.
func readRequirements(_ *sink, at string, r io.Reader) (store, bool) {
	run := map[string]bool{}
	lines(r, func(line []byte) {
		text, _, _ := bytes.Cut(line, []byte("#"))
		if text = bytes.TrimSpace(text); len(text) == 0 || text[0] == '-' || bytes.Contains(text, []byte("://")) && !bytes.Contains(text, []byte(" @ ")) {
			return
		}
		if name, _ := requirement(string(text)); name != "" {
			run[name] = true
		}
	})
	for _, word := range strings.FieldsFunc(strings.TrimSuffix(path.Base(at), ".txt"), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		if isDevGroup(word) {
			return asked(pypi, at, nil, run)
		}
	}
	return asked(pypi, at, run, nil)
}

// readGemfile reads Bundler's manifest, which is a program, as far as its usual form goes:
// gem NAME, with a group or in the block of one.
func readGemfile(_ *sink, at string, r io.Reader) (store, bool) {
	run, dev := map[string]bool{}, map[string]bool{}
	var blocks []bool // whether each open block is of groups for development
	lines(r, func(line []byte) {
		text, _, _ := strings.Cut(string(line), "#")
		text = strings.TrimSpace(text)
		word, rest, _ := strings.Cut(text, " ")
		inside := len(blocks) > 0 && blocks[len(blocks)-1]
		switch {
		case word == "end" && len(blocks) > 0:
			blocks = blocks[:len(blocks)-1]
		case word == "gem":
			name := quoted([]byte(rest))
			if name == "" {
				return
			}
			own := inside
			if _, after, ok := strings.Cut(rest, "group"); ok {
				own = onlyDevGroups(after)
			}
			if own {
				dev[name] = true
			} else {
				run[name] = true
			}
		case word == "group" && strings.HasSuffix(text, "do"):
			blocks = append(blocks, onlyDevGroups(rest))
		case strings.HasSuffix(text, " do") || word == "if" || word == "unless" || word == "case" || strings.Contains(text, " do |"):
			blocks = append(blocks, inside)
		}
	})
	return asked(gem, at, run, dev)
}

// onlyDevGroups says whether all the symbols of a piece of Ruby are groups that serve
// development.
func onlyDevGroups(text string) bool {
	groups := 0
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,[]()=>\"'", r) }) {
		name, ok := strings.CutPrefix(w, ":")
		if !ok || name == "" {
			continue
		}
		if groups++; !isDevGroup(name) {
			return false
		}
	}
	return groups > 0
}
