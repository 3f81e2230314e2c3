// Package tell writes what became of building twice: for people, as JSON, and as Markdown.
package tell

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/reproduction"
	"github.com/stagedive/stagedive/model/reproduction/cause"
)

// Report is a verdict, and how to try again.
type Report struct {
	Verdict *reproduction.Verdict
	// Again are the flags that the same command builds with SOURCE_DATE_EPOCH and
	// rewrite-timestamp by; "" not to tell of them.
	Again string
	ASCII bool // of Text: no other characters of its own
}

// document is the JSON form: docs/reproduce-json.md.
type document struct {
	*reproduction.Verdict
	Causes []cause.Cause `json:"causes"`
}

// JSON writes the verdict with the causes that were recognised.
func JSON(w io.Writer, r Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document{r.Verdict, r.Verdict.Causes()}); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

// headline says what it comes to.
func (r Report) headline() string {
	v := r.Verdict
	if v.Reproducible {
		return fmt.Sprintf("Reproducible: %s, target %s, is the same image in both builds.", v.File, v.Target)
	}
	return fmt.Sprintf("Not reproducible: %s, target %s, differs in %s.", v.File, v.Target, places(v.Differences))
}

func places(n int) string { return measure.Plural(n, "place") }

// how says with what both builds were made.
func (r Report) how() string {
	v := r.Verdict
	switch {
	case v.Epoch != nil && v.Rewritten:
		return fmt.Sprintf("Built with SOURCE_DATE_EPOCH=%d and rewrite-timestamp.", *v.Epoch)
	case v.Epoch != nil:
		return fmt.Sprintf("Built with SOURCE_DATE_EPOCH=%d.", *v.Epoch)
	}
	return ""
}

// instruction is one of the Dockerfile's: "build, line 4: RUN date > /out/stamp".
func instruction(s *reproduction.Step) string {
	text := fmt.Sprintf("%s, line %d: %s", s.Name, s.Line, one(s.Text))
	if s.Base {
		text += " (its base image)"
	}
	return text
}

// one is a text on one line that is not too long to read.
func one(s string) string {
	const most = 100
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// origin says where a group's file was copied from; "" where it was not.
func origin(g reproduction.Group) string {
	if from := g.First.From; from != nil {
		return fmt.Sprintf("copied from %s, where line %d made %s otherwise", from.Name, from.Line, from.Path)
	}
	return ""
}

// foresight says what the two flags would leave.
func (r Report) foresight() string {
	v := r.Verdict
	f := v.Foresight
	if f == nil {
		return ""
	}
	with := "SOURCE_DATE_EPOCH and rewrite-timestamp"
	if v.Epoch != nil {
		with = "rewrite-timestamp too"
	}
	if f.Remain == 0 {
		return fmt.Sprintf("With %s, none of these %s would remain.", with, count(v.Differences))
	}
	text := fmt.Sprintf("With %s, %s of these %s would remain", with, measure.Count(f.Remain), count(v.Differences))
	if s := v.Of(f.Root); s != nil {
		text += fmt.Sprintf("; the first: %s, by %s, line %d", f.Root.Group.Words(), s.Name, s.Line)
	}
	return text + "."
}

func count(n int) string { return measure.Plural(n, "difference") }

// reaches says whether a group gets into the image; aside, whether nothing shows that.
func reaches(g reproduction.Group) bool { return g.Reach != reproduction.Nowhere }
func aside(g reproduction.Group) bool   { return !reaches(g) }
