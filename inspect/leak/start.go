package leak

import (
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/model/image"
)

// start is what a container of the image starts, as far as its configuration and the
// names of its files tell.
type start struct {
	kind  startKind
	file  string   // what is started, absolute: a program, a script, an archive of classes
	also  []string // further files that the command names
	said  string   // the command in a word or two, for people
	known bool     // file is all that matters; else the command does what is not to be seen
}

type startKind uint8

const (
	startsNothing startKind = iota
	startsProgram
	startsJavaScript
	startsJar
	startsAssembly // of .NET
	startsSources  // an interpreter whose sources are what runs
	startsServer   // of files: all that lies where it serves from is wanted
)

// starting finds out what the image starts.
func (v *view) starting() start {
	c := v.im.Config
	s := v.startOf(append(slices.Clone(c.Entrypoint), c.Cmd...), 0)
	if h := c.Healthcheck; h != nil && len(h.Test) > 1 && h.Test[0] == "CMD" {
		for _, w := range h.Test[1:] {
			if p, ok := v.fileAt(w); ok {
				s.also = append(s.also, p)
			}
		}
	}
	return s
}

// maxWrappers bounds how many programs may start one another.
const maxWrappers = 8

// startOf is what the words of a command start.
func (v *view) startOf(argv []string, depth int) start {
	if len(argv) == 0 || depth > maxWrappers {
		return start{}
	}
	name, args := path.Base(argv[0]), argv[1:]
	next := func(rest []string) start { return v.startOf(rest, depth+1) }
	switch name {
	case "tini", "dumb-init", "docker-init", "catatonit", "nohup", "exec", "stdbuf", "setpriv", "nice", "time":
		return next(afterFlags(args))
	case "env":
		args = afterFlags(args)
		for len(args) > 0 && strings.Contains(args[0], "=") {
			args = args[1:]
		}
		return next(args)
	case "gosu", "su-exec", "chpst", "setuidgid":
		if len(args) == 0 {
			return start{}
		}
		return next(args[1:])
	case "sh", "bash", "ash", "dash":
		if i := slices.Index(args, "-c"); i >= 0 && i+1 < len(args) {
			return v.startOfScript(args[i+1], depth+1)
		}
		if file, ok := v.firstFile(args, ""); ok {
			return start{kind: startsProgram, file: file, said: name + " " + file}
		}
		return start{}
	case "node", "nodejs":
		return v.startOfNode(name, args)
	case "npm", "yarn", "pnpm":
		return v.startOfManifest(name, args, depth+1)
	case "java":
		return v.startOfJava(args)
	case "dotnet":
		if file, ok := v.firstFile(args, ".dll"); ok {
			return start{kind: startsAssembly, file: file, said: "dotnet " + path.Base(file), known: true}
		}
		return start{}
	case "nginx", "httpd", "httpd-foreground", "apache2-foreground", "apachectl", "caddy", "lighttpd":
		return start{kind: startsServer, said: name}
	}
	if isInterpreter(name) {
		return start{kind: startsSources, said: name}
	}
	file, ok := v.program(argv[0])
	if !ok {
		return start{}
	}
	if isEntryScript(name) || v.noted(mark.ShellScript, file) {
		// Such scripts prepare and then start what they are given.
		s := start{}
		if len(args) > 0 {
			s = next(args)
		}
		s.also = append(s.also, file)
		if s.kind == startsNothing {
			s.kind, s.file, s.said = startsProgram, file, name
		}
		return s
	}
	return start{kind: startsProgram, file: file, said: file, known: true}
}

// isInterpreter says whether a program runs sources as they are, under the names that
// distributions give it: python3.12, php-fpm8.2.
func isInterpreter(name string) bool {
	for _, lang := range [...]string{"python", "ruby", "php", "perl", "gunicorn", "uvicorn", "uwsgi", "flask", "celery", "puma", "rails", "bundle", "rackup", "deno", "bun", "tsx", "ts-node", "elixir", "erl", "lua", "Rscript", "hypercorn", "daphne"} {
		if rest, ok := strings.CutPrefix(name, lang); ok && strings.Trim(rest, "0123456789.-fpm") == "" {
			return true
		}
	}
	return false
}

func isEntryScript(name string) bool {
	return strings.HasSuffix(name, ".sh") || strings.Contains(name, "entrypoint")
}

// afterFlags drops options and the -- behind them. Those of the wrappers that take a
// value of their own have it as a number or a signal.
func afterFlags(args []string) []string {
	for len(args) > 0 && (strings.HasPrefix(args[0], "-") || strings.Trim(args[0], "0123456789") == "") {
		end := args[0] == "--"
		if args = args[1:]; end {
			break
		}
	}
	return args
}

// startOfScript reads a shell's -c as far as it is a plain command, or several of which
// the last stays.
func (v *view) startOfScript(script string, depth int) start {
	script = v.expand(script)
	if strings.ContainsAny(script, "|`(){}<>*?\n") {
		return start{}
	}
	parts := strings.FieldsFunc(strings.NewReplacer("&&", ";", "||", ";").Replace(script), func(r rune) bool { return r == ';' })
	if len(parts) == 0 {
		return start{}
	}
	words := strings.Fields(parts[len(parts)-1])
	for i, w := range words {
		words[i] = v.expand(strings.Trim(w, `"'`))
	}
	for len(words) > 0 && strings.Contains(words[0], "=") {
		words = words[1:]
	}
	s := v.startOf(words, depth)
	if len(parts) > 1 { // what comes before may need files too
		s.known = false
	}
	return s
}

