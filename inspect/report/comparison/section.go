package comparison

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/report/markdown"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/measure"
)

// section is a part of the report, in the words of all forms that people read.
type section struct {
	title   string
	summary string // beside the title; "" for none
	columns []column
	groups  []group
}

// column is one of a section's table.
type column struct {
	name   string
	number bool // right-aligned, never cut
	side   bool // it is a side's, and named like it
	beside bool // it says more of the number left of it
	tail   bool // the end tells more than the beginning: a path
	quoted bool // what stands there comes from an image as it is: a name, a path
}

// group are rows that belong together.
type group struct {
	title string // "" where the section has one group
	rows  [][]string
	more  string // what is left out: "120 more, 12.0 MB"; "" for nothing
}

// sections are all parts of the report that have something to say. names are what stands
// above the columns of the sides.
func (r Report) sections(names []string) []section {
	out := []section{r.numbers(names), r.behaviour(names), r.told(names)}
	for side := 1; side < len(r.Comparison.Sides); side++ {
		out = append(out, r.places(side, names))
	}
	for side := 1; side < len(r.Comparison.Sides); side++ {
		out = append(out, r.findings(side, names))
	}
	out = append(out, r.packages(names), r.settings(names), r.layers(names))
	return kept(out)
}

// kept are the sections that have something to say.
func kept(list []section) []section {
	return slices.DeleteFunc(list, func(s section) bool { return len(s.groups) == 0 })
}

// names are the sides' own.
func (r Report) names() []string {
	out := make([]string, len(r.Comparison.Sides))
	for i, s := range r.Comparison.Sides {
		out[i] = s.Name
	}
	return out
}

// headline says how large a side is against the first.
type headline struct{ name, how, first, rest string }

func (h headline) text() string { return h.name + " " + h.how + " " + h.first + h.rest }

func (h headline) markdown() string {
	return markdown.Code(h.name) + " " + h.how + " " + markdown.Code(h.first) + h.rest
}

// headlines are those of all sides with an image but the first.
func (r Report) headlines() []headline {
	var out []headline
	first := r.Comparison.Sides[0]
	for _, s := range r.Comparison.Sides[1:] {
		if first.Image == nil || s.Image == nil {
			continue
		}
		a, b := first.Image.Size(), s.Image.Size()
		h := headline{name: s.Name, first: first.Name, how: "is as large as", rest: ": " + measure.Bytes(a)}
		switch {
		case a > b:
			h.how = "is " + measure.Bytes(a-b) + " smaller than"
		case a < b:
			h.how = "is " + measure.Bytes(b-a) + " larger than"
		}
		if a != b {
			h.rest = fmt.Sprintf(": %s → %s", measure.Bytes(a), measure.Bytes(b))
			if a > 0 {
				h.rest += ", " + percent(100*float64(b-a)/float64(a))
			}
		}
		out = append(out, h)
	}
	return out
}

// numbers are the facts, with what each differs by.
func (r Report) numbers(names []string) section {
	s := section{columns: []column{{}, {name: names[0], number: true, side: true}}}
	for _, n := range names[1:] {
		s.columns = append(s.columns, column{name: n, number: true, side: true}, column{number: true, beside: true})
	}
	var g group
	for _, f := range r.Comparison.Facts() {
		row := []string{f.Label, f.Text(0)}
		for i := 1; i < len(names); i++ {
			row = append(row, f.Text(i), beside(f, i))
		}
		g.rows = append(g.rows, row)
	}
	if len(g.rows) > 0 {
		s.groups = []group{g}
	}
	return s
}

// beside is what stands next to a side's number: by how much it differs from the first's,
// or what the number comes to.
func beside(f compare.Fact, side int) string {
	delta, ok := f.Delta(side)
	switch {
	case !ok && f.Growth, f.Growth && delta == 0, f.Unit == compare.Duration:
		return ""
	case !f.Growth && f.Cells[side].Number == 0:
		return ""
	case !f.Growth:
		return f.Cells[side].Note
	}
	if p, ok := f.Percent(side); ok && f.Unit == compare.Bytes {
		return percent(p)
	}
	if f.Unit == compare.Bytes {
		return signed(delta)
	}
	return plus(delta) + measure.Count(int(delta))
}

// percent is a difference in percent, with its sign.
func percent(p float64) string {
	if p > -0.05 && p < 0.05 {
		return fmt.Sprintf("%+.2f %%", p)
	}
	if p >= 1000 {
		return "×" + fmt.Sprintf("%.0f", 1+p/100)
	}
	return fmt.Sprintf("%+.1f %%", p)
}

// signed is a difference in bytes, with its sign.
func signed(bytes int64) string { return plus(bytes) + measure.Bytes(bytes) }

func plus(n int64) string {
	if n > 0 {
		return "+"
	}
	return ""
}

// more says how much of a list is left out; "" for nothing.
func more(left int, bytes int64) string {
	switch {
	case left <= 0:
		return ""
	case bytes == 0:
		return measure.Count(left) + " more"
	}
	return measure.Count(left) + " more, " + measure.Bytes(bytes)
}

// dash stands where a side has nothing.
func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// one puts a text on one line.
func one(s string) string { return strings.Join(strings.Fields(s), " ") }
