// Package junit writes results in JUnit's XML: what of it Jenkins, GitLab and others agree
// on.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// Report is all suites of a run. Write counts.
type Report struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Time     string   `xml:"time,attr,omitempty"` // as Clock writes it; "" where nobody has measured
	Suites   []Suite  `xml:"testsuite"`
}

// Suite is cases that belong together. Write counts.
type Suite struct {
	Name       string      `xml:"name,attr"`
	Tests      int         `xml:"tests,attr"`
	Failures   int         `xml:"failures,attr"`
	Errors     int         `xml:"errors,attr"`
	Skipped    int         `xml:"skipped,attr"`
	Time       string      `xml:"time,attr,omitempty"` // as Clock writes it
	File       string      `xml:"file,attr,omitempty"` // that it is about
	Properties *Properties `xml:"properties,omitempty"`
	Cases      []Case      `xml:"testcase"`
	Out        string      `xml:"system-out,omitempty"`
}

// Properties are what else is known of a suite.
type Properties struct {
	List []Property `xml:"property"`
}

// Property is a name and its value.
type Property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// Case is one result: skipped, an error or a failure where it has that word, else passed.
type Case struct {
	Name    string `xml:"name,attr"`
	Class   string `xml:"classname,attr"`
	File    string `xml:"file,attr,omitempty"`
	Line    int    `xml:"line,attr,omitempty"`
	Time    string `xml:"time,attr,omitempty"` // as Clock writes it
	Skipped *Word  `xml:"skipped,omitempty"`
	Error   *Word  `xml:"error,omitempty"`
	Failure *Word  `xml:"failure,omitempty"`
	Out     string `xml:"system-out,omitempty"`
}

// Word says why a case has not passed.
type Word struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Clock is how long something took, as JUnit writes it: in seconds.
func Clock(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// Write counts the cases and writes the report.
func Write(w io.Writer, r Report) error {
	r.Suites = append([]Suite{}, r.Suites...)
	for i := range r.Suites {
		s := &r.Suites[i]
		s.count()
		r.Tests, r.Failures, r.Errors = r.Tests+s.Tests, r.Failures+s.Failures, r.Errors+s.Errors
	}
	data, err := xml.MarshalIndent(r, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, data)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

func (s *Suite) count() {
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		switch {
		case c.Skipped != nil:
			s.Skipped++
		case c.Error != nil:
			s.Errors++
		case c.Failure != nil:
			s.Failures++
		}
	}
}
