package comparison

import (
	"bufio"
	"fmt"
	"io"
	"slices"

	"github.com/stagedive/stagedive/model/sanitize"
)

// Text writes the comparison for people, without colour: how much larger or smaller the
// sides are, the numbers, and what differs. Of one target it writes the ladder, what
// crossed, what became of each stage, and how the same is done without stages. It fits
// the report's width; without one nothing is cut.
func Text(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	p := newPage(b, r)
	if r.Comparison != nil {
		p.sides(r)
	}
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
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// sides write what stands side by side.
func (p page) sides(r Report) {
	names, legend := p.shortNames(r)
	for _, h := range r.headlines() {
		p.sentence(2, h.text())
	}
	for _, line := range legend {
		p.line("%s", line)
	}
	for _, n := range r.notes() {
		p.sentence(6, "note: "+n)
	}
	for i, s := range r.sections(names) {
		if i > 0 || len(legend)+len(r.headlines()) > 0 {
			fmt.Fprintln(p.b)
		}
		p.section(s)
	}
}

// sentence writes a sentence in one line, or in as many as a bound page takes.
func (p page) sentence(hang int, s string) {
	if p.bound {
		p.text(0, hang, s)
		return
	}
	p.line("%s", s)
}

// shortNames are what stands above the columns: the sides' names, or letters with what
// they stand for where the names are too long to stand side by side.
func (p page) shortNames(r Report) (names, legend []string) {
	names = r.names()
	room := 24
	if p.bound {
		room = min(room, (p.width-18)/len(names)-2)
	}
	long := false
	for _, n := range names {
		long = long || cells(n) > room
	}
	for i, s := range r.Comparison.Sides {
		line := ""
		if long {
			names[i] = string(rune('A' + i))
			line = names[i] + "  " + s.Name
		}
		if s.Detail != "" {
			if line == "" {
				line = s.Name
			}
			line += "  " + s.Detail
		}
		if line != "" {
			legend = append(legend, line)
		}
	}
	return names, legend
}

// notes are what is odd about the sides, a sentence each.
func (r Report) notes() []string {
	var out []string
	for _, s := range r.Comparison.Sides {
		for _, n := range append(slices.Clone(s.Notes), s.Problem) {
			if n != "" {
				out = append(out, s.Name+": "+n)
			}
		}
		if s.Image == nil {
			continue
		}
		if unread := s.Image.UnreadInWords(); unread != "" {
			out = append(out, fmt.Sprintf("%s: %s could not be read; what is there is not compared", s.Name, unread))
		}
		for _, p := range s.Image.Problems {
			out = append(out, s.Name+": "+sanitize.Text(p))
		}
	}
	return out
}
