package plain

import (
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/build/compare"
	"github.com/stagedive/stagedive/model/measure"
)

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
			rows = append(rows, []string{"  " + place(step.Half()), step.A.Cell(), step.B.Cell(), measure.Delta(step.Delta), step.Note()})
		}
	}
	if err := table(w, rows, "lrrrl"); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", Broke(c))
	return err
}

// Broke says where B began to lose the cache.
func Broke(c compare.Comparison) string {
	if c.Broke == nil {
		if c.B.Cached > c.A.Cached {
			return "The second build lost nothing of the cache that the first one had."
		}
		return "The cache served both builds alike."
	}
	s := c.Stages[c.Broke.Stage]
	return fmt.Sprintf("The cache broke first in stage %s at %s.", s.Name, place(s.Steps[c.Broke.Step].Half()))
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

// textMost is how much of an instruction a table shows.
const textMost = 60

// place is a step by its line and text.
func place(h compare.Half) string {
	text := strings.ReplaceAll(h.Text, "\n", " ")
	if r := []rune(text); len(r) > textMost {
		text = string(r[:textMost-3]) + "..."
	}
	if h.Line > 0 {
		return fmt.Sprintf("line %d %s", h.Line, text)
	}
	return text
}
