package tell

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/reproduction"
	"github.com/stagedive/stagedive/model/reproduction/cause"
)

// Text writes the verdict for people, without colour: what it comes to, the layers, the
// first difference with what to do about it, then all others by instruction.
func Text(w io.Writer, r Report) error {
	var out bytes.Buffer
	b := bufio.NewWriter(&out)
	v := r.Verdict
	fmt.Fprintln(b, r.headline())
	if how := r.how(); how != "" {
		fmt.Fprintln(b, how)
	}
	fmt.Fprintln(b)
	for i, im := range []reproduction.Image{v.First, v.Second} {
		fmt.Fprintf(b, "  %-6s  %s\n", [2]string{"first", "second"}[i], im.Digest)
		if im.Kept != "" {
			fmt.Fprintf(b, "          kept: %s\n", im.Kept)
		}
	}
	if !v.Reproducible {
		r.layers(b)
		r.first(b)
		r.all(b, "what differs", reaches)
		r.config(b)
	}
	r.all(b, "what differs and is not in the image", aside)
	r.remedies(b)
	if f := r.foresight(); f != "" {
		fmt.Fprintf(b, "\n%s\n", f)
		if r.Again != "" {
			fmt.Fprintf(b, "  The same command with %s builds so.\n", r.Again)
		}
	}
	if err := b.Flush(); err != nil {
		return err
	}
	text := out.Bytes()
	if r.ASCII {
		text = bytes.ReplaceAll(text, []byte("…"), []byte("..."))
	}
	_, err := w.Write(text)
	return err
}

// layers lists those of the image.
func (r Report) layers(b *bufio.Writer) {
	fmt.Fprintln(b, "\nlayers")
	if len(r.Verdict.Layers) == 0 {
		fmt.Fprintln(b, "  none")
	}
	for _, l := range r.Verdict.Layers {
		place := "base image"
		if l.Stage != "" {
			place = fmt.Sprintf("%s line %d", l.Stage, l.Line)
		}
		fmt.Fprintf(b, "%4d  %-17s  %-16s  %s\n", l.Index+1, l.State, place, one(l.Text))
	}
}

// first tells of the first difference: what, where, why, and what to do.
func (r Report) first(b *bufio.Writer) {
	v := r.Verdict
	fmt.Fprintln(b, "\nfirst difference")
	s := v.Of(v.Root)
	if s == nil {
		r.firstOfConfig(b)
		return
	}
	fmt.Fprintf(b, "  %s\n  %s\n", instruction(s), v.Root.Group.Words())
	r.sides(b, v.Root.Group.First, "    ")
	if c, ok := v.Root.Group.Names(); ok {
		fmt.Fprintf(b, "  why [%s]  %s\n  do  %s\n", c.ID, c.Why, c.Do)
	}
	switch v.Root.Group.Reach {
	case reproduction.Copied:
		fmt.Fprintln(b, "  It gets into the image by a COPY.")
	case reproduction.Read:
		fmt.Fprintln(b, "  It is not in the image itself; a later instruction that made something else could read it.")
	}
}

func (r Report) firstOfConfig(b *bufio.Writer) {
	if len(r.Verdict.Config) == 0 {
		fmt.Fprintln(b, "  The files and the configuration are the same: the manifests say more than these.")
		return
	}
	f := r.Verdict.Config[0]
	fmt.Fprintf(b, "  no file differs; of the configuration, %s\n    first   %s\n    second  %s\n", f.Field, f.First, f.Second)
}

// sides shows what the two builds have of a difference.
func (r Report) sides(b *bufio.Writer, d reproduction.Difference, indent string) {
	for i, text := range [2]string{d.First, d.Second} {
		if text != "" {
			fmt.Fprintf(b, "%s%-6s  %s\n", indent, [2]string{"first", "second"}[i], text)
		}
	}
	if d.Detail != "" {
		fmt.Fprintf(b, "%s%s\n", indent, d.Detail)
	}
}

// all lists differences by instruction.
func (r Report) all(b *bufio.Writer, title string, which func(reproduction.Group) bool) {
	begun := false
	for _, s := range r.Verdict.Steps {
		if !slices.ContainsFunc(s.Groups, which) {
			continue
		}
		if !begun {
			fmt.Fprintf(b, "\n%s\n", title)
			begun = true
		}
		fmt.Fprintf(b, "  %s\n", instruction(&s))
		for _, g := range s.Groups {
			if which(g) {
				r.group(b, g)
			}
		}
	}
}

func (r Report) group(b *bufio.Writer, g reproduction.Group) {
	fmt.Fprintf(b, "    %s\n", g.Words())
	if from := origin(g); from != "" {
		fmt.Fprintf(b, "      %s\n", from)
		return
	}
	if !g.Field.Time() {
		r.sides(b, g.First, "      ")
	}
	if g.Cause != "" {
		fmt.Fprintf(b, "      %s\n", sign(g))
	}
}

// sign is a group's cause by its name, which the remedies explain.
func sign(g reproduction.Group) string { return "[" + g.Cause + "]" }

// config lists the fields of the configuration that differ.
func (r Report) config(b *bufio.Writer) {
	if len(r.Verdict.Config) == 0 {
		return
	}
	fmt.Fprintln(b, "  configuration")
	var times []string
	for _, f := range r.Verdict.Config {
		if !f.Stays {
			times = append(times, f.Field)
			continue
		}
		fmt.Fprintf(b, "    %s\n      first   %s\n      second  %s\n", f.Field, f.First, f.Second)
	}
	if n := len(times); n > 3 {
		times = append(times[:3], measure.Count(n-3)+" more")
	}
	if len(times) > 0 {
		fmt.Fprintf(b, "    %s\n      [created]\n", strings.Join(times, ", "))
	}
}

// remedies explains the causes.
func (r Report) remedies(b *bufio.Writer) {
	causes := r.Verdict.Causes()
	if root := r.Verdict.Root; root != nil { // which has been explained
		causes = slices.DeleteFunc(causes, func(c cause.Cause) bool { return c.ID == root.Group.Cause })
	}
	if len(causes) == 0 {
		return
	}
	fmt.Fprintln(b, "\nwhy, and what to do")
	for _, c := range causes {
		fmt.Fprintf(b, "  [%s]  %s\n      %s\n", c.ID, c.Why, c.Do)
	}
}
