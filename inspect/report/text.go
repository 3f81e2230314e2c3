package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Text writes the report for people, without colour: what the image is, its layers,
// the largest of what is wasted, there twice, and could go, and the findings, the worst
// first; or the parts that are asked for. Lines are not cut; a reader may.
func Text(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	if r.Show.Whole() {
		r.report(b)
	} else {
		r.parts(b)
	}
	return flush(b)
}

// parts writes what is asked for, nothing else.
func (r Report) parts(b *bufio.Writer) {
	if r.Show.Layers {
		r.layers(b)
	}
	if r.Show.Packages {
		if r.Show.Layers {
			fmt.Fprintln(b)
		}
		r.packageLines(b)
	}
	if !r.Show.Tree && !r.Show.Files {
		return
	}
	t := r.tree()
	if r.Show.Tree {
		if r.Show.Layers || r.Show.Packages {
			fmt.Fprintln(b)
		}
		r.directory(b, t, image.Root, 0)
	}
	if r.Show.Files {
		if r.Show.Layers || r.Show.Packages || r.Show.Tree {
			fmt.Fprintln(b)
		}
		r.files(b, t)
	}
}

// report writes the whole report.
func (r Report) report(b *bufio.Writer) {
	fmt.Fprintf(b, "%s  %s in %s\n", r.Image.Ref, r.Show.size(r.Image.Size()), measure.Plural(len(r.Image.Layers), "layer"))
	for i, l := range r.Image.Layers {
		fmt.Fprintf(b, "%4d  %8s  %-12s  %s\n", i+1, r.Show.size(l.Size), r.place(l.Origin.Stage, l.Origin.Line, l.Origin.Base), one(r.instruction(l)))
	}
	if r.Image.Place != "" {
		fmt.Fprintf(b, "found: %s\n", r.Image.Place)
	}
	if base := r.Image.Base.String(); base != "" {
		fmt.Fprintf(b, "base: %s\n", base)
	}
	for _, a := range r.Image.Attestations {
		fmt.Fprintf(b, "%s: %s\n", a.Kind, one(a.Summary()))
	}
	for _, n := range r.Notes() {
		fmt.Fprintf(b, "note: %s\n", n)
	}
	if r.Policy != nil {
		for _, n := range r.Policy.Expired {
			fmt.Fprintf(b, "note: %s\n", n)
		}
	}
	if r.Image.Stage != "" {
		fmt.Fprintf(b, "note: a stage is not judged: leaks are looked for in images\n")
		return
	}
	r.sections(b)
	fmt.Fprintln(b)
	r.findings(b)
}

// told is how many entries of a section the text names.
const told = 5

// sections write what is wasted, there twice, and could go.
func (r Report) sections(b *bufio.Writer) {
	d := r.derive()
	if d.waste.Stored == 0 {
		return // no layer could be read, or none holds a file
	}
	for _, s := range r.headed(d, told) {
		fmt.Fprintf(b, "\n%s: %s\n", s.name, s.sum)
		for _, row := range s.rows {
			files := ""
			if row.files > 1 {
				files = "  " + measure.Plural(row.files, "file")
			}
			fmt.Fprintf(b, "%8s  %s%s\n", r.Show.size(row.size), row.what, files)
			for _, fact := range row.facts {
				fmt.Fprintf(b, "%8s  %s\n", "", fact)
			}
			field(b, "fix", row.fix)
		}
		if s.left > 0 {
			fmt.Fprintf(b, "%8s  and %s more\n", r.Show.size(s.leftSize), measure.Count(s.left))
		}
	}
}

// Notes are what is odd about the image and its layers, a sentence each.
func (r Report) Notes() []string {
	out := slices.Concat(r.Image.Problems, r.formats())
	for i, l := range r.Image.Layers {
		for _, p := range l.Problems {
			out = append(out, fmt.Sprintf("layer %d: %s", i+1, p))
		}
	}
	return out
}

// formats tells of layers that are no ordinary ones, those of one format together.
func (r Report) formats() (out []string) {
	var abouts []string
	layers := map[string][]string{}
	for i, l := range r.Image.Layers {
		about := l.About()
		if about == "" {
			continue
		}
		if layers[about] == nil {
			abouts = append(abouts, about)
		}
		layers[about] = append(layers[about], strconv.Itoa(i+1))
	}
	for _, about := range abouts {
		noun := "layer"
		if len(layers[about]) > 1 {
			noun = "layers"
		}
		out = append(out, fmt.Sprintf("%s %s: %s", noun, strings.Join(layers[about], ", "), about))
	}
	return out
}

