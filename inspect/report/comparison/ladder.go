package comparison

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/timing"
)

// ladder writes the rungs as bars, and how the derived one came about.
func (p page) ladder(l *ladder.Ladder) {
	p.text(0, 2, l.Name+": "+l.Headline)
	fmt.Fprintln(p.b)
	names := 0
	for _, r := range l.Rungs {
		names = max(names, cells(rungName(r)))
	}
	names = min(names, p.width/3)
	room := p.width - names - 34 // what else stands in a row
	for _, r := range l.Rungs {
		size := measure.Bytes(r.Bytes)
		if r.AtLeast {
			size = "≥ " + size
		}
		if !r.Known {
			p.line("%-6s  %s  %11s", r.Kind, p.pad(rungName(r), names), "not known")
			continue
		}
		size = p.plain(size)
		p.line("%-6s  %s  %s%s  %s  %s", r.Kind, p.pad(rungName(r), names), strings.Repeat(" ", max(0, 11-cells(size))), size, p.bar(r.Share*r.OfBase(), r.Share, room), timing.Percent(r.Share))
	}
	light, full := "▒", "█"
	if p.ascii {
		light, full = "-", "#"
	}
	p.line("        %s its base image  %s its own layers", light, full)
	if d := l.Derived; d != nil {
		fmt.Fprintln(p.b)
		p.text(0, 8, "single: "+d.Stands)
		for _, part := range d.Parts {
			p.line("%8s%10s  %s: %s", "", measure.Bytes(part.Bytes), part.Name, part.What)
		}
	}
}

func rungName(r ladder.Rung) string {
	if r.From == "" {
		return r.Name
	}
	return r.Name + " (FROM " + r.From + ")"
}

// separate tells how the same is done with a Dockerfile for each image.
func (p page) separate(s *ladder.Separate) {
	p.line("the same without stages, as it was done before")
	fmt.Fprintln(p.b)
	for _, f := range s.Files {
		p.line("  %s: %s", f.Name, strings.Join(f.Stages, ", "))
		for _, c := range f.Changed {
			p.line("    line %d  %s", c.Line, c.Was)
			for i, l := range c.Becomes {
				label := "becomes "
				if i > 0 {
					label = ""
				}
				p.line("    %8s%s", label, l)
			}
		}
	}
	fmt.Fprintln(p.b)
	for _, l := range s.Script {
		p.verbatim(2, l)
	}
	fmt.Fprintln(p.b)
	for _, l := range s.Replaces {
		p.text(0, 2, l)
	}
}
