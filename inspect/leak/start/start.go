// Package start finds out what a container of an image starts, through wrappers, shells and
// package managers, and which files that needs, as far as names and configuration tell.
package start

import (
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
)

// Command is what a container of the image starts, as far as its configuration and the
// names of its files tell.
type Command struct {
	File  string // what is started, absolute: a program, a script, an archive of classes
	Known bool   // File is all that matters; else the command does what is not to be seen
	kind  kind
	also  []string // further files that the command names
}

type kind uint8

const (
	nothing kind = iota
	program
	javaScript
	jar
	assembly // of .NET
	sources  // an interpreter whose sources are what runs
	server   // of files: all that lies where it serves from is wanted
)

// starting finds out what the image starts.
func (im *Image) starting() Command {
	c := im.config
	s := im.startOf(append(slices.Clone(c.Entrypoint), c.Cmd...), 0)
	if h := c.Healthcheck; h != nil && len(h.Test) > 1 && h.Test[0] == "CMD" {
		for _, w := range h.Test[1:] {
			if p, ok := im.fileAt(w); ok {
				s.also = append(s.also, p)
			}
		}
	}
	return s
}

// maxWrappers bounds how many programs may start one another.
const maxWrappers = 8

// startOf is what the words of a command start.
func (im *Image) startOf(argv []string, depth int) Command {
	if len(argv) == 0 || depth > maxWrappers {
		return Command{}
	}
	name, args := path.Base(argv[0]), argv[1:]
	next := func(rest []string) Command { return im.startOf(rest, depth+1) }
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
			return Command{}
		}
		return next(args[1:])
	case "sh", "bash", "ash", "dash":
		if i := slices.Index(args, "-c"); i >= 0 && i+1 < len(args) {
			return im.startOfScript(args[i+1], depth+1)
		}
		if file, ok := im.firstFile(args, ""); ok {
			return Command{kind: program, File: file}
		}
		return Command{}
	case "node", "nodejs":
		return im.startOfNode(args)
	case "npm", "yarn", "pnpm":
		return im.startOfManifest(args, depth+1)
	case "java":
		return im.startOfJava(args)
	case "dotnet":
		if file, ok := im.firstFile(args, ".dll"); ok {
			return Command{kind: assembly, File: file, Known: true}
		}
		return Command{}
	case "nginx", "httpd", "httpd-foreground", "apache2-foreground", "apachectl", "caddy", "lighttpd":
		return Command{kind: server}
	}
	if isInterpreter(name) {
		return Command{kind: sources}
	}
	file, ok := im.program(argv[0])
	if !ok {
		return Command{}
	}
	if isEntryScript(name) || im.noted(mark.ShellScript, file) {
		// Such scripts prepare and then start what they are given.
		s := Command{}
		if len(args) > 0 {
			s = next(args)
		}
		s.also = append(s.also, file)
		if s.kind == nothing {
			s.kind, s.File = program, file
		}
		return s
	}
	return Command{kind: program, File: file, Known: true}
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
func (im *Image) startOfScript(script string, depth int) Command {
	script = im.expand(script)
	if strings.ContainsAny(script, "|`(){}<>*?\n") {
		return Command{}
	}
	parts := strings.FieldsFunc(strings.NewReplacer("&&", ";", "||", ";").Replace(script), func(r rune) bool { return r == ';' })
	if len(parts) == 0 {
		return Command{}
	}
	words := strings.Fields(parts[len(parts)-1])
	for i, w := range words {
		words[i] = im.expand(strings.Trim(w, `"'`))
	}
	for len(words) > 0 && strings.Contains(words[0], "=") {
		words = words[1:]
	}
	s := im.startOf(words, depth)
	if len(parts) > 1 { // what comes before may need files too
		s.Known = false
	}
	return s
}

// expand puts the image's own variables into a word.
func (im *Image) expand(word string) string {
	if !strings.Contains(word, "$") {
		return word
	}
	for _, e := range im.config.Env {
		name, value, _ := strings.Cut(e, "=")
		word = strings.ReplaceAll(word, "${"+name+"}", value)
		if word == "$"+name || strings.HasPrefix(word, "$"+name+"/") {
			word = value + word[len(name)+1:]
		}
	}
	return word
}

// startOfNode finds the script that node is given.
func (im *Image) startOfNode(args []string) Command {
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "-r" || a == "--require" || a == "--import" || a == "--loader" || a == "--env-file":
			i++
		case a == "-e" || a == "-p" || a == "--eval":
			return Command{}
		case strings.HasPrefix(a, "-"):
		default:
			for _, end := range [...]string{"", ".js", ".mjs", ".cjs", "/index.js"} {
				if file, ok := im.fileAt(a + end); ok {
					return Command{kind: javaScript, File: file, Known: true}
				}
			}
			return Command{}
		}
	}
	return Command{}
}

// startOfManifest follows npm start to what package.json says that it is.
func (im *Image) startOfManifest(args []string, depth int) Command {
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-") })
	if len(args) > 0 && (args[0] == "run" || args[0] == "run-script") {
		args = args[1:]
	}
	manifest := path.Join("/", im.config.WorkingDir, "package.json")
	if len(args) == 0 || !im.Exists(manifest) {
		return Command{}
	}
	for i := len(im.layers) - 1; i >= 0; i-- {
		for _, m := range im.layers[i].Marks {
			if m.Kind == mark.NPMScript && m.Path == manifest && m.Name == args[0] {
				s := im.startOfScript(m.Detail, depth)
				s.also = append(s.also, manifest)
				return s
			}
		}
	}
	return Command{}
}

// startOfJava finds the archive of classes that java is given.
func (im *Image) startOfJava(args []string) Command {
	for i, a := range args {
		if a == "-jar" && i+1 < len(args) {
			if file, ok := im.fileAt(im.expand(args[i+1])); ok {
				return Command{kind: jar, File: file, Known: true}
			}
		}
	}
	return Command{}
}

// firstFile is the first argument that is a file of the image, with that ending.
func (im *Image) firstFile(args []string, ending string) (string, bool) {
	for _, a := range args {
		if strings.HasSuffix(a, ending) && !strings.HasPrefix(a, "-") {
			if file, ok := im.fileAt(a); ok {
				return file, true
			}
		}
	}
	return "", false
}

// program finds a program as the container's runtime does: by its path, or in PATH.
func (im *Image) program(name string) (string, bool) {
	if strings.Contains(name, "/") {
		return im.fileAt(name)
	}
	dirs := "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	for _, e := range im.config.Env {
		if value, ok := strings.CutPrefix(e, "PATH="); ok {
			dirs = value
		}
	}
	for _, d := range strings.Split(dirs, ":") {
		if file, ok := im.fileAt(path.Join("/", d, name)); ok {
			return file, true
		}
	}
	return "", false
}

// IsStaticallyLinked says whether what the image starts needs no library.
func (im *Image) IsStaticallyLinked() bool {
	s := im.Command()
	return s.kind == program && s.Known && im.noted(mark.StaticProgram, s.File)
}
