package crossing

import "github.com/stagedive/stagedive/model/finding"

// Kind is what sort of thing was left behind.
type Kind string

// The kinds.
const (
	Toolchain    Kind = "toolchain"    // compilers and what comes with them
	Sources      Kind = "sources"      // what programs are made of, and their repositories
	DevDeps      Kind = "dev-deps"     // packages for development only
	Caches       Kind = "caches"       // of package managers and compilers
	BaseSystem   Kind = "base system"  // what else the base image brought
	Intermediate Kind = "intermediate" // what else the stage's steps made
)

// Kinds are all of them, in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{Toolchain, Sources, DevDeps, Caches, BaseSystem, Intermediate}
}

// kindOf is the kind of what findings of a category are about, by its place in Kinds;
// none for those whose files are not there for building.
func kindOf(c finding.Category) (int8, bool) {
	switch c {
	case finding.Toolchain:
		return 0, true
	case finding.Source, finding.VCS:
		return 1, true
	case finding.DevDeps:
		return 2, true
	case finding.Cache:
		return 3, true
	}
	return 0, false
}

// The places in Kinds of the kinds that no finding stands for.
const (
	baseSystem   int8 = 4
	intermediate int8 = 5
)
