package comparison

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/image"
)

// Text writes the comparison for people, without colour: the numbers, then the
// packages and settings that differ. Of one target it writes the ladder, what crossed,
// what became of each stage, and how the same is done without stages.
func Text(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	if r.Comparison != nil {
		sides(b, r.Comparison)
	}
	p := newPage(b, r)
	if r.Ladder != nil {
		p.ladder(r.Ladder)
	}
	if r.Crossed != nil {
		fmt.Fprintln(b)
		p.crossed(r.Crossed)
		fmt.Fprintln(b)
		p.stages(r.Crossed)
	}
	if r.Ladder != nil && r.Ladder.Separate != nil {
		fmt.Fprintln(b)
		p.separate(r.Ladder.Separate)
	}
	return b.Flush()
}

// sides write what stands side by side.
func sides(b *bufio.Writer, c *compare.Comparison) {
	rows := table{head(c)}
	for _, f := range c.Facts() {
		row := []string{f.Label}
		for i := range c.Sides {
			text := f.Text(i)
			if f.Cells[i].Note != "" {
				text += " (" + f.Cells[i].Note + ")"
			}
			if p, ok := f.Percent(i); ok && f.Unit == compare.Bytes && p != 0 {
				text += fmt.Sprintf(" %+.0f %%", p)
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	rows.write(b)
	packages(b, c)
	settings(b, c)
	notes(b, c)
}

// notes writes what must be known of the sides.
func notes(b *bufio.Writer, c *compare.Comparison) {
	first := true
	for _, s := range c.Sides {
		for _, n := range append(slices.Clone(s.Notes), s.Problem) {
			if n == "" {
				continue
			}
			if first {
				fmt.Fprintln(b)
				first = false
			}
			fmt.Fprintf(b, "note: %s: %s\n", s.Name, n)
		}
	}
}

func head(c *compare.Comparison) []string {
	row := []string{""}
	for _, s := range c.Sides {
		row = append(row, s.Name)
	}
	return row
}

// packages writes those that differ.
func packages(b *bufio.Writer, c *compare.Comparison) {
	rows := table{append([]string{"packages that differ"}, head(c)[1:]...)}
	for _, p := range c.Packages() {
		if p.Same() {
			continue
		}
		row := []string{string(p.Kind) + " " + p.Name}
		for i := range c.Sides {
			text := strings.Join(p.Versions[i], ", ")
			if p.Change(i) == image.Removed || text == "" {
				text = "–"
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	if len(rows) > 1 {
		fmt.Fprintln(b)
		rows.write(b)
	}
}

// settings writes those that differ.
func settings(b *bufio.Writer, c *compare.Comparison) {
	rows := table{append([]string{"settings that differ"}, head(c)[1:]...)}
	for _, s := range c.Settings() {
		if s.Same() {
			continue
		}
		row := []string{s.Name}
		for _, v := range s.Values {
			if v == "" {
				v = "–"
			}
			row = append(row, v)
		}
		rows = append(rows, row)
	}
	if len(rows) > 1 {
		fmt.Fprintln(b)
		rows.write(b)
	}
}

// table is rows of the same number of cells, the head first.
type table [][]string

func (t table) write(b *bufio.Writer) {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range t {
		line := ""
		for i, cell := range row {
			line += cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2)
		}
		fmt.Fprintln(b, strings.TrimRight(line, " "))
	}
}
