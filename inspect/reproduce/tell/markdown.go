package tell

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Markdown writes the verdict for a comment on a pull request, or a wiki.
func Markdown(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	v := r.Verdict
	fmt.Fprintf(b, "## %s\n\n", quoted(r.headline()))
	if how := r.how(); how != "" {
		fmt.Fprintf(b, "%s\n\n", quoted(how))
	}
	fmt.Fprintf(b, "| | image |\n|---|---|\n| first | %s |\n| second | %s |\n", code(v.First.Digest), code(v.Second.Digest))
	if s := v.Of(v.Root); s != nil {
		fmt.Fprintf(b, "\n**First difference:** %s\n\n%s\n", code(instruction(s)), quoted(v.Root.Group.Words()))
		if c, ok := v.Root.Group.Names(); ok {
			fmt.Fprintf(b, "\n> %s %s\n", quoted(c.Why), quoted(c.Do))
		}
	}
	if len(v.Steps)+len(v.Config) > 0 {
		fmt.Fprintf(b, "\n| instruction | differs | first | second | cause |\n|---|---|---|---|---|\n")
	}
	for _, s := range v.Steps {
		for _, g := range s.Groups {
			why := g.Cause
			if from := origin(g); from != "" {
				why = from
			}
			if aside(g) {
				why += " (not in the image)"
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", code(instruction(&s)), quoted(g.Words()), code(g.First.First), code(g.First.Second), quoted(strings.TrimSpace(why)))
		}
	}
	for _, f := range v.Config {
		fmt.Fprintf(b, "| configuration | %s | %s | %s | %s |\n", quoted(f.Field), code(f.First), code(f.Second), quoted(f.Cause))
	}
	if causes := v.Causes(); len(causes) > 0 {
		fmt.Fprintf(b, "\n### Why, and what to do\n\n")
		for _, c := range causes {
			fmt.Fprintf(b, "- **%s**: %s %s\n", c.ID, quoted(c.Why), quoted(c.Do))
		}
	}
	if f := r.foresight(); f != "" {
		fmt.Fprintf(b, "\n%s\n", quoted(f))
		if r.Again != "" {
			fmt.Fprintf(b, "\nThe same command with %s builds so.\n", code(r.Again))
		}
	}
	return b.Flush()
}

// code is a text as code in a table's cell.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + quoted(s) + "</code>"
}

// quoted is a text of which nothing is taken for Markdown or HTML.
func quoted(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '|', '*', '_', '`', '[', ']', '\\', '#', '@', '~', '!':
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
