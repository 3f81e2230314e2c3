package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/policy"
)

// JUnit writes the report as test results, in what Jenkins, GitLab and others agree on of
// JUnit's XML: a suite of findings, in which each is a case that fails, passes with a
// word, or is skipped because the policy allows it, and each category without a finding is
// a case that passes; a suite of budgets; and one for each suite of structure tests.
func JUnit(w io.Writer, r Report) error {
	suites := junitSuites{Name: "stagedive"}
	suites.add(r.junitFindings())
	if s := r.junitBudgets(); len(s.Cases) > 0 {
		suites.add(s)
	}
	for _, s := range r.junitTests() {
		suites.add(s)
	}
	data, err := xml.MarshalIndent(suites, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, data)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// categories are those that a report without a finding of them has a case for.
func categories() []finding.Category {
	return []finding.Category{
		finding.Toolchain, finding.Source, finding.DevDeps, finding.Cache, finding.VCS, finding.Secret, finding.Hygiene, finding.Build, finding.Policy,
	}
}

func (r Report) junitFindings() junitSuite {
	s := junitSuite{Name: "stagedive"}
	if r.Gate != nil {
		s.Name, s.File = "stagedive: "+r.Gate.Subject, r.Gate.Dockerfile
	}
	s.Properties = &junitProperties{[]junitProperty{{"image", r.Image.Ref}, {"size", fmt.Sprint(r.Image.Size())}, {"layers", fmt.Sprint(len(r.Image.Layers))}}}
	if r.Gate != nil {
		s.Properties.List = append(s.Properties.List, junitProperty{"verdict", r.Verdict()}, junitProperty{"fail-on", r.Gate.FailOn.String()})
	}
	names := map[string]int{}
	list := r.sorted()
	for _, f := range list {
		if f.Rule == policy.RuleBudget || f.Rule == policy.RuleTest {
			continue // in suites of their own
		}
		c := junitCase{Name: f.Rule + " " + f.Title + ": " + f.Subject(), Class: "stagedive." + string(f.Category)}
		if names[c.Name]++; names[c.Name] > 1 {
			c.Name += fmt.Sprintf(" (%d)", names[c.Name])
		}
		text := f.Severity.String() + ": " + r.sentence(f)
		switch {
		case f.Allowed != nil:
			c.Skipped = &junitWord{Message: "allowed: " + f.Allowed.Reason + " (" + f.Allowed.Policy + ")"}
			s.Skipped++
		case r.Gate != nil && f.Severity < r.Gate.FailOn:
			c.Out = text
		default:
			c.Failure = &junitWord{f.Severity.String(), f.Title + " · " + r.whereabouts(f), text}
			s.Failures++
		}
		s.Cases = append(s.Cases, c)
	}
	for _, cat := range categories() {
		if !slices.ContainsFunc(list, func(f finding.Finding) bool { return f.Category == cat }) {
			s.Cases = append(s.Cases, junitCase{Name: "no finding", Class: "stagedive." + string(cat)})
		}
	}
	s.Tests = len(s.Cases)
	if unread := r.Image.UnreadInWords(); unread != "" {
		s.Cases = append(s.Cases, junitCase{Name: "every layer can be read", Class: "stagedive", Error: &junitWord{"unread", unread + " could not be read", strings.Join(r.Notes(), "\n")}})
		s.Tests, s.Errors = s.Tests+1, s.Errors+1
	}
	s.Out = strings.Join(r.policyNotes(), "\n")
	return s
}

func (r Report) junitBudgets() junitSuite {
	s := junitSuite{Name: "stagedive: budgets"}
	for _, m := range r.budgets() {
		c := junitCase{Name: m.Kind.Says(), Class: "stagedive.budget"}
		text := fmt.Sprintf("%s of %s", m.Kind.Amount(m.Value), m.Kind.Amount(m.Limit))
		switch {
		case !m.Known:
			c.Skipped = &junitWord{Message: "it cannot be told"}
			s.Skipped++
		case m.Over() && r.allows(m.Kind.Name()):
			c.Skipped = &junitWord{Message: "allowed: " + text}
			s.Skipped++
		case m.Over() && slices.ContainsFunc(r.failing(), func(f finding.Finding) bool { return f.Name == m.Kind.Name() }):
			c.Failure = &junitWord{"budget", text, fmt.Sprintf("%s over", m.Kind.Amount(m.Value-m.Limit))}
			s.Failures++
		default:
			c.Out = text
		}
		s.Cases = append(s.Cases, c)
	}
	s.Tests = len(s.Cases)
	return s
}

// allows says whether the finding with a name is allowed.
func (r Report) allows(name string) bool {
	return slices.ContainsFunc(r.allowed(), func(f finding.Finding) bool { return f.Name == name })
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

func (s *junitSuites) add(suite junitSuite) {
	s.Suites = append(s.Suites, suite)
	s.Tests, s.Failures, s.Errors = s.Tests+suite.Tests, s.Failures+suite.Failures, s.Errors+suite.Errors
}

type junitSuite struct {
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Skipped    int              `xml:"skipped,attr"`
	File       string           `xml:"file,attr,omitempty"`
	Properties *junitProperties `xml:"properties,omitempty"`
	Cases      []junitCase      `xml:"testcase"`
	Out        string           `xml:"system-out,omitempty"`
}

type junitProperties struct {
	List []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Skipped *junitWord `xml:"skipped,omitempty"`
	Error   *junitWord `xml:"error,omitempty"`
	Failure *junitWord `xml:"failure,omitempty"`
	Out     string     `xml:"system-out,omitempty"`
}

type junitWord struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}
