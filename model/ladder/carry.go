package ladder

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/stagedive/stagedive/model"
)

// copy is a COPY --from that takes its files from the build context.
func (s *separator) copy(e model.Edge, step model.Step) []string {
	c := step.Copy
	words := []string{step.Command}
	for _, w := range strings.Fields(step.Text)[1:] {
		if !strings.HasPrefix(w, "--") {
			break
		}
		if !strings.HasPrefix(w, "--from") && w != "--parents" && w != "--parents=true" {
			words = append(words, w)
		}
	}
	for _, src := range c.Sources {
		at := s.fetch(e.From, src, step.Line, c.Parents)
		words = append(words, at)
	}
	dest := cmp.Or(c.Dest, c.Below, ".")
	if c.Into && !strings.HasSuffix(dest, "/") {
		dest += "/"
	}
	return []string{strings.Join(append(words, dest), " ")}
}

// fetch has the script carry a path out of an image, and says where it lies then. What is
// taken with its directories lies apart, as all that is there comes along.
func (s *separator) fetch(from model.NodeID, src string, line int, parents bool) string {
	name := containerName(s.g, from)
	root, at := path.Join(carried, name), path.Clean("/"+src)
	taken := path.Join(root, at)
	if parents {
		pivot, pattern, ok := strings.Cut(src, "/./")
		if !ok {
			pivot, pattern = "/", src
		}
		root, at = fmt.Sprintf("%s-%d", root, line), path.Join("/", pivot, pattern)
		taken = path.Join(root, pivot) + "/"
	} else if at == "/" {
		taken = root + "/"
	}
	if key := root + " " + at; !s.here[key] {
		s.here[key] = true
		s.fetches = append(s.fetches, fetch{from, name, root, at})
	}
	return taken
}

// fetch is a path to be brought out of an image into a directory, below which it lies as
// it did in the image.
type fetch struct {
	from           model.NodeID
	name, root, at string // of the node, the directory, the path in the image
}

// carry has the script do what is to be fetched, all from one image together. A container
// that is created and never runs needs a command all the same.
func (s *separator) carry() {
	for len(s.fetches) > 0 {
		first := s.fetches[0]
		var rest []fetch
		commands := []string{}
		for _, f := range s.fetches {
			if f.from != first.from {
				rest = append(rest, f)
				continue
			}
			commands = append(commands, f.commands()...)
		}
		s.fetches = rest
		ref := s.g.Label(first.from)
		if s.g.IsStage(first.from) {
			ref = "stage/" + ref
		} else if x, _ := s.g.External(first.from); x.Kind == model.ExternalContext && !strings.ContainsAny(ref, ":/") {
			s.say("# " + ref + " is a named context: its files go below " + first.root)
			continue
		}
		s.say("docker create --name " + first.box() + " " + quote(ref) + " -")
		s.say(commands...)
		s.say("docker rm " + first.box())
	}
}

// box is the name of the container.
func (f fetch) box() string { return f.name + "-files" }

// commands copy the path while the container is there.
func (f fetch) commands() []string {
	switch {
	case strings.ContainsAny(f.at, "*?["): // docker cp knows no wildcards
		match := "--no-wildcards-match-slash "
		if strings.Contains(f.at, "**") {
			match = ""
		}
		return []string{"mkdir -p " + quote(f.root), "docker export " + f.box() + " | tar -x -C " + quote(f.root) + " --wildcards " + match + quote(strings.TrimPrefix(f.at, "/"))}
	case f.at == "/":
		return []string{"mkdir -p " + quote(f.root), "docker cp " + f.box() + ":/. " + quote(f.root+"/") + " # .dockerenv and a few empty files of Docker's own come along"}
	}
	dir := path.Join(f.root, path.Dir(f.at)) + "/"
	return []string{"mkdir -p " + quote(dir), "docker cp -L " + quote(f.box()+":"+f.at) + " " + quote(dir)}
}

// containerName is a name for files of a node that containers and directories may have.
func containerName(g *model.Graph, id model.NodeID) string {
	name := g.Label(id)
	if !g.IsStage(id) {
		name = path.Base(name)
		name, _, _ = strings.Cut(name, "@")
		name, _, _ = strings.Cut(name, ":")
	}
	return name
}

// quote makes a word of a shell's of a text.
func quote(text string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("/._-:@+=,", c)
	}
	if text != "" && strings.IndexFunc(text, func(c rune) bool { return !plain(c) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
