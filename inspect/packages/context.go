package packages

import (
	"io"
	"io/fs"
	"path"
	"strings"
)

// context is the build context: its manifests prove, also where the Dockerfile copies none
// of them. It is looked at when somebody asks, and once.
type context struct {
	fsys   fs.FS
	looked bool
	found  []store
}

// Bounds of the look: manifests lie near the top.
const (
	maxDepth   = 4
	maxEntries = 20_000
)

// manifests are those of the context that may be of a root's project. Of npm and composer
// that is one that asks for nothing to run which is not there; of the others any.
func (c *context) manifests(r *root) []store {
	c.look()
	var out []store
	for _, m := range c.found {
		if m.kind == manifest|r.kind && r.has(m) {
			out = append(out, m)
		}
	}
	if (r.kind == npm || r.kind == composer) && len(out) > 1 {
		return nil // which of them it is nobody knows
	}
	return out
}

// has says whether everything is there that a manifest asks for to run, and anything that
// it asks for.
func (r *root) has(m store) bool {
	any := false
	for _, it := range m.items {
		if it.version == workspace || it.name == "php" || strings.HasPrefix(it.name, "ext-") {
			continue
		}
		there := len(r.byName[it.name]) > 0
		any = any || there
		if !there && !it.dev && (r.kind == npm || r.kind == composer) {
			return false
		}
	}
	return any
}

// look reads the context's manifests.
func (c *context) look() {
	if c.looked || c.fsys == nil {
		return
	}
	c.looked = true
	s := &sink{}
	n := 0
	_ = fs.WalkDir(c.fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if n++; n > maxEntries {
			return fs.SkipAll
		}
		switch {
		case err != nil:
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if name := d.Name(); p != "." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "vendor" || strings.Count(p, "/") >= maxDepth) {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		at := "/" + p
		read := manifestOf(path.Dir(at), path.Base(at))
		if read == nil {
			return nil
		}
		f, err := c.fsys.Open(p)
		if err != nil {
			return nil
		}
		defer f.Close()
		if st, ok := read(s, at, io.LimitReader(f, maxManifest)); ok && st.kind.role() == manifest {
			c.found = append(c.found, st)
		}
		return nil
	})
}
