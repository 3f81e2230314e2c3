package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/inspect/report/markdown"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Markdown writes the report for a pull request, as GitHub and GitLab show it: tables,
// no raw HTML; or the parts that are asked for. Names from the image are code, so that
// nothing in them is a link, a mention or a format.
func Markdown(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "**%s** · %s in %s\n", markdown.Code(r.Image.Ref), r.Show.size(r.Image.Size()), measure.Plural(len(r.Image.Layers), "layer"))
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
	markdown.Table(b, "#:", "size:", "from", "instruction")
	for i, l := range r.Image.Layers {
		markdown.Cells(b, fmt.Sprint(i+1), r.Show.size(l.Size), markdown.Plain(r.place(l.Origin.Stage, l.Origin.Line, l.Origin.Base)), markdown.Code(sanitize.Shorten(one(r.instruction(l)), 120)))
	}
}

func (r Report) markdownNotes(b *bufio.Writer) {
	var notes []string
	if base := r.Image.Base.String(); base != "" {
		notes = append(notes, "base: "+markdown.Code(base))
	}
	for _, n := range r.Notes() {
		notes = append(notes, markdown.Plain(n))
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
		markdown.Table(b, "size:", "what", "why", "fix")
		for _, row := range s.rows {
			what := markdown.Code(row.what)
			if row.files > 1 {
				what += " (" + measure.Plural(row.files, "file") + ")"
			}
			markdown.Cells(b, r.Show.size(row.size), what, markdown.Plain(strings.Join(row.facts, "; ")), markdown.Plain(row.fix))
		}
		if s.left > 0 {
			markdown.Cells(b, r.Show.size(s.leftSize), "and "+measure.Count(s.left)+" more", "", "")
		}
	}
}

func (r Report) markdownFindings(b *bufio.Writer) {
	list := r.sorted()
	fmt.Fprintf(b, "\n**findings: %s**\n", r.tally(list))
	if len(list) == 0 {
		return
	}
	markdown.Table(b, "severity", "what", "where", "fix")
	for _, f := range list {
		what := f.Rule + " " + markdown.Plain(f.Title+note(f)) + " " + markdown.Code(f.Subject())
		if f.Size > 0 {
			what += " " + r.Show.size(f.Size)
		}
		fix := f.Fix
		if f.Allowed != nil {
			fix = f.Allowed.Reason
		}
		markdown.Cells(b, f.Severity.String(), what, markdown.Plain(r.whereabouts(f)), markdown.Plain(fix))
	}
}

func (r Report) markdownFiles(b *bufio.Writer, t *image.Tree) {
	markdown.Table(b, "mode", "owner", "size:", "layer:", "path")
	for _, id := range r.list(t) {
		i := t.Info(id)
		markdown.Cells(b, markdown.Code(mode(i)), fmt.Sprintf("%d:%d", i.UID, i.GID), r.Show.size(i.Size), fmt.Sprint(i.Layer+1), markdown.Code(t.Path(id)+leads(i)))
	}
}
