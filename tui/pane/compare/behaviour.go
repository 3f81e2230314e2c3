package compare

import (
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/tui/pane/compare/table"
)

// behaviour lists what came of the probes; the tab is there where some were asked.
func behaviour() table.Kind {
	return table.Kind{Name: "behaviour", Least: 12, Label: 36, Hide: true, Rows: func(c *compare.Comparison) []table.Row {
		var out []table.Row
		for _, p := range c.Behaviour() {
			r := table.Row{Label: p.Name, Same: p.Verdict == probe.Same, Words: []string{p.What}}
			for i := range p.Cells {
				cell, words := outcome(&p.Cells[i])
				r.Cells = append(r.Cells, cell)
				r.Words = append(r.Words, words...)
			}
			out = append(out, r)
		}
		return out
	}}
}

// outcome is what came of a probe on a side, and what there is to say of it.
func outcome(p *probe.Cell) (c table.Cell, words []string) {
	if p.Outcome == nil {
		return table.Cell{}, nil
	}
	c = table.Cell{Has: true, Text: p.Word(), Verdict: table.Good}
	if p.Outcome.Took > 0 {
		c.Right = measure.Duration(p.Outcome.Took)
	}
	switch {
	case p.Outcome.State.Failing():
		c.Verdict = table.Bad
	case len(p.Differences) > 0:
		c.Verdict = table.Differs
	case p.Outcome.State != probe.Passed:
		c.Verdict = table.None
	}
	if p.Outcome.Failure != "" {
		words = append(words, p.Outcome.Failure)
	}
	for _, d := range p.Differences {
		words = append(words, d.String())
	}
	return c, words
}
