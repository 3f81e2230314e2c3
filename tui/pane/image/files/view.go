package files

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// Scope is the layers whose files are looked at: one, or a range that is taken
// together. Both are indexes into Image.Layers.
type Scope struct{ From, To int }

// Single says whether it is one layer.
func (s Scope) Single() bool { return s.From == s.To }

// order of rows.
type order uint8

const (
	best   order = iota // how well they match a filter; without one the largest first
	bySize              // the largest first
	byName              // directories first, then by name
)

// kinds is a set of changes; 0 is all but Unchanged.
type kinds uint8

func kindOf(c image.Change) kinds { return 1 << c }

// kindsInTurn are what the key goes through.
func kindsInTurn() []kinds {
	return []kinds{0, kindOf(image.Added), kindOf(image.Modified), kindOf(image.Metadata), kindOf(image.Removed)}
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
	for _, c := range []image.Change{image.Added, image.Modified, image.Metadata, image.Removed} {
		if k&kindOf(c) != 0 {
			out = append(out, c.String())
		}
	}
	return strings.Join(out, ", ")
}

// none says in plain words that layers, or a single one, made no such change.
func (k kinds) none(single bool) string {
	did, s := "These layers ", ""
	if single {
		did, s = "This layer ", "s"
	}
	switch k {
	case kindOf(image.Added):
		return did + "add" + s + " no file"
	case kindOf(image.Modified):
		return did + "change" + s + " no file's content"
	case kindOf(image.Metadata):
		return did + "change" + s + " no file's owner, mode or time alone"
	}
	return did + "remove" + s + " no file"
}

// view is how the files are looked at: what the user chose.
type view struct {
	all    bool  // everything there is after the layers, not only what they did
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
		return bySize
	}
	return v.order
}

// nextOrder is the one that the key goes to.
func (v view) nextOrder() order {
	switch v.sorted() {
	case best:
		return bySize
	case bySize:
		return byName
	}
	return best
}

// String names the order.
func (o order) String() string { return [...]string{"best match first", "largest first", "by name"}[o] }
