package origin

import (
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// Source is a place that a COPY takes files from.
type Source struct {
	Node model.NodeID // a stage, an image or a named context; model.None for the build context
	Path string       // absolute in a stage or an image; in a context below it, without a first slash
}

// In is the source as it is told: "builder:/app/src/server.ts", "context:src/server.ts".
func (s Source) In(g *model.Graph) string {
	if s.Node == model.None {
		return "context:" + s.Path
	}
	return g.Label(s.Node) + ":" + s.Path
}

// Sources are the places that the COPY which made a layer can have taken what lies at p
// from, the likeliest first: one where the Dockerfile and the layer leave no doubt, none
// where no COPY made the layer or nothing is known of it. p is a path as the layer's tree
// has it, of a file or of a directory.
//
// The rules are BuildKit's (0.33.1, dockerfile2llb.dispatchCopy): of a source that is a
// directory its content is copied, a file goes into a destination that ends in a slash or
// is a directory, and --parents keeps the source's own directories.
func Sources(im *image.Image, g *model.Graph, layer int, p string) []Source {
	if g == nil || layer < 0 || layer >= len(im.Layers) {
		return nil
	}
	c, ok := CopyOf(im, g, layer)
	if !ok {
		return nil
	}
	m := matcher{c: c.Copy, dest: c.Dest, tree: im.Layers[layer].Tree}
	rel, ok := under(c.Dest, p)
	if !ok {
		return nil
	}
	var out []Source
	for _, at := range m.candidates(rel) {
		if s := place(g, c.Copy.From, at); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Copied is a COPY or ADD that made a layer.
type Copied struct {
	Step model.Step
	Copy model.Copy
	Dest string // where it goes, absolute
}

// CopyOf is the COPY or ADD that made a layer, when its words and its destination are
// known.
func CopyOf(im *image.Image, g *model.Graph, layer int) (Copied, bool) {
	o := im.Layers[layer].Origin
	if g == nil || o.Base || o.Stage < 0 || o.Stage >= len(g.Stages) || o.Step < 0 || o.Step >= len(g.Stages[o.Stage].Steps) {
		return Copied{}, false
	}
	s := g.Stages[o.Stage].Steps[o.Step]
	if s.Copy == nil {
		return Copied{}, false
	}
	dest := s.Copy.Dest
	if dest == "" && s.Copy.Below != "" {
		if base := baseDir(im, g, o.Stage); base != "" {
			dest = path.Join(base, s.Copy.Below)
		}
	}
	return Copied{Step: s, Copy: *s.Copy, Dest: dest}, dest != ""
}

// baseDir is the working directory that the base image of a stage gives it, where the
// image tells: none of the stages on that base may have a WORKDIR.
func baseDir(im *image.Image, g *model.Graph, stage int) string {
	target := stage
	for _, h := range im.History {
		if h.Origin.Stage > target {
			target = h.Origin.Stage
		}
	}
	lineage := g.Lineage(target)
	if !slices.Contains(lineage, stage) {
		return ""
	}
	for _, at := range lineage {
		for _, s := range g.Stages[at].Steps {
			if s.Command == "WORKDIR" {
				return ""
			}
		}
	}
	if im.Config.WorkingDir == "" {
		return "/"
	}
	return im.Config.WorkingDir
}

// under is the path from a directory to what lies in it, "" to itself.
func under(dir, p string) (rel string, ok bool) {
	if dir == "/" {
		return strings.TrimPrefix(p, "/"), true
	}
	rel, ok = strings.CutPrefix(p, dir)
	if !ok || rel != "" && rel[0] != '/' {
		return "", false
	}
	return strings.TrimPrefix(rel, "/"), true
}

// place is a source of a COPY as it is told of.
func place(g *model.Graph, from model.NodeID, p string) Source {
	p = path.Join("/", p)
	if x, ok := g.External(from); from == model.None || ok && x.Kind == model.ExternalContext {
		if p = strings.TrimPrefix(p, "/"); p == "" {
			p = "."
		}
	}
	return Source{from, p}
}

// matcher finds what of a COPY's sources became what lies at a path of its layer.
type matcher struct {
	c    model.Copy
	dest string
	tree *image.Tree
}

// candidates are paths below the root of what the COPY takes from, for what lies at rel
// below its destination.
func (m matcher) candidates(rel string) []string {
	if m.c.Parents {
		return m.parents(rel)
	}
	if rel == "" {
		return m.destination()
	}
	first, rest, deeper := strings.Cut(rel, "/")
	var files, dirs []string
	for _, s := range m.c.Sources {
		base := path.Base(path.Clean("/" + s))
		switch {
		case strings.Contains(s, "$") || m.c.Unpacks && isArchive(base):
			continue
		case hasGlob(s):
			if ok, err := path.Match(base, first); err == nil && ok && !hasGlob(path.Dir(s)) && !deeper {
				files = append(files, path.Join(path.Dir(s), first))
			} else {
				dirs = append(dirs, s) // of a directory that it matches: which, nobody says
			}
		case base == first && !deeper:
			files = append(files, s)
			if len(m.c.Sources) == 1 && !m.only(first) {
				dirs = append(dirs, path.Join(s, first))
			}
		case m.holds(base): // this source is a file
		default:
			dirs = append(dirs, path.Join(s, first, rest))
		}
	}
	if len(files) == 1 && len(m.c.Sources) == 1 && len(dirs) == 1 && !hasGlob(m.c.Sources[0]) {
		return append(dirs, files...) // the directory has more than the file of its own name
	}
	return append(files, dirs...)
}

// destination are the sources of what lies right at the destination.
func (m matcher) destination() []string {
	if len(m.c.Sources) != 1 || strings.Contains(m.c.Sources[0], "$") || m.c.Unpacks && isArchive(m.c.Sources[0]) {
		return nil
	}
	return m.c.Sources
}

// parents are the sources under --parents: rel is their path from the root, or from the
// "/./" in them.
func (m matcher) parents(rel string) []string {
	var out []string
	for _, s := range m.c.Sources {
		root, pattern, ok := strings.Cut(s, "/./")
		if !ok {
			root, pattern = "/", s
		}
		pattern = strings.TrimPrefix(path.Clean("/"+pattern), "/")
		if strings.Contains(s, "$") || hasGlob(root) || !leads(pattern, rel) {
			continue
		}
		out = append(out, path.Join(root, rel))
	}
	return out
}

// leads says whether a pattern matches a path, something above it or something below.
func leads(pattern, rel string) bool {
	for p, r := pattern, rel; p != "" && r != ""; {
		var head, part string
		head, p, _ = strings.Cut(p, "/")
		part, r, _ = strings.Cut(r, "/")
		if head == "**" {
			return true
		}
		if ok, err := path.Match(head, part); err != nil || !ok {
			return false
		}
	}
	return true
}

// only says whether the layer has nothing else in the destination than what has this name.
func (m matcher) only(name string) bool {
	id, ok := m.find(m.dest)
	if !ok {
		return true
	}
	n := 0
	for e := range m.tree.Entries(id) {
		if m.tree.Type(e) != image.Whiteout {
			n++
		}
	}
	_, has := m.tree.Child(id, name)
	return n <= 1 && has
}

// holds says whether the layer has a file of this name right in the destination.
func (m matcher) holds(name string) bool {
	id, ok := m.find(path.Join(m.dest, name))
	return ok && !m.tree.IsDir(id) && m.tree.Type(id) != image.Whiteout
}

func (m matcher) find(p string) (image.NodeID, bool) {
	if m.tree == nil {
		return image.None, false
	}
	return m.tree.Find(p)
}

func hasGlob(s string) bool { return strings.ContainsAny(s, "*?[") }

// isArchive says whether ADD may take a file of this name apart. What it does goes by
// the content; one that is called otherwise is rare.
func isArchive(name string) bool {
	for _, end := range [...]string{".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
