package behaviour

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// besideLeast is from how many cells on two sides stand beside one another.
const besideLeast = 76

// detail tells of the selected probe in exactly so many lines: what it runs, and of two
// sides what came of it, the one that the others are compared with and the selected one.
func (m *Model) detail(height int) []string {
	r, ok := m.selected()
	if !ok {
		return nil
	}
	th := m.theme
	out := []string{
		th.Render(theme.Border, strings.Repeat(th.Glyphs.Frame.Horizontal, m.width)),
		" " + th.Render(theme.Keyword, r.What),
	}
	pair := m.pair(r)
	if m.width < besideLeast || len(pair) < 2 {
		out = append(out, m.below(r, pair, height-len(out))...)
	} else {
		out = append(out, m.beside(r, pair, height-len(out))...)
	}
	for len(out) < height {
		out = append(out, "")
	}
	return m.cut(out[:height])
}

// pair are the sides that are told of: the one that others are compared with, and the
// selected one, else the one next to it.
func (m *Model) pair(r row) []int {
	if len(r.Cells) < 2 {
		return []int{0}
	}
	base := max(0, slices.IndexFunc(r.Cells, func(c probe.Cell) bool { return c.First }))
	other := m.cols.At()
	if other == base {
		other = (base + 1) % len(r.Cells)
	}
	return []int{min(base, other), max(base, other)}
}

// beside tells of two sides beside one another. Outputs begin at the same line, so that
// what differs stands beside what it differs from.
func (m *Model) beside(r row, pair []int, height int) []string {
	half := (m.width - 3) / 2
	widths := []int{half, m.width - half - 3}
	heads, outs := make([][]string, 2), make([][]string, 2)
	said := 0
	for i, side := range pair {
		heads[i] = m.about(r, side, widths[i])
		said = max(said, len(heads[i]))
	}
	said = min(said, height)
	parts := m.parts(r, pair)
	for i, side := range pair {
		for _, p := range allot(parts, height-said) {
			outs[i] = append(outs[i], m.output(p, r, side, widths[i])...)
		}
	}
	at := func(lines []string, i int) string {
		if i < len(lines) {
			return lines[i]
		}
		return ""
	}
	var out []string
	for y := range min(height, said+max(len(outs[0]), len(outs[1]))) {
		cells := [2]string{}
		for i := range pair {
			if y < said {
				cells[i] = at(heads[i], y)
			} else {
				cells[i] = at(outs[i], y-said)
			}
		}
		out = append(out, widget.Fit(cells[0], half, m.theme.Glyphs.Ellipsis)+" "+m.theme.Render(theme.Border, m.theme.Glyphs.Frame.Vertical)+" "+cells[1])
	}
	return out
}

// below tells of sides below one another.
func (m *Model) below(r row, pair []int, height int) []string {
	var heads []string
	for _, side := range pair {
		heads = append(heads, m.about(r, side, m.width)...)
	}
	out := heads[:min(len(heads), height)]
	rest := height - len(out)
	for i, side := range pair {
		for _, p := range allot(m.parts(r, []int{side}), rest/(len(pair)-i)) {
			lines := m.output(p, r, side, m.width)
			if len(pair) > 1 && len(lines) > 0 {
				lines[0] += m.theme.Render(theme.Dim, ", "+m.sides[side].Name)
			}
			out = append(out, lines...)
			rest -= len(lines)
		}
	}
	return out
}

// about is a side's name, what came of the probe there, and what speaks against it.
func (m *Model) about(r row, side, width int) []string {
	th := m.theme
	text, role := m.word(r, side)
	head := " " + th.Render(theme.Bold, widget.TruncateMiddle(m.sides[side].Name, max(8, width/2), th.Glyphs.Ellipsis)) + "  " + th.Render(role, text)
	o := r.Cells[side].Outcome
	if o == nil {
		return []string{head}
	}
	var more []string
	if short := o.Short(); short != r.Cells[side].Word() {
		more = append(more, short)
	}
	if took := o.Time(); took != "" {
		more = append(more, took)
	}
	if len(more) > 0 {
		head += th.Render(theme.Dim, ", "+strings.Join(more, ", "))
	}
	out := []string{head}
	tell := func(role theme.Role, text string) {
		for _, l := range widget.WrapWords(text, max(1, width-3)) {
			out = append(out, "   "+th.Render(role, l))
		}
	}
	if o.Failure != "" {
		if o.State == probe.Skipped {
			role = theme.Dim
		}
		tell(role, o.Failure)
	}
	for _, d := range r.Cells[side].Differences {
		tell(theme.Warning, d.String())
	}
	return out
}

