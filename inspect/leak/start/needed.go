package start

import (
	"path"
	"slices"

	"github.com/stagedive/stagedive/inspect/leak/paths"
)

// Outputs are the directories that build tools write what runs into.
func Outputs() []string {
	return []string{"dist", "build", "out", "output", ".output", ".next/standalone", "target/release", "bin", "public", "publish", "standalone"}
}

// companions are the directories that lie beside what runs and that it is likely to read
// while it runs.
func companions() []string {
	return []string{"public", "static", "templates", "views", "assets", "migrations", "locales", "i18n", "config", "conf", "resources", "wwwroot"}
}

// Needed says what of a directory the image's command needs when it runs: paths below
// root, the one that is started first. known is false where nobody can tell from outside:
// then the paths are what build tools usually leave there, if that is there.
func (im *Image) Needed(root string) (rels []string, known bool) {
	s := im.Command()
	add := func(rel string) {
		if rel != "" && im.Exists(path.Join(root, rel)) && !slices.ContainsFunc(rels, func(r string) bool { return paths.Below("/"+rel, "/"+r) }) {
			rels = append(rels, rel)
		}
	}
	if root == "/" && !im.IsStaticallyLinked() {
		return nil, false // its libraries, and who knows what else, come from there too
	}
	if rel, ok := paths.Relative(root, s.File); ok && s.Known {
		switch s.kind {
		case javaScript:
			dir, ok := OutputOf(rel)
			if !ok {
				return nil, false // it lies among everything else
			}
			add(dir)
			add("package.json")
			add("node_modules")
		case assembly:
			if path.Dir(rel) == "." {
				return nil, false
			}
			add(path.Dir(rel))
		case jar:
			add(rel)
			add(path.Join(path.Dir(rel), "lib"))
		default:
			add(rel)
		}
		for _, p := range s.also {
			if rel, ok := paths.Relative(root, p); ok {
				add(rel)
			}
		}
		for _, c := range companions() {
			if root != "/" {
				add(c)
			}
		}
		return rels, true
	}
	for _, out := range Outputs() {
		if root != "/" && im.IsDirectory(path.Join(root, out)) {
			return []string{out}, false
		}
	}
	return nil, false
}

// OutputOf is the directory of build output that a script lies in.
func OutputOf(rel string) (string, bool) {
	for _, out := range Outputs() {
		if paths.Below("/"+rel, "/"+out) {
			return out, true
		}
	}
	return "", false
}
