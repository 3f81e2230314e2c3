package lint

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
)

// Version is that of the JSON form. It changes when a field changes its meaning or goes.
const Version = 1

// Report is what to tell of a Dockerfile.
type Report struct {
	File     string            // as shown
	Findings []finding.Finding // in the order of Check
	Context  *Sent             // nil where the context is not known
}

// document is the JSON form.
type document struct {
	Version  int               `json:"version"`
	File     string            `json:"file"`
	Summary  summary           `json:"summary"`
	Findings []finding.Finding `json:"findings"`
	Rules    []finding.Rule    `json:"rules"`
	Context  *Sent             `json:"context,omitempty"`
}

type summary struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
}

// JSON writes the report as one JSON object with a line feed at the end.
func (r Report) JSON(w io.Writer) error {
	t := finding.Count(r.Findings)
	d := document{
		Version: Version, File: r.File, Context: r.Context, Findings: r.Findings, Rules: []finding.Rule{},
		Summary: summary{t[finding.Critical], t[finding.High], t[finding.Medium], t[finding.Low], t[finding.Info]},
	}
	if d.Findings == nil {
		d.Findings = []finding.Finding{}
	}
	for _, f := range r.Findings {
		rule, ok := Rule(f.Rule)
		if ok && !slices.ContainsFunc(d.Rules, func(have finding.Rule) bool { return have.ID == rule.ID }) {
			d.Rules = append(d.Rules, rule)
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

// Text writes the report for people, without colour: the findings in the order of the
// lines, and what the build takes of its context.
func (r Report) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s: %s\n", r.File, finding.Count(r.Findings))
	for _, f := range r.Findings {
		r.finding(b, f)
	}
	if r.Context != nil {
		r.context(b, *r.Context)
	}
	return b.Flush()
}

func (r Report) finding(b *bufio.Writer, f finding.Finding) {
	place := r.File
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", r.File, f.Line)
	}
	fmt.Fprintf(b, "\n%s  %s  %s: %s\n", place, f.Severity, f.Rule, f.Title)
	if f.Allowed != nil {
		field(b, "allowed", strings.TrimSpace(f.Allowed.Reason+" ("+f.Allowed.Policy+")"))
		return
	}
	if f.Name != "" {
		field(b, "what", f.Name)
	}
	if !strings.HasPrefix(f.Rule, prefix) {
		for i, e := range f.Evidence {
			label := ""
			if i == 0 {
				label = "seen"
			}
			field(b, label, e)
		}
	}
	field(b, "why", f.Why)
	field(b, "fix", f.Fix)
}

// field writes a labelled text, its lines below each other.
func field(b *bufio.Writer, label, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(b, strings.TrimRight(fmt.Sprintf("  %-8s%s", label, line), " "))
		label = ""
	}
}

func (r Report) context(b *bufio.Writer, s Sent) {
	name := "no .dockerignore"
	if s.Ignore != "" {
		name = s.Ignore
	}
	fmt.Fprintf(b, "\ncontext: %s in %s (%s); the build takes %s in %s\n", measure.Bytes(s.Bytes), measure.Plural(s.Files, "file"), name,
		measure.Bytes(s.Needed), measure.Plural(s.Taken, "file"))
	width := 0
	for _, e := range s.Largest {
		width = max(width, len(e.title()))
	}
	for _, e := range s.Largest {
		lines := make([]string, len(e.Lines))
		for i, l := range e.Lines {
			lines[i] = fmt.Sprint(l)
		}
		files := ""
		if e.Dir {
			files = measure.Plural(e.Files, "file")
		}
		noun := "line"
		if len(lines) > 1 {
			noun = "lines"
		}
		fmt.Fprintf(b, "%10s  %-*s  %12s  %s %s\n", measure.Bytes(e.Bytes), width, e.title(), files, noun, strings.Join(lines, ", "))
	}
	if s.Suggest != "" {
		fmt.Fprintf(b, "\nwrite into .dockerignore:\n%s\n", s.Suggest)
	}
}

func (e Large) title() string {
	if e.Dir {
		return e.Path + "/"
	}
	return e.Path
}