// part is an output of a probe, with as many lines as there are for it.
type part struct {
	aspect probe.Aspect // "" for the last that a probe wrote
	title  string
	has    int // lines of the side that has the most
	differ int // the line where a side begins to differ, from 1; 0 where none does
	lines  int // that are shown
}

// parts are the outputs that sides have; those that differ come first.
func (m *Model) parts(r row, sides []int) []part {
	out := []part{
		{aspect: probe.Body, title: "body"},
		{aspect: probe.Stdout, title: "standard output"},
		{aspect: probe.Stderr, title: "standard error"},
		{title: "the last that it wrote"},
	}
	for i := range out {
		p := &out[i]
		for _, side := range sides {
			c := &r.Cells[side]
			p.has = max(p.has, len(linesOf(c.Outcome, p.aspect)))
			for _, d := range c.Differences {
				if d.Aspect == p.aspect {
					p.differ = max(p.differ, d.Line, 1)
				}
			}
		}
	}
	out = slices.DeleteFunc(out, func(p part) bool { return p.has == 0 })
	slices.SortStableFunc(out, func(a, b part) int { return min(1, b.differ) - min(1, a.differ) })
	return out
}

// linesOf are the lines of an output; of "" the last that it wrote, where they are in no
// output.
func linesOf(o *probe.Outcome, a probe.Aspect) []string {
	if o == nil {
		return nil
	}
	var text *probe.Output
	switch a {
	case probe.Stdout:
		text = o.Stdout
	case probe.Stderr:
		text = o.Stderr
	case probe.Body:
		text = o.Body
	default:
		if o.Stdout == nil && o.Stderr == nil {
			return o.Last
		}
	}
	if text == nil || text.Text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text.Text, "\n"), "\n")
}

// allot gives each part of an output its lines, a title among them: all that it has where
// there is room, else a fair share.
func allot(parts []part, lines int) []part {
	out := slices.Clone(parts)
	for i := range out {
		share := max(2, lines/(len(out)-i))
		need := 0
		for _, later := range out[i+1:] {
			need += min(later.has+1, share)
		}
		out[i].lines = max(0, min(out[i].has+1, max(share, lines-need), lines))
		lines -= out[i].lines
	}
	return slices.DeleteFunc(out, func(p part) bool { return p.lines < 2 })
}

// output draws a part of what a side wrote, in exactly the lines that it has.
func (m *Model) output(p part, r row, side, width int) []string {
	th, c := m.theme, &r.Cells[side]
	lines := linesOf(c.Outcome, p.aspect)
	room := p.lines - 1
	from := 0
	if p.differ > room {
		from = max(0, p.differ-1-room/2)
	}
	title := p.title
	switch o := outputOf(c.Outcome, p.aspect); {
	case o == nil && len(lines) == 0:
		return make([]string, p.lines)
	case o != nil && o.Bytes == 0:
		title += ": nothing"
	case o != nil:
		title += ", " + measure.Bytes(o.Bytes)
	}
	if from > 0 && from < len(lines) {
		title += fmt.Sprintf(", from line %d", from+1)
	}
	out := []string{"   " + th.Render(theme.Dim, title)}
	for i := from; i < len(lines) && len(out) < p.lines; i++ {
		if len(out) == p.lines-1 && i < len(lines)-1 && i+1 != p.differ {
			out = append(out, "     "+th.Render(theme.Dim, "and "+measure.Plural(len(lines)-i, "more line")))
			break
		}
		gutter, role := th.Render(theme.Border, th.Glyphs.Frame.Vertical), theme.Text
		if i+1 == p.differ {
			gutter, role = th.Render(theme.Warning, th.Glyphs.Differs), theme.Warning
		}
		out = append(out, "   "+gutter+" "+th.Render(role, widget.Truncate(strings.ReplaceAll(lines[i], "\t", "    "), max(1, width-5), th.Glyphs.Ellipsis)))
	}
	for len(out) < p.lines {
		out = append(out, "")
	}
	return out
}

func outputOf(o *probe.Outcome, a probe.Aspect) *probe.Output {
	if o == nil {
		return nil
	}
	return map[probe.Aspect]*probe.Output{probe.Stdout: o.Stdout, probe.Stderr: o.Stderr, probe.Body: o.Body}[a]
}
