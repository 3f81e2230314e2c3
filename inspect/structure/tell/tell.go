// Package tell writes what became of the tests of structure's suites: for people, as
// JSON, and as JUnit's XML.
package tell

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/stagedive/stagedive/inspect/junit"
	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/model/measure"
)

// Report is what became of some suites' tests on an image.
type Report struct {
	Subject  string // the image, for people; sanitised
	Outcomes []structure.Outcome
	ASCII    bool // of Text: no other characters of its own
}

// count is how many tests passed, failed and could not be run.
func (r Report) count() (passed, failed, refused int) {
	for _, o := range r.Outcomes {
		switch {
		case o.Passed:
			passed++
		case o.Refused:
			refused++
		default:
			failed++
		}
	}
	return passed, failed, refused
}

// Failed is how many tests have not passed.
func (r Report) Failed() int {
	_, failed, refused := r.count()
	return failed + refused
}

// duration is that of all tests.
func (r Report) duration() (sum time.Duration) {
	for _, o := range r.Outcomes {
		sum += o.Duration
	}
	return sum
}

// Text writes a line for each test, below its suite, with what is wrong where it has not
// passed; and what it all comes to.
func Text(w io.Writer, r Report) error {
	l := NewLines(w, r.Subject, r.ASCII)
	for _, o := range r.Outcomes {
		l.Outcome(o)
	}
	return l.End()
}

// Lines is Text for outcomes that become known one by one. One goroutine uses it.
type Lines struct {
	r     Report
	w     io.Writer
	suite string
	err   error // the first
}

// NewLines begins with nothing written.
func NewLines(w io.Writer, subject string, ascii bool) *Lines {
	return &Lines{r: Report{Subject: subject, ASCII: ascii}, w: w}
}

// Outcome writes what became of a test.
func (l *Lines) Outcome(o structure.Outcome) {
	var b bytes.Buffer
	if o.Suite != l.suite {
		l.suite = o.Suite
		fmt.Fprintln(&b, l.suite)
	}
	glyph, word := l.r.sign(o)
	fmt.Fprintf(&b, "  %s %-7s  %-9s  %s", glyph, word, o.Kind, o.Name)
	if !o.Passed {
		fmt.Fprintf(&b, " (line %d)", o.Line)
	}
	if o.Kind == structure.Command && !o.Refused {
		fmt.Fprintf(&b, ", %s", measure.Duration(o.Duration))
	}
	fmt.Fprintln(&b)
	for _, d := range o.Detail {
		fmt.Fprintf(&b, "      %s\n", l.r.plain(d))
	}
	l.r.Outcomes = append(l.r.Outcomes, o)
	l.write(b.Bytes())
}

// End writes what it all comes to. The error is the first of any write.
func (l *Lines) End() error {
	text := l.r.verdict() + "\n"
	if l.suite != "" {
		text = "\n" + text
	}
	if l.write([]byte(text)); l.err != nil {
		return fmt.Errorf("writing the report: %w", l.err)
	}
	return nil
}

func (l *Lines) write(p []byte) {
	if l.err == nil {
		_, l.err = l.w.Write(p)
	}
}

// sign is the glyph and the word for what became of a test.
func (r Report) sign(o structure.Outcome) (glyph, word string) {
	switch {
	case o.Passed && r.ASCII:
		return "+", "passed"
	case o.Passed:
		return "✓", "passed"
	case o.Refused && r.ASCII:
		return "!", "not run"
	case o.Refused:
		return "⚠", "not run"
	case r.ASCII:
		return "x", "failed"
	}
	return "✗", "failed"
}

// plain is a sentence of ours without characters that ASCII lacks.
func (r Report) plain(s string) string {
	if !r.ASCII {
		return s
	}
	return strings.NewReplacer("⏎", "|", "…", "...", "‹", "<", "›", ">").Replace(s)
}

// verdict is what it comes to, in a line.
func (r Report) verdict() string {
	passed, failed, refused := r.count()
	if failed+refused == 0 {
		return fmt.Sprintf("%s passes: %s", r.Subject, measure.Plural(passed, "test"))
	}
	parts := []string{}
	if failed > 0 {
		parts = append(parts, fmt.Sprintf("%s failed", measure.Count(failed)))
	}
	if refused > 0 {
		parts = append(parts, fmt.Sprintf("%s could not be run", measure.Count(refused)))
	}
	return fmt.Sprintf("%s fails: of %s, %s", r.Subject, measure.Plural(len(r.Outcomes), "test"), strings.Join(parts, " and "))
}

// document is the report as JSON; docs/structure-tests.md explains it.
type document struct {
	Version int     `json:"version"`
	Subject string  `json:"subject"`
	Total   int     `json:"total"`
	Passed  int     `json:"passed"`
	Failed  int     `json:"failed"`
	NotRun  int     `json:"notRun"`
	Seconds float64 `json:"seconds"`
	Tests   []test  `json:"tests"`
}

type test struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Suite   string   `json:"suite"`
	Line    int      `json:"line"`
	Outcome string   `json:"outcome"`
	Detail  []string `json:"detail,omitempty"`
	Seconds float64  `json:"seconds"`
}

// version of the JSON form: it changes when a field goes or changes its meaning.
const version = 1

// JSON writes the report for programs.
func JSON(w io.Writer, r Report) error {
	d := document{Version: version, Subject: r.Subject, Total: len(r.Outcomes), Seconds: seconds(r.duration()), Tests: []test{}}
	d.Passed, d.Failed, d.NotRun = r.count()
	for _, o := range r.Outcomes {
		_, word := r.sign(o)
		d.Tests = append(d.Tests, test{o.Name, string(o.Kind), o.Suite, o.Line, strings.ReplaceAll(word, "not run", "notRun"), o.Detail, seconds(o.Duration)})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

func seconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }

// JUnit writes the report as test results: a suite for each file, a test that could not
// be run as an error. Names are those that container-structure-test gives.
func JUnit(w io.Writer, r Report) error {
	all := junit.Report{Name: r.Subject, Time: junit.Clock(r.duration())}
	spent := time.Duration(0) // on the suite
	for _, o := range r.Outcomes {
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != o.Suite {
			all.Suites, spent = append(all.Suites, junit.Suite{Name: o.Suite}), 0
		}
		c := junit.Case{Name: o.Title(), Class: "stagedive." + string(o.Kind), File: o.Suite, Line: o.Line, Time: junit.Clock(o.Duration)}
		if !o.Passed {
			why := &junit.Word{Message: strings.Join(o.Detail[:min(len(o.Detail), 1)], ""), Text: strings.Join(o.Detail, "\n")}
			if o.Refused {
				c.Error = why
			} else {
				c.Failure = why
			}
		}
		spent += o.Duration
		s := &all.Suites[len(all.Suites)-1]
		s.Time, s.Cases = junit.Clock(spent), append(s.Cases, c)
	}
	return junit.Write(w, all)
}
