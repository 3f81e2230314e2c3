// Package watch tells when a file changes that reaches a build: the Dockerfile,
// and what the steps that the target needs take from directories of this machine.
// A change to any other file it does not tell, because BuildKit would answer it
// from its cache.
//
// Events of the file system only say when to look; what has changed is found by
// comparing two looks. So a file that is written aside and renamed, as editors do,
// is one change, and one that is back as it was is none.
package watch

import (
	"slices"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/context"
)

// Set is what a build takes from this machine.
type Set struct {
	Dockerfile string // its path; "" when it came from stdin
	Text       []byte // its text
	Places     []Place
}

// Place is a directory, and what is taken from it.
type Place struct {
	Name   string // of a named context; "" for the build context
	Dir    string
	Ignore string // the Dockerfile whose ignore file counts; "" for the directory's own
	Takes  []context.Take
}

// Of makes the Set of a target: reads are what its steps take, dirs the
// directories behind the names of contexts. Contexts that are no directories are
// not watched.
func Of(file buildgraph.Source, reads []buildgraph.Read, dirs map[string]string) Set {
	s := Set{Dockerfile: file.Path, Text: file.Text}
	for _, r := range reads {
		dir, ok := dirs[r.Context]
		if !ok {
			continue
		}
		i := slices.IndexFunc(s.Places, func(p Place) bool { return p.Name == r.Context })
		if i < 0 {
			i = len(s.Places)
			s.Places = append(s.Places, Place{Name: r.Context, Dir: dir})
			if r.Context == "" {
				s.Places[i].Ignore = file.Path
			}
		}
		s.Places[i].Takes = append(s.Places[i].Takes, r.Take)
	}
	return s
}
