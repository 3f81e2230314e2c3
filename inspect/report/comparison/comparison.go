// Package comparison writes images that stand side by side (model/compare) for people
// and for programs: as text, JSON, Markdown and a page of HTML. The output depends on its
// input alone: the same comparison gives the same bytes.
package comparison

import (
	"cmp"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/compare/growth"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
)

// Report is what is written. All text in it is sanitised and without secrets.
type Report struct {
	Comparison *compare.Comparison // nil where nothing stands side by side
	Growth     []growth.Measured   // what became of the limits; nil where there are none
	// Ladder and Crossed are those of one Dockerfile and target; nil for none.
	Ladder  *ladder.Ladder
	Crossed *crossing.Report

	// Drawing is the stage graph as SVG, safe to stand in a page as it is; "" for none.
	Drawing string

	Width int  // of the text, in cells; 0 for as wide as it gets
	ASCII bool // the text has bars and arrows of ASCII only
	All   bool // lists to their end
	Files bool // in JSON, every path that differs

	named int // how many entries of a list are told where not all of it is asked for; 0 for usualNamed
}

// usualNamed is how many entries of a list are told where not all of it is asked for.
const usualNamed = 12

// most is how many entries of a list are told.
func (r Report) most(n int) int {
	if r.All {
		return n
	}
	return min(n, cmp.Or(r.named, usualNamed))
}
