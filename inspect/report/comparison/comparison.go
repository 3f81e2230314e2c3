// Package comparison writes images that stand side by side (model/compare) for people
// and for programs.
package comparison

import "github.com/stagedive/stagedive/model/compare"

// Report is what is written.
type Report struct {
	Comparison *compare.Comparison
}
