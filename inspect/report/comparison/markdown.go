package comparison

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/inspect/report/markdown"
	"github.com/stagedive/stagedive/model/sanitize"
)

// markdownCell is how much of a text from an image a cell holds: forges cut comments at
// 65,536 characters.
const markdownCell = 160

// Markdown writes the comparison as a comment for a pull request, as GitHub and GitLab
// show it: how much larger or smaller the sides are, the limits, the numbers, and what
// differs, folded. Names from images are code, so that nothing in them is a link, a
// mention or a format.
func Markdown(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	var all []section
	if r.Comparison != nil {
		r.markdownHead(b)
		all = r.sections(r.names())
	}
	if r.Ladder != nil {
		fmt.Fprintf(b, "### %s: %s\n", markdown.Code(r.Ladder.Name), markdown.Plain(r.Ladder.Headline))
	}
	for _, s := range append(all, r.targetSections()...) {
		if s.title == "" {
			s.markdown(b)
			continue
		}
		fmt.Fprintf(b, "\n<details><summary>%s</summary>\n", s.caption())
		s.markdown(b)
		fmt.Fprint(b, "\n</details>\n")
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

func (r Report) markdownHead(b *bufio.Writer) {
	for i, line := range r.headlines() {
		if i == 0 {
			fmt.Fprintf(b, "### %s\n", line.markdown())
			continue
		}
		fmt.Fprintf(b, "\n**%s**\n", line.markdown())
	}
	var notes []string
	for _, m := range r.Growth {
		if m.Broken() {
			notes = append(notes, "- ❌ "+markdown.Plain(m.Sentence(r.Comparison)))
		}
	}
	for _, s := range r.Comparison.Sides {
		if s.Detail != "" {
			notes = append(notes, "- "+markdown.Code(s.Name)+": "+markdown.Plain(s.Detail))
		}
	}
	for _, n := range r.notes() {
		notes = append(notes, "- "+markdown.Plain(n))
	}
	if len(notes) > 0 {
		fmt.Fprintf(b, "\n%s\n", strings.Join(notes, "\n"))
	}
}

// caption is the title with what there is, for the line that opens the section.
func (s section) caption() string {
	var parts []string
	if s.summary != "" {
		parts = append(parts, s.summary)
	}
	for _, g := range s.groups {
		if g.title != "" {
			parts = append(parts, g.title)
		}
	}
	title := s.title
	if len(parts) > 0 {
		title += " · " + strings.Join(parts, " · ")
	}
	return escaped(title)
}

// escaped is a text as HTML that Markdown leaves alone.
func escaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "&#64;", "#", "&#35;", "`", "&#96;", "*", "&#42;", "_", "&#95;",
		"[", "&#91;", "]", "&#93;", "~", "&#126;", "\\", "&#92;", "|", "&#124;").Replace(s)
}

func (s section) markdown(b *bufio.Writer) {
	head := make([]string, len(s.columns))
	for i, c := range s.columns {
		head[i] = c.name
		if c.name != "" && c.side {
			head[i] = markdown.Code(c.name)
		}
		if c.number {
			head[i] += ":"
		}
	}
	for _, g := range s.groups {
		if len(s.groups) > 1 && len(g.rows) > 0 {
			fmt.Fprintf(b, "\n%s\n", markdown.Plain(g.title))
		}
		if len(g.rows) == 0 {
			continue
		}
		markdown.Table(b, append([]string(nil), head...)...)
		for _, row := range g.rows {
			cells := make([]string, len(row))
			for i, cell := range row {
				switch c := s.columns[i]; {
				case cell == "" || cell == "–":
					cells[i] = cell
				case c.quoted:
					cells[i] = markdown.Code(sanitize.Shorten(cell, markdownCell))
				default:
					cells[i] = indented(markdown.Plain(cell))
				}
			}
			markdown.Cells(b, cells...)
		}
		if g.more != "" {
			fmt.Fprintf(b, "\nand %s\n", g.more)
		}
	}
}

// indented keeps the blanks that a label begins with.
func indented(s string) string {
	rest := strings.TrimLeft(s, " ")
	return strings.Repeat("&nbsp;", len(s)-len(rest)) + rest
}
