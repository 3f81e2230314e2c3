package packages

import (
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/inventory"
)

// store is one file that says what is installed.
type store struct {
	kind  kind
	path  string
	items []item
}

// item is a package as its store tells of it.
type item struct {
	name, version string
	size          int64    // bytes installed; 0 when the store does not say
	dev           bool     // the store itself says that it is for development only
	needs         []string // names of the packages that it needs to run; of a distribution's, a few of its files
}

// maxItems is how many packages of a store are noted: what has more was made to fill memory.
const maxItems = 200_000

func (st *store) add(it item) {
	if len(st.items) < maxItems {
		st.items = append(st.items, it)
	}
}

// kind of a store. The numbers are part of the notes.
type kind uint8

const (
	deb kind = iota + 1
	apk
	rpm
	npm
	pypi
	gem
	composer
	maven
	nuget
	golang
	cargo

	lastStore = cargo
	// The list of files of a Python package, beside its store, of which the item holds the
	// sum of sizes.
	record kind = 0x40
	// With deb: the list of a package's files and their sums, of which the item has a few.
	sums kind = 0x40
)

// role is what a file with this kind is: 0 for a store, record, manifest or lock.
func (k kind) role() kind { return k & lock }

// known says whether the kind is one.
func (k kind) known() bool {
	of := k &^ lock
	return of <= lastStore && (of >= deb || k == record) && k <= lock|lastStore
}

// inventoryKind is how a kind is called outside.
func (k kind) inventoryKind() inventory.Kind {
	return [...]inventory.Kind{
		deb: inventory.Deb, apk: inventory.Apk, rpm: inventory.RPM, npm: inventory.NPM, pypi: inventory.PyPI, gem: inventory.Gem,
		composer: inventory.Composer, maven: inventory.Maven, nuget: inventory.NuGet, golang: inventory.Golang, cargo: inventory.Cargo,
	}[k]
}

// isDatabase says whether one file lists what a whole system has installed: removing
// that file does not remove what it lists.
func (k kind) isDatabase() bool { return k <= rpm }

// Most that is read of a file.
const (
	maxDatabase = 64 << 20 // dpkg's has about 1 MB per 1,000 packages
	maxLock     = 8 << 20  // of JSON that lists packages, which takes many times as much in memory
	maxManifest = 512 << 10
)

// reading makes a store of a file; ok is false when it is none.
type reading func(s *sink, at string, r io.Reader) (st store, ok bool)

// sourceOf says how a file is to be read, by its path, and how far; nil for nearly all.
// It sees every file of an image.
func sourceOf(p string) (reading, int64) {
	i := strings.LastIndexByte(p, '/')
	dir, base := p[:i], p[i+1:]
	switch base {
	case "status":
		if dir == "/var/lib/dpkg" {
			return readDpkg, maxDatabase
		}
	case "installed":
		if dir == "/lib/apk/db" || dir == "/usr/lib/apk/db" { // the second is since Alpine 3.22
			return readApk, maxDatabase
		}
	case "rpmdb.sqlite", "Packages.db", "Packages":
		if isRPM(dir) {
			return readRPM, maxDatabase
		}
	case "package.json":
		if nodeModule(dir) != "" {
			return readNode, maxManifest
		}
		return manifestOf(dir, base), maxManifest
	case "package-lock.json", "npm-shrinkwrap.json", ".package-lock.json":
		return manifestOf(dir, base), maxLock
	case "composer.json", "pyproject.toml", "Pipfile", "Gemfile", "gems.rb":
		return manifestOf(dir, base), maxManifest
	case "METADATA":
		if strings.HasSuffix(dir, ".dist-info") {
			return readPython, maxManifest
		}
	case "PKG-INFO":
		if strings.HasSuffix(dir, ".egg-info") || strings.HasSuffix(dir, ".egg/EGG-INFO") {
			return readPython, maxManifest
		}
	case "RECORD":
		if strings.HasSuffix(dir, ".dist-info") {
			return readRecord, maxDatabase
		}
	case "installed.json":
		if strings.HasSuffix(dir, "/composer") {
			return readComposer, maxLock
		}
	}
	switch {
	case dir == "/var/lib/dpkg/status.d": // of distroless images, one file a package
		if !strings.HasSuffix(base, ".md5sums") {
			return readDpkg, maxManifest
		}
	case strings.HasSuffix(base, ".egg-info"):
		return readPython, maxManifest
	case strings.HasSuffix(base, ".gemspec"):
		if strings.HasSuffix(dir, "/specifications") || strings.HasSuffix(dir, "/specifications/default") {
			return readGem, maxManifest
		}
	case strings.HasSuffix(base, ".deps.json"):
		return readNuget, maxLock
	case strings.HasSuffix(base, ".txt"):
		return manifestOf(dir, base), maxManifest
	}
	return nil, 0
}

// nodeModule is the package that a directory right below a node_modules holds:
// typescript, @babel/core; "" for one further down.
func nodeModule(dir string) string {
	const modules = "/node_modules/"
	i := strings.LastIndex(dir, modules)
	if i < 0 || strings.Contains(dir, "/.cache/") || strings.Contains(dir, "/_npx/") { // kept there, not installed
		return ""
	}
	name := dir[i+len(modules):]
	n := strings.Count(name, "/")
	if strings.HasPrefix(name, "@") && n == 1 || n == 0 && name != "" && name[0] != '.' {
		return name
	}
	return ""
}

// home is the directory that an item's files lie in, "" where there is none of its own.
func (st store) home(it item) string {
	switch st.kind {
	case npm:
		return path.Dir(st.path)
	case gem:
		d := path.Dir(st.path)
		if path.Base(d) == "default" {
			return ""
		}
		return path.Join(path.Dir(d), "gems", strings.TrimSuffix(path.Base(st.path), ".gemspec"))
	case composer:
		return path.Join(path.Dir(path.Dir(st.path)), it.name)
	}
	return ""
}