// expand puts the image's own variables into a word.
func (v *view) expand(word string) string {
	if !strings.Contains(word, "$") {
		return word
	}
	for _, e := range v.im.Config.Env {
		name, value, _ := strings.Cut(e, "=")
		word = strings.ReplaceAll(word, "${"+name+"}", value)
		if word == "$"+name || strings.HasPrefix(word, "$"+name+"/") {
			word = value + word[len(name)+1:]
		}
	}
	return word
}

// startOfNode finds the script that node is given.
func (v *view) startOfNode(name string, args []string) start {
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "-r" || a == "--require" || a == "--import" || a == "--loader" || a == "--env-file":
			i++
		case a == "-e" || a == "-p" || a == "--eval":
			return start{}
		case strings.HasPrefix(a, "-"):
		default:
			for _, end := range [...]string{"", ".js", ".mjs", ".cjs", "/index.js"} {
				if file, ok := v.fileAt(a + end); ok {
					return start{kind: startsJavaScript, file: file, said: name + " " + a, known: true}
				}
			}
			return start{}
		}
	}
	return start{}
}

// startOfManifest follows npm start to what package.json says that it is.
func (v *view) startOfManifest(name string, args []string, depth int) start {
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-") })
	if len(args) > 0 && (args[0] == "run" || args[0] == "run-script") {
		args = args[1:]
	}
	manifest := path.Join("/", v.im.Config.WorkingDir, "package.json")
	if len(args) == 0 || !v.exists(manifest) {
		return start{}
	}
	for i := len(v.layers) - 1; i >= 0; i-- {
		for _, m := range v.layers[i].marks {
			if m.Kind == mark.NPMScript && m.Path == manifest && m.Name == args[0] {
				s := v.startOfScript(m.Detail, depth)
				s.also = append(s.also, manifest)
				if s.kind != startsNothing {
					s.said = name + " " + args[0]
				}
				return s
			}
		}
	}
	return start{}
}

// startOfJava finds the archive of classes that java is given.
func (v *view) startOfJava(args []string) start {
	for i, a := range args {
		if a == "-jar" && i+1 < len(args) {
			if file, ok := v.fileAt(v.expand(args[i+1])); ok {
				return start{kind: startsJar, file: file, said: "java -jar " + path.Base(file), known: true}
			}
		}
	}
	return start{}
}

// firstFile is the first argument that is a file of the image, with that ending.
func (v *view) firstFile(args []string, ending string) (string, bool) {
	for _, a := range args {
		if strings.HasSuffix(a, ending) && !strings.HasPrefix(a, "-") {
			if file, ok := v.fileAt(a); ok {
				return file, true
			}
		}
	}
	return "", false
}

// program finds a program as the container's runtime does: by its path, or in PATH.
func (v *view) program(name string) (string, bool) {
	if strings.Contains(name, "/") {
		return v.fileAt(name)
	}
	dirs := "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	for _, e := range v.im.Config.Env {
		if value, ok := strings.CutPrefix(e, "PATH="); ok {
			dirs = value
		}
	}
	for _, d := range strings.Split(dirs, ":") {
		if file, ok := v.fileAt(path.Join("/", d, name)); ok {
			return file, true
		}
	}
	return "", false
}

// fileAt is a file of the final image, by its path from the working directory, over the
// links that lead there.
func (v *view) fileAt(p string) (string, bool) {
	if p == "" || strings.Contains(p, "$") {
		return "", false
	}
	if !path.IsAbs(p) {
		p = path.Join("/", v.im.Config.WorkingDir, p)
	}
	p = path.Clean(p)
	for range maxWrappers {
		l, id, ok := v.top(p)
		switch {
		case !ok || l.tree.IsDir(id):
			return "", false
		case l.tree.Type(id) != image.Symlink:
			return p, true
		}
		to := l.tree.RawLink(id)
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(p), to)
		}
		p = path.Clean(to)
	}
	return "", false
}

// exists says whether the final image has something at a path.
func (v *view) exists(p string) bool {
	_, _, ok := v.top(p)
	return ok
}

// top is the layer that the final image has what lies at a path from.
func (v *view) top(p string) (*layer, image.NodeID, bool) {
	for i := len(v.layers) - 1; i >= 0; i-- {
		l := v.layers[i]
		if id, ok := l.tree.Find(p); ok && l.tree.Type(id) != image.Whiteout {
			return l, id, true
		}
		if l.hidesAny && l.tree.HidesPath(p) {
			break
		}
	}
	return nil, image.None, false
}

// noted says whether some layer notes that of what lies at a path.
func (v *view) noted(k mark.Kind, p string) bool {
	return slices.ContainsFunc(v.layers, func(l *layer) bool {
		return slices.ContainsFunc(l.marks, func(m mark.Mark) bool { return m.Kind == k && m.Path == p })
	})
}

// isStaticallyLinked says whether what the image starts needs no library.
func (v *view) isStaticallyLinked() bool {
	s := v.start()
	return s.kind == startsProgram && s.known && v.noted(mark.StaticProgram, s.file)
}
