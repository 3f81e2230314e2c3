package report

import (
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/policy"
)

type policyDoc struct {
	File    string            `json:"file,omitempty"`
	Target  string            `json:"target,omitempty"`
	FailOn  *finding.Severity `json:"failOn,omitempty"`
	Verdict string            `json:"verdict,omitempty"`
	Failing int               `json:"failing"`
	Budgets []budgetDoc       `json:"budgets"`
	Expired []noteDoc         `json:"expired"`
	Unused  []noteDoc         `json:"unused"`
	Tests   []testDoc         `json:"tests,omitempty"`
}

type testDoc struct {
	Suite   string   `json:"suite"`
	Line    int      `json:"line"`
	Kind    string   `json:"kind"`
	Name    string   `json:"name"`
	Passed  bool     `json:"passed"`
	Refused bool     `json:"refused,omitempty"`
	Detail  []string `json:"detail,omitempty"`
}

type budgetDoc struct {
	Kind  string `json:"kind"`
	Value *int64 `json:"value"` // null where it cannot be told
	Limit int64  `json:"limit"`
	Over  bool   `json:"over"`
}

type noteDoc struct {
	At   string `json:"at"`
	Text string `json:"text"`
}

// policyDoc is what the policy and the gate say; nil where there is neither.
func (r Report) policyDoc() *policyDoc {
	if r.Policy == nil && r.Gate == nil {
		return nil
	}
	d := &policyDoc{Budgets: []budgetDoc{}, Expired: []noteDoc{}, Unused: []noteDoc{}}
	if g := r.Gate; g != nil {
		d.Target, d.FailOn, d.Verdict, d.Failing = g.Target, &g.FailOn, r.Verdict(), len(r.failing())
	}
	if p := r.Policy; p != nil {
		d.File, d.Expired, d.Unused = p.Policy.File, noteDocs(p.Expired), noteDocs(p.Unused)
	}
	for _, m := range r.budgets() {
		b := budgetDoc{Kind: string(m.Kind), Limit: m.Limit, Over: m.Over()}
		if m.Known {
			b.Value = &m.Value
		}
		d.Budgets = append(d.Budgets, b)
	}
	for _, o := range r.Tests {
		d.Tests = append(d.Tests, testDoc{o.Suite, o.Line, string(o.Kind), o.Name, o.Passed, o.Refused, o.Detail})
	}
	return d
}

func noteDocs(notes []policy.Note) []noteDoc {
	out := make([]noteDoc, len(notes))
	for i, n := range notes {
		out[i] = noteDoc{n.At, n.Text}
	}
	return out
}
