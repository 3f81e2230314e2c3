package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// Subject is what a policy is applied to.
type Subject struct {
	Image    *image.Image // nil when there is none: then only Findings are looked at
	Graph    *model.Graph // of the Dockerfile; nil when there is none
	Target   string       // label of the stage that the image is of; "" unknown
	Findings []finding.Finding
	Now      time.Time
}

// Outcome is what a policy makes of it.
type Outcome struct {
	Policy   Policy            // what was applied: Policy.For the target
	Findings []finding.Finding // in finding.Compare's order, with those of the policy's own
	Budgets  []Measured        // in BudgetKinds' order
	Expired  []Note            // allowances that no longer hold
	Unused   []Note            // entries that match nothing
}

// Measured is a budget and what the image takes of it.
type Measured struct {
	Budget
	Value int64
	Known bool // false when it cannot be told: the size against a base that nobody knows
}

// Over says whether the image takes more than it may.
func (m Measured) Over() bool { return m.Known && m.Value > m.Limit }

// Note is a sentence about an entry of the policy.
type Note struct {
	At   string // file and line
	Text string
}

// String is the note with its place.
func (n Note) String() string { return n.At + ": " + n.Text }

// Apply gives findings the severities that the policy wants, marks those that it accepts,
// and adds what it finds itself. What it is given is not changed.
func (p Policy) Apply(s Subject) Outcome {
	p = p.For(s.Target)
	out := Outcome{Policy: p, Findings: slices.Clone(s.Findings)}
	if s.Image != nil && s.Image.Stage == "" {
		l := &look{Subject: s, policy: p}
		out.Budgets = l.budgets()
		for _, m := range out.Budgets {
			if m.Over() {
				out.Findings = append(out.Findings, l.overBudget(m))
			}
		}
		out.Findings = slices.Concat(out.Findings, l.forbidden(), l.required(), l.packages())
	}
	overrides := make([]bool, len(p.Severity))
	allows := make([]bool, len(p.Allow))
	today := s.Now.UTC().Format(time.DateOnly)
	for i := range out.Findings {
		f := &out.Findings[i]
		for k, o := range p.Severity {
			if o.matches(s, *f) {
				f.Severity, overrides[k] = o.Level, true
			}
		}
		for k, a := range p.Allow {
			if !a.matches(s, *f) {
				continue
			}
			allows[k] = true
			if f.Allowed == nil && !a.expired(today) {
				f.Allowed = &finding.Allowance{Reason: a.Reason, Until: a.Until, Policy: p.at(a.Line)}
			}
		}
	}
	for k, a := range p.Allow {
		switch {
		case !allows[k]:
			out.Unused = append(out.Unused, Note{p.at(a.Line), "this allowance matches no finding; take it out"})
		case a.expired(today):
			out.Expired = append(out.Expired, Note{p.at(a.Line), fmt.Sprintf("this allowance ended on %s and no longer holds (%s); fix what it allowed, or give it another day", a.Until, a.Reason)})
		}
	}
	for k, o := range p.Severity {
		if !overrides[k] {
			out.Unused = append(out.Unused, Note{p.at(o.Line), "this severity matches no finding"})
		}
	}
	slices.SortFunc(out.Findings, finding.Compare)
	return out
}

func (a Allow) expired(today string) bool { return a.Until != "" && a.Until < today }

// Failing are the findings at or above a level that the policy does not accept.
func (o Outcome) Failing(level finding.Severity) []finding.Finding {
	return slices.DeleteFunc(slices.Clone(o.Findings), func(f finding.Finding) bool { return f.Allowed != nil || f.Severity < level })
}