// Findings writes only the findings, as the summary of a build does.
func Findings(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	r.findings(b)
	return flush(b)
}

// findings writes them all, what the policy allows at the end.
func (r Report) findings(b *bufio.Writer) {
	list := r.sorted()
	fmt.Fprintf(b, "findings: %s\n", r.tally(list))
	for _, f := range list {
		if f.Allowed == nil {
			fmt.Fprintln(b)
			r.finding(b, f)
		}
	}
	for _, f := range r.allowed() {
		fmt.Fprintln(b)
		r.finding(b, f)
	}
}

func (r Report) finding(b *bufio.Writer, f finding.Finding) {
	fmt.Fprintf(b, "%-8s  %s  %s%s\n", f.Severity, f.Rule, f.Title, note(f))
	where := f.Subject()
	if f.Size > 0 {
		where += "  " + r.Show.size(f.Size)
	}
	if f.Files > 1 {
		where += fmt.Sprintf(" in %s", measure.Plural(f.Files, "file"))
	}
	field(b, "what", where)
	field(b, "where", r.whereabouts(f))
	field(b, "from", f.From)
	for i, e := range f.Evidence {
		label := ""
		if i == 0 {
			label = "seen"
		}
		field(b, label, e)
	}
	if a := f.Allowed; a != nil {
		field(b, "allow", fmt.Sprintf("%s (%s)", a.Reason, a.Policy))
		return
	}
	field(b, "why", f.Why)
	label := "fix"
	for line := range strings.SplitSeq(f.Remedy(), "\n") {
		field(b, label, line)
		label = ""
	}
}

// tally counts the findings, and says in what, where that is not all of the image.
func (r Report) tally(list []finding.Finding) string {
	text := finding.Count(list).String()
	if n := len(r.allowed()); n > 0 {
		text += fmt.Sprintf(", %d allowed", n)
	}
	if unread := r.Image.UnreadInWords(); unread != "" {
		text += fmt.Sprintf(" in what could be read (%s of %s could not be)", unread, measure.Count(len(r.Image.Layers)))
	}
	return text
}

// note says in brackets what changes how a finding is read.
func note(f finding.Finding) string {
	var notes []string
	if f.Base {
		notes = append(notes, "from the base image")
	}
	if f.Deleted > 0 {
		notes = append(notes, fmt.Sprintf("deleted in layer %d, still shipped", f.Deleted+1))
	}
	switch a := f.Allowed; {
	case a == nil:
	case a.Until != "":
		notes = append(notes, "allowed until "+a.Until)
	default:
		notes = append(notes, "allowed")
	}
	if notes == nil {
		return ""
	}
	return "  (" + strings.Join(notes, "; ") + ")"
}

// whereabouts are the layer, stage, line and instruction of a finding.
func (r Report) whereabouts(f finding.Finding) string {
	var parts []string
	if f.Layer >= 0 && f.Layer < len(r.Image.Layers) {
		parts = append(parts, fmt.Sprintf("layer %d", f.Layer+1))
	} else if f.Category == finding.Build {
		parts = append(parts, "the Dockerfile")
	} else if f.Category == finding.Policy {
		parts = append(parts, "the whole image")
	} else {
		parts = append(parts, "the image's configuration")
	}
	if f.Base {
		return strings.Join(append(parts, "base image"), " · ")
	}
	if s := r.stage(f.Stage); s != "" {
		parts = append(parts, s)
	}
	if f.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", f.Line))
	}
	if f.Layer >= 0 && f.Layer < len(r.Image.Layers) {
		if text := r.instruction(r.Image.Layers[f.Layer]); text != "" {
			parts = append(parts, sanitize.Shorten(one(text), 80))
		}
	}
	return strings.Join(parts, " · ")
}

// place is a layer's stage and line in short.
func (r Report) place(stage, line int, base bool) string {
	switch name := r.stage(stage); {
	case base:
		return "base"
	case line > 0 && name != "":
		return fmt.Sprintf("%s L%d", name, line)
	case line > 0:
		return fmt.Sprintf("L%d", line)
	}
	return "-"
}

func field(b *bufio.Writer, name, value string) {
	if value != "" {
		fmt.Fprintf(b, "          %-6s %s\n", name, value)
	}
}

func flush(b *bufio.Writer) error {
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// one puts a text on one line.
func one(s string) string { return strings.Join(strings.Fields(s), " ") }
