package saving

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// directory looks at the name of a directory that nothing claims: it may begin a place
// of packages, or be the tests of one.
func (c *collector) directory(id image.NodeID) {
	name := c.t.RawName(id)
	switch {
	case name == "node_modules" && c.parcelName(id) != "node_modules",
		name == "site-packages", name == "dist-packages", name == "gems",
		strings.HasPrefix(name, "python3") && c.parcel[id] == image.None:
		c.parcel[id] = id
	case c.isTests(id, name):
		c.mark(id, claim{kind: Tests, at: c.parcel[id], layer: -1})
	}
}

func (c *collector) parcelName(id image.NodeID) string {
	if c.parcel[id] == image.None {
		return ""
	}
	return c.t.RawName(c.parcel[id])
}

// isTests says whether a directory in a package holds its tests. One right among the
// packages is a package itself, whatever its name.
func (c *collector) isTests(id image.NodeID, name string) bool {
	up := c.t.Parent(id)
	if c.parcel[id] == image.None || up == c.parcel[id] || strings.HasPrefix(c.t.RawName(up), "@") {
		return false
	}
	has := func(name string) bool {
		_, ok := c.t.Child(up, name)
		return ok
	}
	switch c.parcelName(id) {
	case "node_modules":
		return name == "__tests__" || (name == "test" || name == "tests") && has("package.json") && c.t.RawName(up) != "node_modules"
	case "gems":
		return (name == "spec" || name == "test") && has("lib")
	case "site-packages", "dist-packages":
		return (name == "tests" || name == "test") && c.anyTest(id)
	}
	return false
}

// anyTest says whether a file below is named as pytest and unittest find tests.
func (c *collector) anyTest(dir image.NodeID) bool {
	for id := range c.t.Walk(dir) {
		n := c.t.RawName(id)
		if strings.HasSuffix(n, ".py") && (strings.HasPrefix(n, "test_") || strings.HasSuffix(n, "_test.py") || n == "conftest.py") {
			return true
		}
	}
	return false
}

// named looks at the name of a file that nothing claims.
func (c *collector) named(id image.NodeID) {
	if c.t.Type(id) != image.Regular {
		return
	}
	name := c.t.RawName(id)
	switch {
	case strings.HasSuffix(name, ".pyc"):
		if c.hasSource(id, name) {
			c.take(Bytecode, c.home(id), id)
		}
	case strings.HasSuffix(name, ".md") && c.parcelName(id) == "node_modules" && !isLicence(name):
		c.take(Docs, c.parcel[id], id)
	}
}

// hasSource says whether the module that bytecode was compiled from is there: without
// it the bytecode is the program. (PEP 3147: __pycache__/NAME.TAG.pyc beside NAME.py;
// before it NAME.pyc.)
func (c *collector) hasSource(id image.NodeID, name string) bool {
	dir := c.t.Parent(id)
	module := strings.TrimSuffix(name, ".pyc")
	if c.t.RawName(dir) == "__pycache__" {
		dir = c.t.Parent(dir)
		module, _, _ = strings.Cut(module, ".")
	}
	if dir == image.None {
		return false
	}
	src, ok := c.t.Child(dir, module+".py")
	return ok && c.t.Change(src) != image.Removed && !c.t.IsDir(src)
}
