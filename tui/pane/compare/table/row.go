// Package table is the tabs of the comparison that are lists: packages, settings, layers
// and findings, a row for each thing that a side has, and a cell for each side.
package table

import (
	"strings"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Kind is what a table lists.
type Kind struct {
	Name string
	// Are says what the rows are where they are not what the overview counts; "" for those.
	Are string
	// None is what to say where no side has such a thing.
	None string
	// Sizes says that rows have one, by which they can be sorted.
	Sizes bool
	// Least is how wide a column is at least, Label how much of the width names may take,
	// in percent.
	Least, Label int
	// CutEnd cuts names at their end where there is no room, not in their middle.
	CutEnd bool
	// Rows lists them, beside the program.
	Rows func(c *compare.Comparison) []Row
	// Worse says that to have such a thing is bad: to lose it is good.
	Worse bool
}

// Row is a thing that a side has.
type Row struct {
	Sign  bool   // Lead says what is wrong, and gets the sign of that
	Lead  string // before the name, in a role of its own; "" for nothing
	Role  theme.Role
	Label string
	Cells []Cell // of each side
	Same  bool   // in all sides
	Size  int64  // bytes, for sorting
	Words []string
	// Enter is where a key goes from the cell of a side; nil for nowhere.
	Enter func(side int) *tab.Go
	// Line is of the Dockerfile, for the cell of a side; nil for none.
	Line func(side int) int

	text string // what a filter looks at
}

// Cell is what a side has of it.
type Cell struct {
	Has    bool
	Text   string // a version, a value
	Long   string // the same in more words; "" for Text
	Right  string // at the right end: a size
	Change image.Change
}

// width is how many cells the row takes before its columns.
func (r *Row) width() int {
	w := 3 + widget.Width(r.Lead) + widget.Width(r.Label)
	if r.Sign {
		w += 2
	}
	return w
}

// match says whether all words are in the row.
func (r *Row) match(words []string) bool {
	if r.text == "" {
		parts := []string{r.Lead, r.Label}
		for _, c := range r.Cells {
			parts = append(parts, c.Text)
		}
		r.text = strings.ToLower(strings.Join(parts, " "))
	}
	for _, w := range words {
		if !strings.Contains(r.text, w) {
			return false
		}
	}
	return true
}
