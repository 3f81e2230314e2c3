package comparison

import (
	"fmt"
	"strings"
)

// section writes a part of the report as a table.
func (p page) section(s section) {
	s = p.readable(s)
	width := 0
	if p.bound {
		width = p.width
	}
	head := s.title
	if s.summary != "" {
		head += "  (" + s.summary + ")"
	}
	if s.narrow(width) {
		s = s.stacked()
	}
	widths := s.fit(width)
	indent := strings.Repeat(" ", s.indent())
	named := false
	for _, c := range s.columns {
		named = named || c.name != ""
	}
	if head != "" {
		p.line("%s", head)
	}
	if named {
		row := make([]string, len(s.columns))
		for i, c := range s.columns {
			row[i] = c.name
		}
		p.row(s, indent, row, widths)
	}
	for _, g := range s.groups {
		if g.title != "" {
			p.line("  %s", g.title)
		}
		for _, row := range g.rows {
			p.row(s, indent, row, widths)
		}
		if g.more != "" {
			p.line("%s… %s (--all)", indent, g.more)
		}
	}
}

// indent is how far its rows stand in: below a title, and below those of groups.
func (s section) indent() int {
	switch {
	case s.title == "":
		return 0
	case len(s.groups) > 0 && s.groups[0].title != "":
		return 4
	}
	return 2
}

// row writes cells in columns of their widths, and cuts them where the page is bound.
func (p page) row(s section, indent string, row []string, widths []int) {
	line := indent
	for i, cell := range row {
		if widths[i] == 0 {
			continue
		}
		switch c := s.columns[i]; {
		case !p.bound:
		case c.tail:
			cell = p.cutHead(cell, widths[i])
		case !c.number:
			cell = p.cut(cell, widths[i])
		}
		pad := strings.Repeat(" ", max(0, widths[i]-cells(cell)))
		if s.columns[i].number {
			cell = pad + cell
		} else {
			cell += pad
		}
		line += cell + "  "
	}
	fmt.Fprintln(p.b, strings.TrimRight(line, " "))
}

// aligned is how wide a column gets where nothing bounds the width: the rare cells that
// are longer reach out of it.
const aligned = 60

// fit is how wide each column becomes. What does not fit is taken from the widest of
// those that may be cut.
func (s section) fit(width int) []int {
	widths := make([]int, len(s.columns))
	for i, c := range s.columns {
		widths[i] = cells(c.name)
		for _, g := range s.groups {
			for _, row := range g.rows {
				if i < len(row) {
					widths[i] = max(widths[i], cells(row[i]))
				}
			}
		}
		if width == 0 {
			widths[i] = min(widths[i], aligned)
		}
	}
	if width == 0 {
		return widths
	}
	left := width - s.indent()
	for _, w := range widths {
		if w > 0 {
			left -= w + 2
		}
	}
	for left += 2; left < 0; left++ {
		widest := -1
		for i, c := range s.columns {
			if !c.number && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 || widths[widest] <= 6 {
			break
		}
		widths[widest]--
	}
	return widths
}

// narrow says whether the numbers of all columns can't stand in one line, with a word
// before them.
func (s section) narrow(width int) bool {
	least, widths := 16, s.fit(0)
	for i, c := range s.columns {
		if c.number && widths[i] > 0 {
			least += widths[i] + 2
		}
	}
	return width > 0 && least > width
}

// stacked puts what stands beside numbers below them.
func (s section) stacked() section {
	out := section{title: s.title, summary: s.summary}
	for _, c := range s.columns {
		if !c.beside {
			out.columns = append(out.columns, c)
		}
	}
	for _, g := range s.groups {
		to := group{title: g.title, more: g.more}
		for _, row := range g.rows {
			var above, below []string
			told := false
			for i, cell := range row {
				if s.columns[i].beside {
					below[len(below)-1], told = cell, told || cell != ""
				} else {
					above, below = append(above, cell), append(below, "")
				}
			}
			to.rows = append(to.rows, above)
			if told {
				to.rows = append(to.rows, below)
			}
		}
		out.groups = append(out.groups, to)
	}
	return out
}

// cutHead takes off a text's beginning.
func (p page) cutHead(s string, width int) string {
	if cells(s) <= width {
		return s
	}
	begin := "…"
	if p.ascii {
		begin = "~"
	}
	r := []rune(s)
	for len(r) > 0 && cells(string(r)) > width-1 {
		r = r[1:]
	}
	return begin + string(r)
}

// readable has ASCII stand in for our own signs in all of a section, before it is fitted.
func (p page) readable(s section) section {
	if !p.ascii {
		return s
	}
	out := section{title: p.plain(s.title), summary: p.plain(s.summary)}
	for _, c := range s.columns {
		c.name = p.plain(c.name)
		out.columns = append(out.columns, c)
	}
	for _, g := range s.groups {
		to := group{title: p.plain(g.title), more: p.plain(g.more)}
		for _, row := range g.rows {
			var line []string
			for _, cell := range row {
				line = append(line, p.plain(cell))
			}
			to.rows = append(to.rows, line)
		}
		out.groups = append(out.groups, to)
	}
	return out
}
