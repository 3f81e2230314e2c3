package probe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
)

// Row is one probe over all sides.
type Row struct {
	Name    string  `json:"name"`
	What    string  `json:"what"` // of the first side that it is asked of
	Verdict Verdict `json:"verdict"`
	Cells   []Cell  `json:"cells"` // one for each side, in their order
}

// Cell is what came of a probe on one side.
type Cell struct {
	Outcome     *Outcome     `json:"outcome,omitempty"`     // nil where this side has no such probe
	First       bool         `json:"first,omitempty"`       // the others are compared with this one
	Differences []Difference `json:"differences,omitempty"` // from that one
}

// Difference is one aspect in which a side is not as the first one.
type Difference struct {
	Aspect Aspect `json:"aspect"`
	Line   int    `json:"line,omitempty"` // of an output, 1-based; 0 for the whole
	First  string `json:"first"`          // there
	Here   string `json:"here"`
}

// String is the difference in a sentence.
func (d Difference) String() string {
	name := map[Aspect]string{Exit: "exit code", Stdout: "standard output", Stderr: "standard error", Status: "status", Body: "body"}[d.Aspect]
	if d.Line > 0 {
		name = fmt.Sprintf("%s, line %d", name, d.Line)
	}
	return fmt.Sprintf("%s: %s there, %s here", name, d.First, d.Here)
}

// Verdict is what a row comes to.
type Verdict string

// The verdicts.
const (
	Same     Verdict = "same"    // all sides do what they should, and the same
	Differs  Verdict = "differs" // all do what they should, and not the same
	Fails    Verdict = "fails"   // one does not do what it should, or nobody knows
	NotAsked Verdict = "not asked"
)

// Word is the state of a cell in a word: passed, failed, not run, skipped, same, differs.
func (c *Cell) Word() string {
	switch {
	case c.Outcome == nil:
		return string(Skipped)
	case c.Outcome.State != Passed:
		return string(c.Outcome.State)
	case len(c.Differences) > 0:
		return string(Differs)
	case c.First:
		return string(Passed)
	}
	return string(Same)
}

// Good says whether there is nothing against it.
func (c *Cell) Good() bool {
	return c.Outcome == nil || !c.Outcome.State.Failing() && len(c.Differences) == 0
}

// Compare sets the outcomes of several images side by side: a row for each probe, in the
// order in which the sides have them. Each is compared with the first side on which the
// probe ran.
func Compare(sides ...[]Outcome) []Row {
	var rows []Row
	for _, side := range sides {
		for _, o := range side {
			if !slices.ContainsFunc(rows, func(r Row) bool { return r.Name == o.Name }) {
				rows = append(rows, Row{Name: o.Name, Cells: make([]Cell, len(sides))})
			}
		}
	}
	for i := range rows {
		rows[i].fill(sides)
	}
	return rows
}

// Behaves says whether all rows speak for all sides.
func Behaves(rows []Row) bool {
	return !slices.ContainsFunc(rows, func(r Row) bool { return r.Verdict == Fails || r.Verdict == Differs })
}

func (r *Row) fill(sides [][]Outcome) {
	var first *Outcome
	r.Verdict = NotAsked
	for i := range sides {
		at := slices.IndexFunc(sides[i], func(o Outcome) bool { return o.Name == r.Name })
		if at < 0 {
			continue
		}
		o, c := &sides[i][at], &r.Cells[i]
		c.Outcome = o
		if r.What == "" || first == nil && o.Ran() {
			r.What = o.What
		}
		switch {
		case !o.Ran():
		case first == nil:
			first, c.First = o, true
		default:
			c.Differences = differences(first, o)
		}
		switch {
		case o.State.Failing():
			r.Verdict = Fails
		case r.Verdict == Fails || o.State == Skipped:
		case len(c.Differences) > 0:
			r.Verdict = Differs
		case r.Verdict == NotAsked:
			r.Verdict = Same
		}
	}
}

// differences are what is not as on the first side, of what has to be.
func differences(first, here *Outcome) []Difference {
	var out []Difference
	for _, a := range here.Compared {
		switch a {
		case Exit:
			if first.Exit != nil && here.Exit != nil && *first.Exit != *here.Exit {
				out = append(out, Difference{Aspect: a, First: fmt.Sprint(*first.Exit), Here: fmt.Sprint(*here.Exit)})
			}
		case Status:
			if first.Status != here.Status {
				out = append(out, Difference{Aspect: a, First: fmt.Sprint(first.Status), Here: fmt.Sprint(here.Status)})
			}
		default:
			if d, ok := outputs(a, first.output(a), here.output(a)); ok {
				out = append(out, d)
			}
		}
	}
	return out
}

func (o *Outcome) output(a Aspect) *Output {
	return map[Aspect]*Output{Stdout: o.Stdout, Stderr: o.Stderr, Body: o.Body}[a]
}

// outputs finds where two outputs begin to differ.
func outputs(a Aspect, first, here *Output) (d Difference, differ bool) {
	if first == nil || here == nil || first.Digest == here.Digest {
		return d, false
	}
	x, y := lines(first.Text), lines(here.Text)
	for i := range max(len(x), len(y)) {
		if i >= len(x) || i >= len(y) || x[i] != y[i] {
			return Difference{Aspect: a, Line: i + 1, First: at(x, i), Here: at(y, i)}, true
		}
	}
	if first.Text != here.Text {
		return Difference{Aspect: a, First: ending(first), Here: ending(here)}, true
	}
	behind := ", other text behind its first " + measure.Bytes(int64(len(here.Text)))
	return Difference{Aspect: a, First: measure.Bytes(first.Bytes), Here: measure.Bytes(here.Bytes) + behind}, true
}

// lines are those of a text.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// ending says how an output ends, for two that differ in that alone.
func ending(o *Output) string {
	if strings.HasSuffix(o.Text, "\n") {
		return "a line feed at its end"
	}
	return "no line feed at its end"
}

// at is a line of an output in quotes, or that it ends before.
func at(lines []string, i int) string {
	switch {
	case i >= len(lines):
		return "its end"
	case lines[i] == "":
		return "an empty line"
	}
	return `"` + shortened(lines[i], maxFound) + `"`
}
