// Package inventory says which packages an image holds: of its distribution, of the
// languages, and what programs say that they were linked from.
package inventory

import (
	"cmp"
	"slices"
	"strings"
)

// Kind is who manages a package; the word is the type of a package URL (purl-spec).
type Kind string

// The kinds.
const (
	Deb      Kind = "deb"
	Apk      Kind = "apk"
	RPM      Kind = "rpm"
	NPM      Kind = "npm"
	PyPI     Kind = "pypi"
	Gem      Kind = "gem"
	Composer Kind = "composer"
	Maven    Kind = "maven"
	NuGet    Kind = "nuget"
	Golang   Kind = "golang" // a module that a program was linked from
	Cargo    Kind = "cargo"  // a crate that a program was linked from
)

// Package is one installed package, as the layer that installs it tells. All text is
// sanitised.
type Package struct {
	Kind    Kind   `json:"kind"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Path    string `json:"path"`           // where it says so: the database, the manifest, the program; absolute
	Size    int64  `json:"size"`           // bytes installed: as the database says, or of the directory; 0 unknown
	Layer   int    `json:"layer"`          // index into Image.Layers of the layer that installs it
	Gone    int    `json:"gone,omitempty"` // layer index (always > 0) that removes it again; 0 when the final image has it
	Base    bool   `json:"base,omitempty"` // the base image brought it
	Dev     string `json:"dev,omitempty"`  // the manifest that lists it for development only, or what needs it: "/app/package.json", "context:package.json"; "" where none does
	// DevTool says that no manifest tells, and that it is a tool for development by what
	// it is, or what only such tools need: a test framework, a linter, type declarations.
	DevTool bool `json:"devTool,omitempty"`
	// Files are a few that a package of a distribution brings, absolute; none where nobody
	// says.
	Files []string `json:"-"`
}

// Compare orders packages by kind, name, version, path and layer.
func Compare(a, b Package) int {
	return cmp.Or(
		strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Name, b.Name),
		strings.Compare(a.Version, b.Version), strings.Compare(a.Path, b.Path), a.Layer-b.Layer,
	)
}

// Final are the packages that the final image holds, in order.
func Final(all []Package) []Package {
	kept := slices.DeleteFunc(slices.Clone(all), func(p Package) bool { return p.Gone > 0 })
	slices.SortFunc(kept, Compare)
	return kept
}
