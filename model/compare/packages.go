package compare

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
)

// Package is a package of one or more sides.
type Package struct {
	Kind     inventory.Kind
	Name     string
	Versions [][]string // of each side, in order; more than one where it is installed more than once
	Sizes    []int64    // of each side, bytes; 0 where unknown, or not there
}

// Change is what became of the first side's package in another.
func (p Package) Change(side int) image.Change {
	a, b := p.Versions[0], p.Versions[side]
	switch {
	case len(a) == 0 && len(b) == 0:
		return image.Unchanged
	case len(a) == 0:
		return image.Added
	case len(b) == 0:
		return image.Removed
	case slices.Equal(a, b):
		return image.Unchanged
	}
	return image.Modified
}

// Same says whether all sides have it in the same versions.
func (p Package) Same() bool {
	for i := range p.Versions {
		if p.Change(i) != image.Unchanged {
			return false
		}
	}
	return true
}

// Packages are those that the sides' images hold in the end, by kind and name.
func (c *Comparison) Packages() []Package {
	type key struct {
		kind inventory.Kind
		name string
	}
	at := map[key]*Package{}
	for s, side := range c.Sides {
		if side.Image == nil {
			continue
		}
		for _, p := range inventory.Final(side.Image.Packages) {
			k := key{p.Kind, p.Name}
			row := at[k]
			if row == nil {
				row = &Package{Kind: p.Kind, Name: p.Name, Versions: make([][]string, len(c.Sides)), Sizes: make([]int64, len(c.Sides))}
				at[k] = row
			}
			row.Versions[s] = append(row.Versions[s], p.Version)
			row.Sizes[s] += p.Size
		}
	}
	out := make([]Package, 0, len(at))
	for _, p := range at {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Package) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Name, b.Name))
	})
	return out
}
