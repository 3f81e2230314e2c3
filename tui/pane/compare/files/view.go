package files

import (
	"strings"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/image"
)

// order of rows.
type order uint8

const (
	best         order = iota // how well they match a filter; without one byDifference
	byDifference              // what differs by the most bytes first
	bySize                    // the largest first
	byName                    // directories first, then by name
)

// String names the order.
func (o order) String() string {
	return [...]string{"best match first", "largest difference first", "largest first", "by name"}[o]
}

// of is the order in the model's words.
func (o order) of() compare.Order {
	return map[order]compare.Order{best: compare.ByDifference, byDifference: compare.ByDifference, bySize: compare.BySize, byName: compare.ByName}[o]
}

// kinds is a set of changes; 0 is all but Unchanged.
type kinds uint8

func kindOf(c image.Change) kinds { return 1 << c }

// kindsInTurn are what the key goes through.
func kindsInTurn() []kinds {
	return []kinds{0, kindOf(image.Added), kindOf(image.Removed), kindOf(image.Modified), kindOf(image.Metadata)}
}

func (k kinds) next() kinds {
	all := kindsInTurn()
	for i, x := range all {
		if x == k {
			return all[(i+1)%len(all)]
		}
	}
	return 0
}

// String is what is left of the changes, in words; "" when all are.
func (k kinds) String() string {
	var out []string
	for _, c := range []image.Change{image.Added, image.Removed, image.Modified, image.Metadata} {
		if k&kindOf(c) != 0 {
			out = append(out, word(c))
		}
	}
	return strings.Join(out, ", ")
}

// word is what people say of a change between two images.
func word(c image.Change) string {
	switch c {
	case image.Added:
		return "added"
	case image.Removed:
		return "removed"
	case image.Modified:
		return "changed"
	case image.Metadata:
		return "same content, other mode, owner or time"
	}
	return "same"
}

// view is how the files are looked at: what the user chose.
type view struct {
	all    bool  // what is the same in all sides, too
	kinds  kinds // only these changes
	order  order
	list   bool   // files in one list instead of the tree
	text   string // the filter
	regex  bool   // it is a regular expression
	nested bool   // what the filter finds is shown in the tree
}

// flat says whether rows are one list.
func (v view) flat() bool {
	if v.text != "" {
		return !v.nested
	}
	return v.list
}

// sorted is the order that rows come in.
func (v view) sorted() order {
	if v.order == best && (v.text == "" || v.regex || !v.flat()) {
		return byDifference
	}
	return v.order
}

// nextOrder is the one that the key goes to.
func (v view) nextOrder() order {
	switch v.sorted() {
	case best:
		return byDifference
	case byDifference:
		return bySize
	case bySize:
		return byName
	}
	return best
}

// wants says whether a row itself, not only something below it, is looked for.
func (v view) wants(f *compare.Files, id compare.ID) bool {
	if v.all && v.kinds == 0 {
		return true
	}
	for s := range f.Sides() {
		switch c := f.Own(id, s); {
		case c == image.Unchanged:
		case v.kinds == 0, v.kinds&kindOf(c) != 0:
			return true
		}
	}
	return false
}

// lists says whether a row belongs into a list: a directory does where nothing below it
// says the same.
func (v view) lists(f *compare.Files, id compare.ID) bool {
	if !f.IsDir(id) {
		return true
	}
	if v.all {
		return false
	}
	for s := range f.Sides() {
		switch f.Own(id, s) {
		case image.Metadata:
			return true
		case image.Added, image.Removed:
			if first, end := f.Entries(id); first == end {
				return true
			}
		}
	}
	return false
}
