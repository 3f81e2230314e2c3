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
		s.say(s.carry(from, name, root, at)...)
	}
	return taken
}

// carry are the commands that bring a path out of an image into a directory, below which
// it lies as it did in the image. A container that is created and never runs needs a
// command all the same.
func (s *separator) carry(from model.NodeID, name, root, at string) []string {
	ref, box := s.g.Label(from), name+"-files"
	if s.g.IsStage(from) {
		ref = "stage/" + ref
	} else if x, _ := s.g.External(from); x.Kind == model.ExternalContext && !strings.ContainsAny(ref, ":/") {
		return []string{"# " + ref + " is a named context: its files go below " + root}
	}
	out := []string{"docker create --name " + box + " " + quote(ref) + " -"}
	switch {
	case strings.ContainsAny(at, "*?["): // docker cp knows no wildcards
		match := "--no-wildcards-match-slash "
		if strings.Contains(at, "**") {
			match = ""
		}
		out = append(out, "mkdir -p "+quote(root), "docker export "+box+" | tar -x -C "+quote(root)+" --wildcards "+match+quote(strings.TrimPrefix(at, "/")))
	case at == "/":
		out = append(out, "mkdir -p "+quote(root), "docker cp "+box+":/. "+quote(root+"/"))
	default:
		dir := path.Join(root, path.Dir(at)) + "/"
		out = append(out, "mkdir -p "+quote(dir), "docker cp -L "+quote(box+":"+at)+" "+quote(dir))
	}
	return append(out, "docker rm "+box)
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
