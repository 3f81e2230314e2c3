package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Markdown writes the report for a pull request, as GitHub and GitLab show it: tables,
// no raw HTML; or the parts that are asked for. Names from the image are code, so that
// nothing in them is a link, a mention or a format.
func Markdown(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "**%s** · %s in %s\n", code(r.Image.Ref), r.Show.size(r.Image.Size()), measure.Plural(len(r.Image.Layers), "layer"))
	if r.Show.Whole() || r.Show.Layers {
		r.markdownLayers(b)
	}
	r.markdownNotes(b)
	if r.Show.Packages {
		r.markdownPackages(b)
	}
	switch {
	case r.Show.Whole():
		if r.Image.Stage != "" {
			fmt.Fprint(b, "\nA stage is not judged: leaks are looked for in images.\n")
			break
		}
		r.markdownSections(b)
		r.markdownFindings(b)
	case r.Show.Tree, r.Show.Files:
		t := r.tree()
		if r.Show.Tree { // in a block, as its form is what it says
			fmt.Fprint(b, "\n~~~~text\n")
			r.directory(b, t, image.Root, 0)
			fmt.Fprint(b, "~~~~\n")
		}
		if r.Show.Files {
			r.markdownFiles(b, t)
		}
	}
	return flush(b)
}

func (r Report) markdownLayers(b *bufio.Writer) {
	table(b, "#:", "size:", "from", "instruction")
	for i, l := range r.Image.Layers {
		cells(b, fmt.Sprint(i+1), r.Show.size(l.Size), plain(r.place(l.Origin.Stage, l.Origin.Line, l.Origin.Base)), code(sanitize.Shorten(one(r.instruction(l)), 120)))
	}
}

func (r Report) markdownNotes(b *bufio.Writer) {
	var notes []string
	if base := r.Image.Base.String(); base != "" {
		notes = append(notes, "base: "+code(base))
	}
	for _, n := range r.Notes() {
		notes = append(notes, plain(n))
	}
	if len(notes) > 0 {
		fmt.Fprintln(b)
	}
	for _, n := range notes {
		fmt.Fprintf(b, "- %s\n", n)
	}
}

func (r Report) markdownSections(b *bufio.Writer) {
	d := r.derive()
	if d.waste.Stored == 0 {
		return
	}
	for _, s := range r.headed(d, told) {
		fmt.Fprintf(b, "\n**%s: %s**\n", s.name, s.sum)
		if len(s.rows) == 0 {
			continue
		}
		table(b, "size:", "what", "why", "fix")
		for _, row := range s.rows {
			what := code(row.what)
			if row.files > 1 {
				what += " (" + measure.Plural(row.files, "file") + ")"
			}
			cells(b, r.Show.size(row.size), what, plain(strings.Join(row.facts, "; ")), plain(row.fix))
		}
		if s.left > 0 {
			cells(b, r.Show.size(s.leftSize), "and "+measure.Count(s.left)+" more", "", "")
		}
	}
}

func (r Report) markdownFindings(b *bufio.Writer) {
	list := r.sorted()
	fmt.Fprintf(b, "\n**findings: %s**\n", r.tally(list))
	if len(list) == 0 {
		return
	}
	table(b, "severity", "what", "where", "fix")
	for _, f := range list {
		what := f.Rule + " " + plain(f.Title+note(f)) + " " + code(f.Subject())
		if f.Size > 0 {
			what += " " + r.Show.size(f.Size)
		}
		fix := f.Fix
		if f.Allowed != nil {
			fix = f.Allowed.Reason
		}
		cells(b, f.Severity.String(), what, plain(r.whereabouts(f)), plain(fix))
	}
}

func (r Report) markdownFiles(b *bufio.Writer, t *image.Tree) {
	table(b, "mode", "owner", "size:", "layer:", "path")
	for _, id := range r.list(t) {
		i := t.Info(id)
		cells(b, code(mode(i)), fmt.Sprintf("%d:%d", i.UID, i.GID), r.Show.size(i.Size), fmt.Sprint(i.Layer+1), code(t.Path(id)+leads(i)))
	}
}

// table begins a table; a name that ends with a colon is of a column of numbers.
func table(b *bufio.Writer, names ...string) {
	rule := make([]string, len(names))
	for i, n := range names {
		rule[i] = "---"
		if strings.HasSuffix(n, ":") {
			names[i], rule[i] = strings.TrimSuffix(n, ":"), "--:"
		}
	}
	fmt.Fprintln(b)
	cells(b, names...)
	cells(b, rule...)
}

func cells(b *bufio.Writer, list ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(list, " | "))
}

// code is a text as it is, in a table's cell.
func code(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	pad := ""
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		pad = " "
	}
	return fence + pad + strings.ReplaceAll(s, "|", `\|`) + pad + fence
}

// plain is a text that means nothing to Markdown. One that could call on a person or
// refer to an issue becomes code, which cannot.
func plain(s string) string {
	if strings.ContainsAny(s, "@#") {
		return code(s)
	}
	var out strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_[]<>|~&", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
