package plain

import (
	"fmt"
	"io"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/build/compare"
	"github.com/stagedive/stagedive/model/measure"
)

// textMost is how many characters of an instruction a table shows.
const textMost = 60

// Comparison writes two builds side by side: the whole, each stage, and below it
// the steps that tell why they differ. a and b name the builds.
func Comparison(w io.Writer, c compare.Comparison, a, b string) error {
	rows := [][]string{
		{"", a, b, "difference", ""},
		{"outcome", outcome(c.A), outcome(c.B), "", ""},
		{"total", measure.Duration(c.A.Elapsed), measure.Duration(c.B.Elapsed), measure.Delta(c.Delta), ""},
		{"steps cached", fmt.Sprint(c.A.Cached), fmt.Sprint(c.B.Cached), fmt.Sprintf("%+d", c.B.Cached-c.A.Cached), ""},
		{"steps that ran", fmt.Sprint(c.A.Ran), fmt.Sprint(c.B.Ran), fmt.Sprintf("%+d", c.B.Ran-c.A.Ran), ""},
	}
	for _, s := range c.Stages {
		rows = append(rows, []string{s.Name, s.A.Cell(), s.B.Cell(), measure.Delta(s.Delta), ""})
		for _, step := range s.Steps {
			if !step.Notable() {
				continue
			}
			rows = append(rows, []string{"  " + step.Half().Place(textMost), step.A.Cell(), step.B.Cell(), measure.Delta(step.Delta), step.Note()})
		}
	}
	if err := table(w, rows, "lrrrl"); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", c.Where())
	return err
}

func outcome(s compare.Side) string {
	if s.Outcome == "" {
		return "running"
	}
	if s.Outcome == build.OutcomeSucceeded {
		return "ok"
	}
	return string(s.Outcome)
}
