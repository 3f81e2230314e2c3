package policy

import (
	"cmp"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// forbidden finds what must not be there, for each entry and layer.
func (l *look) forbidden() []finding.Finding {
	var out []finding.Finding
	for _, p := range l.policy.Forbidden {
		byLayer := map[int]*places{}
		final := l.final()
		collect(final, p.Glob, func(id image.NodeID) int { return final.Layer(id) }, byLayer)
		deleted := map[int]*places{}
		if p.Deleted {
			for i := range l.Image.Layers {
				if t := l.Image.Layers[i].Tree; t != nil {
					collect(t, p.Glob, func(id image.NodeID) int {
						if at, ok := final.Find(t.RawPath(id)); ok && final.Layer(at) >= i {
							return -1 // it is there, or a later one is
						}
						return i
					}, deleted)
				}
			}
		}
		for i := range l.Image.Layers {
			if at := byLayer[i]; at != nil {
				out = append(out, l.forbids(p, i, at))
			}
			if at := deleted[i]; at != nil {
				f := l.forbids(p, i, at)
				f.Deleted = l.gone(i, at.first)
				out = append(out, f)
			}
		}
	}
	return out
}

// gone is the first layer above that hides a path.
func (l *look) gone(layer int, path string) int {
	for k := layer + 1; k < len(l.Image.Layers); k++ {
		if t := l.Image.Layers[k].Tree; t != nil && t.HidesPath(path) {
			return k
		}
	}
	return 0
}

// places are the matches of a pattern in a layer.
type places struct {
	first string
	dir   string // that all lie in
	paths []string
	files int
	size  int64
}

// collect finds what a pattern chooses in a tree: files, and directories that are empty.
// What layer gives -1 for is left out.
func collect(t *image.Tree, glob string, layer func(image.NodeID) int, into map[int]*places) {
	choose(t, glob, func(id image.NodeID) bool {
		if t.IsDir(id) && t.ChildCount(id) > 0 {
			return true
		}
		at := layer(id)
		if at < 0 {
			return true
		}
		path := t.Path(id)
		p := into[at]
		if p == nil {
			p = &places{first: t.RawPath(id), dir: path}
			into[at] = p
		}
		p.files++
		p.size += t.Size(id)
		p.dir = common(p.dir, path)
		if len(p.paths) < 5 {
			p.paths = append(p.paths, path)
		}
		return true
	})
}

// common is the deepest directory, or the file, that both are or lie in.
func common(a, b string) string {
	for a != b && !strings.HasPrefix(b, strings.TrimSuffix(a, "/")+"/") {
		a = cmp.Or(a[:max(0, strings.LastIndexByte(a, '/'))], "/")
	}
	return a
}

func (l *look) forbids(p Path, layer int, at *places) finding.Finding {
	f := l.finding(RuleForbidden, p.Level, p.Line)
	l.place(&f, layer)
	f.Title, f.Path, f.Size = "Forbidden: "+p.Glob, at.dir, at.size
	if at.files > 1 {
		f.Files = at.files
	}
	f.Evidence = at.paths
	if more := at.files - len(at.paths); more > 0 {
		f.Evidence = append(f.Evidence, "and "+measure.Count(more)+" more")
	}
	because(&f, p.Reason)
	return f
}

// required finds what is missing.
func (l *look) required() []finding.Finding {
	var out []finding.Finding
	for _, p := range l.policy.Required {
		if l.holds(p.Glob) {
			continue
		}
		f := l.finding(RuleRequired, p.Level, p.Line)
		f.Title, f.Name = "Missing: "+p.Glob, p.Glob
		f.Evidence = []string{"nothing in the final image matches " + p.Glob}
		because(&f, p.Reason)
		out = append(out, f)
	}
	return out
}

// holds says whether something in the final image matches; a path without patterns may
// go through links.
func (l *look) holds(glob string) bool {
	t := l.final()
	if strings.HasPrefix(glob, "/") && !strings.ContainsAny(glob, `*?[\`) {
		_, ok := t.Resolve(glob)
		return ok
	}
	found := false
	choose(t, glob, func(image.NodeID) bool { found = true; return false })
	return found
}
