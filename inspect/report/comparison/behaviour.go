package comparison

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/probe"
)

// Behaviour writes what came of probes and nothing else: the sides side by side, and for
// each probe what the first side wrote and in what others differ.
func Behaviour(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	p := newPage(b, r)
	names, legend := p.shortNames(r)
	for _, line := range legend {
		p.line("%s", line)
	}
	if len(legend) > 0 {
		p.line("")
	}
	table := r.behaviour(names)
	table.summary = "" // it is the last line
	p.section(table)
	rows := r.Comparison.Behaviour()
	for i := range rows {
		p.details(r.Comparison, &rows[i])
	}
	p.line("")
	p.text(0, 2, r.Comparison.Verdict())
	return b.Flush()
}

// Behaved is the form of Behaviour for programs; docs/probes.md explains its keys.
type Behaved struct {
	Sides   []string    `json:"sides"`   // names
	Behaves bool        `json:"behaves"` // all do what they should, and the same
	Probes  []probe.Row `json:"probes"`
}

// BehaviourJSON writes what came of probes as JSON.
func BehaviourJSON(w io.Writer, r Report) error {
	d := Behaved{Behaves: r.Comparison.Behaves(), Probes: r.Comparison.Behaviour()}
	for _, s := range r.Comparison.Sides {
		d.Sides = append(d.Sides, s.Name)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

// behaviour is the table of what came of probes.
func (r Report) behaviour(names []string) section {
	s := section{title: "behaviour", columns: []column{{quoted: true}}, summary: strings.TrimSuffix(r.Comparison.Verdict(), ".")}
	for _, n := range names {
		s.columns = append(s.columns, column{name: n, side: true})
	}
	var g group
	for _, row := range r.Comparison.Behaviour() {
		line := []string{row.Name}
		for i := range row.Cells {
			line = append(line, r.cell(&row.Cells[i]))
		}
		g.rows = append(g.rows, line)
	}
	if len(g.rows) > 0 {
		s.groups = []group{g}
	}
	return s
}

// cell is what came of a probe on a side in a few words.
func (r Report) cell(c *probe.Cell) string {
	text := r.sign(c) + " " + c.Word()
	if c.Outcome == nil {
		return text
	}
	if short := c.Outcome.Short(); short != c.Word() {
		text += ", " + short
	}
	if took := c.Outcome.Time(); took != "" {
		text += ", " + took
	}
	return text
}

func (r Report) sign(c *probe.Cell) string {
	signs := map[string][2]string{
		"passed": {"✓", "+"}, "same": {"✓", "+"}, "differs": {"≠", "!"}, "failed": {"✗", "x"}, "not run": {"⚠", "?"}, "skipped": {"–", "-"},
	}[c.Word()]
	if r.ASCII {
		return signs[1]
	}
	return signs[0]
}

// told is what speaks against sides, a sentence each.
func (r Report) told(names []string) section {
	s := section{title: "what they do otherwise", columns: []column{{quoted: true}, {}, {quoted: true}}}
	var g group
	for _, row := range r.Comparison.Behaviour() {
		for i := range row.Cells {
			for _, text := range against(&row.Cells[i]) {
				g.rows = append(g.rows, []string{row.Name, names[i], text})
			}
		}
	}
	if len(g.rows) > 0 {
		s.groups = []group{g}
	}
	return s
}

// against is what speaks against a side, with the last that it wrote.
func against(c *probe.Cell) []string {
	if c.Outcome == nil {
		return nil
	}
	var out []string
	if c.Outcome.State.Failing() {
		out = append(out, c.Outcome.Failure)
	}
	for _, d := range c.Differences {
		out = append(out, d.String())
	}
	for _, l := range c.Outcome.Last {
		out = append(out, "| "+l)
	}
	return out
}

// details writes of each probe what it asks, what each side has to say, and what the
// first one wrote.
func (p page) details(c *compare.Comparison, row *probe.Row) {
	p.line("")
	p.text(0, 4, row.Name+": "+string(row.Verdict))
	if row.What != row.Name {
		p.text(2, 2, row.What)
	}
	for i := range row.Cells {
		cell, name := &row.Cells[i], c.Sides[i].Name
		if cell.Outcome == nil {
			continue
		}
		if cell.Outcome.Failure != "" {
			p.text(2, 4, name+": "+cell.Outcome.Failure)
		}
		for _, d := range cell.Differences {
			p.text(2, 4, name+": "+d.String())
		}
		p.verbatims(cell.Outcome.Last)
		if cell.First {
			p.output(name, "wrote", cell.Outcome.Stdout)
			p.output(name, "wrote to standard error", cell.Outcome.Stderr)
			p.output(name, "answered", cell.Outcome.Body)
		}
	}
}

// maxShown is how many lines of an output are shown.
const maxShown = 8

// output writes the beginning of one.
func (p page) output(side, how string, o *probe.Output) {
	if o == nil || o.Text == "" {
		return
	}
	lines := strings.Split(strings.TrimSuffix(o.Text, "\n"), "\n")
	p.text(2, 4, fmt.Sprintf("%s %s %s:", side, how, measure.Bytes(o.Bytes)))
	p.verbatims(lines[:min(len(lines), maxShown)])
	if more := len(lines) - maxShown; more > 0 {
		p.line("      and %s", measure.Plural(more, "more line"))
	} else if o.Cut {
		p.line("      and more")
	}
}

func (p page) verbatims(lines []string) {
	for _, l := range lines {
		p.line("    | %s", l)
	}
}
