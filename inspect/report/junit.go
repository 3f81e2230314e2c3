package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/junit"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/policy"
)

// JUnit writes the report as test results, in what Jenkins, GitLab and others agree on of
// JUnit's XML: a suite of findings, in which each is a case that fails, passes with a
// word, or is skipped because the policy allows it, and each category without a finding is
// a case that passes; a suite of budgets; and one for each suite of structure tests.
func JUnit(w io.Writer, r Report) error {
	suites := []junit.Suite{r.junitFindings()}
	if s := r.junitBudgets(); len(s.Cases) > 0 {
		suites = append(suites, s)
	}
	return junit.Write(w, junit.Report{Name: "stagedive", Suites: append(suites, r.junitTests()...)})
}

// categories are those that a report without a finding of them has a case for.
func categories() []finding.Category {
	return []finding.Category{
		finding.Toolchain, finding.Source, finding.DevDeps, finding.Cache, finding.VCS, finding.Secret, finding.Hygiene, finding.Build, finding.Policy,
	}
}

func (r Report) junitFindings() junit.Suite {
	s := junit.Suite{Name: "stagedive"}
	if r.Gate != nil {
		s.Name, s.File = "stagedive: "+r.Gate.Subject, r.Gate.Dockerfile
	}
	s.Properties = &junit.Properties{List: []junit.Property{
		{Name: "image", Value: r.Image.Ref}, {Name: "size", Value: fmt.Sprint(r.Image.Size())}, {Name: "layers", Value: fmt.Sprint(len(r.Image.Layers))},
	}}
	if r.Gate != nil {
		s.Properties.List = append(s.Properties.List, junit.Property{Name: "verdict", Value: r.Verdict()}, junit.Property{Name: "fail-on", Value: r.Gate.FailOn.String()})
	}
	names := map[string]int{}
	list := r.sorted()
	for _, f := range list {
		if f.Rule == policy.RuleBudget || f.Rule == policy.RuleTest {
			continue // in suites of their own
		}
		c := junit.Case{Name: f.Rule + " " + f.Title + ": " + f.Subject(), Class: "stagedive." + string(f.Category)}
		if names[c.Name]++; names[c.Name] > 1 {
			c.Name += fmt.Sprintf(" (%d)", names[c.Name])
		}
		text := f.Severity.String() + ": " + r.sentence(f)
		switch {
		case f.Allowed != nil:
			c.Skipped = &junit.Word{Message: "allowed: " + f.Allowed.Reason + " (" + f.Allowed.Policy + ")"}
		case r.Gate != nil && f.Severity < r.Gate.FailOn:
			c.Out = text
		default:
			c.Failure = &junit.Word{Type: f.Severity.String(), Message: f.Title + " · " + r.whereabouts(f), Text: text}
		}
		s.Cases = append(s.Cases, c)
	}
	for _, cat := range categories() {
		if !slices.ContainsFunc(list, func(f finding.Finding) bool { return f.Category == cat }) {
			s.Cases = append(s.Cases, junit.Case{Name: "no finding", Class: "stagedive." + string(cat)})
		}
	}
	if unread := r.Image.UnreadInWords(); unread != "" {
		s.Cases = append(s.Cases, junit.Case{Name: "every layer can be read", Class: "stagedive", Error: &junit.Word{Type: "unread", Message: unread + " could not be read", Text: strings.Join(r.Notes(), "\n")}})
	}
	s.Out = strings.Join(r.policyNotes(), "\n")
	return s
}

func (r Report) junitBudgets() junit.Suite {
	s := junit.Suite{Name: "stagedive: budgets"}
	for _, m := range r.budgets() {
		c := junit.Case{Name: m.Kind.Says(), Class: "stagedive.budget"}
		text := fmt.Sprintf("%s of %s", m.Kind.Amount(m.Value), m.Kind.Amount(m.Limit))
		switch {
		case !m.Known:
			c.Skipped = &junit.Word{Message: "it cannot be told"}
		case m.Over() && r.allows(m.Kind.Name()):
			c.Skipped = &junit.Word{Message: "allowed: " + text}
		case m.Over() && slices.ContainsFunc(r.failing(), func(f finding.Finding) bool { return f.Name == m.Kind.Name() }):
			c.Failure = &junit.Word{Type: "budget", Message: text, Text: fmt.Sprintf("%s over", m.Kind.Amount(m.Value-m.Limit))}
		default:
			c.Out = text
		}
		s.Cases = append(s.Cases, c)
	}
	return s
}

// allows says whether the finding with a name is allowed.
func (r Report) allows(name string) bool {
	return slices.ContainsFunc(r.allowed(), func(f finding.Finding) bool { return f.Name == name })
}
