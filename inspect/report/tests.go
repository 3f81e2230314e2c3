package report

import (
	"fmt"
	"slices"

	"github.com/stagedive/stagedive/inspect/junit"
	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
)

// TestName is Finding.Name of a structure test that has not passed.
func TestName(o structure.Outcome) string {
	return fmt.Sprintf("%s test at %s:%d", o.Kind, o.Suite, o.Line)
}

// tested counts the structure tests: "12 tests hold", "3 of 12 tests fail".
func (r Report) tested() string {
	failed := 0
	for _, o := range r.Tests {
		if !o.Passed {
			failed++
		}
	}
	switch {
	case len(r.Tests) == 0:
		return ""
	case failed > 0 && len(r.Tests) == 1:
		return "1 test fails"
	case failed == 1:
		return "1 of " + measure.Plural(len(r.Tests), "test") + " fails"
	case failed > 0:
		return fmt.Sprintf("%d of %s fail", failed, measure.Plural(len(r.Tests), "test"))
	case len(r.Tests) == 1:
		return "1 test holds"
	}
	return measure.Plural(len(r.Tests), "test") + " hold"
}

// junitTests are the structure tests, a suite for each file.
func (r Report) junitTests() []junit.Suite {
	var out []junit.Suite
	for _, o := range r.Tests {
		if len(out) == 0 || out[len(out)-1].File != o.Suite {
			out = append(out, junit.Suite{Name: "stagedive: " + o.Suite, File: o.Suite})
		}
		s := &out[len(out)-1]
		c := junit.Case{Name: o.Title(), Class: "stagedive.test." + string(o.Kind)}
		r.junitVerdict(&c, o)
		s.Cases = append(s.Cases, c)
	}
	return out
}

// junitVerdict says what became of a test: what the policy allows is skipped, and what
// it makes too mild to fail passes with a word.
func (r Report) junitVerdict(c *junit.Case, o structure.Outcome) {
	if o.Passed || len(o.Detail) == 0 {
		return
	}
	name := TestName(o)
	word := &junit.Word{Type: "test", Message: fmt.Sprintf("%s:%d", o.Suite, o.Line)}
	for i, d := range o.Detail {
		if i > 0 {
			word.Text += "\n"
		}
		word.Text += d
	}
	switch {
	case r.allows(name):
		c.Skipped = &junit.Word{Message: "allowed: " + o.Detail[0]}
	case !slices.ContainsFunc(r.failing(), func(x finding.Finding) bool { return x.Name == name }):
		c.Out = word.Text
	case o.Refused:
		c.Error = word
	default:
		c.Failure = word
	}
}
