package leak

import (
	"path"
	"slices"

	"github.com/stagedive/stagedive/inspect/leak/paths"
)

// outputs are the directories that build tools write what runs into.
func outputs() []string {
	return []string{"dist", "build", "out", "output", ".output", ".next/standalone", "target/release", "bin", "public", "publish", "standalone"}
}

// companions are the directories that lie beside what runs and that it is likely to read
// while it runs.
func companions() []string {
	return []string{"public", "static", "templates", "views", "assets", "migrations", "locales", "i18n", "config", "conf", "resources", "wwwroot"}
}

// needed says what of a directory the image's command needs when it runs: paths below
// root, the one that is started first. known is false where nobody can tell from outside:
// then the paths are what build tools usually leave there, if that is there.
func (v *view) needed(root string) (rels []string, known bool) {
	s := v.start()
	add := func(rel string) {
		if rel != "" && v.exists(path.Join(root, rel)) && !slices.ContainsFunc(rels, func(r string) bool { return paths.Below("/"+rel, "/"+r) }) {
			rels = append(rels, rel)
		}
	}
	if root == "/" && !v.isStaticallyLinked() {
		return nil, false // its libraries, and who knows what else, come from there too
	}
	if rel, ok := paths.Relative(root, s.file); ok && s.known {
		switch s.kind {
		case startsJavaScript:
			dir, ok := outputOf(rel)
			if !ok {
				return nil, false // it lies among everything else
			}
			add(dir)
			add("package.json")
			add("node_modules")
		case startsAssembly:
			if path.Dir(rel) == "." {
				return nil, false
			}
			add(path.Dir(rel))
		case startsJar:
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
	for _, out := range outputs() {
		if root != "/" && v.isDirectory(path.Join(root, out)) {
			return []string{out}, false
		}
	}
	return nil, false
}

// start is what the image starts.
func (v *view) start() start {
	if v.starts == nil {
		s := v.starting()
		v.starts = &s
	}
	return *v.starts
}

// outputOf is the directory of build output that a script lies in.
func outputOf(rel string) (string, bool) {
	for _, out := range outputs() {
		if paths.Below("/"+rel, "/"+out) {
			return out, true
		}
	}
	return "", false
}

func (v *view) isDirectory(p string) bool {
	l, id, ok := v.top(p)
	return ok && l.tree.IsDir(id)
}

// sizeOf is the size of what a layer has at a path.
func (l *layer) sizeOf(p string) int64 {
	id, ok := l.tree.Find(p)
	if !ok {
		return 0
	}
	return l.tree.Size(id)
}
