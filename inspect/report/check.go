package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/policy"
)

// Check writes what the gate came to, for people: one line where the image passes;
// otherwise what keeps it from that, in full, and how much else there is.
func Check(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	failing := r.failing()
	fmt.Fprintln(b, r.headline(failing))
	for _, f := range failing {
		fmt.Fprintln(b)
		r.finding(b, f)
	}
	notes := r.policyNotes()
	for _, m := range r.budgets() {
		if !m.Known {
			notes = append(notes, fmt.Sprintf("the budget %s cannot be held against this image: which layers are its base's is not known", m.Kind))
		}
	}
	if len(failing) > 0 && len(notes) > 0 {
		fmt.Fprintln(b)
	}
	for _, n := range notes {
		fmt.Fprintf(b, "note: %s\n", n)
	}
	return flush(b)
}

// headline is the verdict in a line.
func (r Report) headline(failing []finding.Finding) string {
	verb := map[string]string{"pass": "passes", "fail": "fails", "unknown": "cannot be judged"}[r.Verdict()]
	parts := []string{fmt.Sprintf("%s in %s", r.Show.size(r.Image.Size()), measure.Plural(len(r.Image.Layers), "layer"))}
	switch {
	case len(failing) > 0:
		parts = append(parts, fmt.Sprintf("%s at or above %s", measure.Plural(len(failing), "finding"), r.Gate.FailOn))
	case len(r.Image.Unread()) > 0:
		parts = append(parts, fmt.Sprintf("nothing at or above %s in what could be read (%s of %d could not be)", r.Gate.FailOn, r.Image.UnreadInWords(), len(r.Image.Layers)))
	default:
		parts = append(parts, fmt.Sprintf("nothing at or above %s", r.Gate.FailOn))
	}
	if milder := r.milder(); milder.Total() > 0 {
		parts = append(parts, "below that "+milder.String())
	}
	if n := len(r.allowed()); n > 0 {
		parts = append(parts, fmt.Sprintf("%d allowed", n))
	}
	if tests := r.tested(); tests != "" {
		parts = append(parts, tests)
	}
	return fmt.Sprintf("%s %s: %s", r.Gate.Subject, verb, strings.Join(parts, "; "))
}

// milder counts the findings that the gate lets through.
func (r Report) milder() finding.Tally {
	t := finding.Count(r.Findings)
	for s := r.Gate.FailOn; s <= finding.Critical; s++ {
		t[s] = 0
	}
	return t
}

// allowed are the findings that the policy accepts, in order.
func (r Report) allowed() []finding.Finding {
	return slices.DeleteFunc(r.sorted(), func(f finding.Finding) bool { return f.Allowed == nil })
}

// policyNotes are what there is to say of the policy itself.
func (r Report) policyNotes() []string {
	if r.Policy == nil {
		return nil
	}
	var out []string
	for _, n := range slices.Concat(r.Policy.Expired, r.Policy.Unused) {
		out = append(out, n.String())
	}
	return out
}

func (r Report) budgets() []policy.Measured {
	if r.Policy == nil {
		return nil
	}
	return r.Policy.Budgets
}
