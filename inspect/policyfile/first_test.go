package policyfile_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/policyfile"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model/policy"
)

func starts() map[string]policyfile.Start {
	return map[string]policyfile.Start{
		"nothing": {},
		"project": {
			Targets: []string{"builder", "test", "stage-2", "runtime"}, Tests: []string{"tests/structure-test.yaml"},
			Measured: map[policy.BudgetKind]int64{policy.Size: 103_000_900, policy.OverBase: 29_000_900, policy.Wasted: 0, policy.Layers: 7, policy.Files: 4321},
		},
		"single": {Targets: []string{"stage-0"}, Measured: map[policy.BudgetKind]int64{policy.Size: 5_000_000, policy.Layers: 2}},
		"odd":    {Targets: []string{"a: {b", "yes", "#x", `q"uo`, "1.0"}, Tests: []string{"a b.yaml", "-x", "null"}, Measured: map[policy.BudgetKind]int64{policy.Size: 0, policy.Layers: 0}},
	}
}

func TestFirst(t *testing.T) {
	comment := regexp.MustCompile(`(?m)^#( *[^ #\n])`)
	for name, s := range starts() {
		text := s.First()
		goldens.Check(t, "testdata/first-"+name+".yaml", text)
		// It is a policy, and still one when every entry that is offered is taken.
		all := comment.ReplaceAllStringFunc(text, func(m string) string {
			if strings.HasPrefix(m, "# ") && !strings.HasPrefix(m, "#  ") {
				return m // words
			}
			return m[1:]
		})
		for _, text := range []string{text, all} {
			if _, err := policyfile.Parse("p.yaml", []byte(text)); err != nil {
				t.Errorf("%s: %v\n%s", name, err, text)
			}
			if wrong := valid(t, text); wrong != "" {
				t.Errorf("%s: %s\n%s", name, wrong, text)
			}
		}
		if p, _ := policyfile.Parse("p.yaml", []byte(all)); len(p.Allow) != 1 || len(p.Packages) != 1 || len(p.Targets) == 0 || len(p.Budgets) == 0 || len(p.Forbidden) != 2 || len(p.Required) != 1 || len(p.Probes) != 3 {
			t.Errorf("%s: not all is taken: %+v", name, p)
		}
	}
}

// A budget leaves room, and is none that today's image breaks.
func TestFirstBudgetsHold(t *testing.T) {
	for _, n := range []int64{0, 1, 9, 10, 99, 12345, 999_999, 1_000_001, 103_000_900, 7_654_321_000} {
		s := policyfile.Start{Measured: map[policy.BudgetKind]int64{policy.Size: n, policy.Layers: n}}
		p, err := policyfile.Parse("p.yaml", []byte(s.First()))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range p.Budgets {
			if b.Limit < n || n > 10_000_000 && b.Limit > n*14/10 {
				t.Errorf("%s: %d for %d", b.Kind, b.Limit, n)
			}
		}
	}
}
