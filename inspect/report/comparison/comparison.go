// Package comparison writes images that stand side by side (model/compare) for people
// and for programs.
package comparison

import (
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
)

// Report is what is written.
type Report struct {
	Comparison *compare.Comparison // nil where nothing stands side by side
	// Ladder and Crossed are those of one Dockerfile and target; nil for none.
	Ladder  *ladder.Ladder
	Crossed *crossing.Report

	Width int  // of the text in cells; 0 for the usual
	ASCII bool // the text has bars and arrows of ASCII only
}
