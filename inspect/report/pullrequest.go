package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/report/markdown"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/policy"
)

// shown is how many findings a comment has beside what is folded.
const shown = 5

// foldedMost is how many more it has folded: forges cut comments at 65,536 characters.
const foldedMost = 50

// PullRequest writes the report as a comment for a pull request, as GitHub and GitLab show
// it: the verdict, sizes, the worst findings, and the rest folded. Names from the image are
// code, so that nothing in them is a link, a mention or a format.
func PullRequest(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	failing := r.failing()
	title := map[string]string{"pass": "✅ passes", "fail": "❌ fails", "unknown": "❔ cannot be judged"}[r.Verdict()]
	fmt.Fprintf(b, "### stagedive: %s %s\n", markdown.Code(r.Gate.Subject), title)
	r.pullSizes(b)

	fmt.Fprintf(b, "\n**%s**", r.tally(r.Findings))
	if n := len(failing); n > 0 {
		fmt.Fprintf(b, ", %s at or above %s", measure.Count(n), r.Gate.FailOn)
	}
	if tests := r.tested(); tests != "" {
		fmt.Fprintf(b, "; %s", tests)
	}
	fmt.Fprintln(b)
	if len(failing) > 0 {
		r.pullFindings(b, failing[:min(shown, len(failing))])
	}
	r.folded(b, "more at or above "+r.Gate.FailOn.String(), failing[min(shown, len(failing)):])
	milder := slices.DeleteFunc(r.sorted(), func(f finding.Finding) bool { return f.Allowed != nil || f.Severity >= r.Gate.FailOn })
	r.folded(b, "below "+r.Gate.FailOn.String(), milder)
	r.folded(b, "allowed", r.allowed())
	var notes []string
	for _, n := range slices.Concat(r.Notes(), r.policyNotes()) {
		notes = append(notes, "- "+markdown.Plain(n))
	}
	if len(notes) > 0 {
		fmt.Fprintf(b, "\n%s\n", strings.Join(notes, "\n"))
	}
	return flush(b)
}

// pullSizes are the image's size, what it adds to its base, and the budgets.
func (r Report) pullSizes(b *bufio.Writer) {
	fmt.Fprintf(b, "\n%s in %s", r.Show.size(r.Image.Size()), measure.Plural(len(r.Image.Layers), "layer"))
	if over, known := policy.OverItsBase(r.Image); known {
		fmt.Fprintf(b, ", %s more than its base", r.Show.size(over))
	}
	fmt.Fprintln(b)
	if len(r.budgets()) == 0 {
		return
	}
	markdown.Table(b, "budget", "is:", "may be:", "")
	for _, m := range r.budgets() {
		value, word := m.Kind.Amount(m.Value), "ok"
		switch {
		case !m.Known:
			value, word = "?", "not known"
		case m.Over() && r.allows(m.Kind.Name()):
			word = "over, allowed"
		case m.Over():
			word = "**over**"
		}
		markdown.Cells(b, m.Kind.Says(), value, m.Kind.Amount(m.Limit), word)
	}
}

func (r Report) pullFindings(b *bufio.Writer, list []finding.Finding) {
	markdown.Table(b, "severity", "what", "where", "fix")
	for _, f := range list {
		what := "**" + markdown.Plain(f.Title) + "**" + markdown.Plain(strings.Replace(note(f), "  ", " ", 1)) + "<br>" + markdown.Code(f.Subject())
		if f.Size > 0 {
			what += ", " + r.Show.size(f.Size)
		}
		fix := markdown.Plain(one(f.Fix))
		if f.Allowed != nil {
			fix = markdown.Plain(one(f.Allowed.Reason))
		}
		markdown.Cells(b, f.Severity.String(), what+" · "+f.Rule, markdown.Plain(r.whereabouts(f)), fix)
	}
}

// folded writes a list that opens when somebody wants to see it.
func (r Report) folded(b *bufio.Writer, title string, list []finding.Finding) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details><summary>%s %s</summary>\n", measure.Count(len(list)), title)
	r.pullFindings(b, list[:min(foldedMost, len(list))])
	if left := len(list) - foldedMost; left > 0 {
		fmt.Fprintf(b, "\nand %s more\n", measure.Count(left))
	}
	fmt.Fprint(b, "\n</details>\n")
}
