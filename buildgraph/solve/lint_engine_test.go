//go:build linux

package solve_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// The engine's own linter says what reading the file has brought to light, and what only
// it can know.
func TestLintByTheEngine(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell as a\nMAINTAINER me\nFROM a\nCOPY x.log /\nCMD echo\n", ".dockerignore": "*.log\n", "x.log": ""})
	var notices []string
	found, err := solve.Lint(t.Context(), c, p.Request, func(e build.Event) { notices = append(notices, e.Notice.Text) })
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]model.Problem{}
	for _, f := range found {
		got[f.Rule] = f
	}
	for rule, line := range map[string]int{"FromAsCasing": 1, "MaintainerDeprecated": 2, "CopyIgnoredFile": 4, "JSONArgsRecommended": 5} {
		if f := got[rule]; f.Line != line || f.Level != model.LevelWarning || !strings.HasPrefix(f.Message, rule+": ") {
			t.Errorf("%s: %+v", rule, f)
		}
	}
	if len(notices) > 0 {
		t.Errorf("notices: %q", notices)
	}
	for _, pr := range p.Graph.Problems {
		if g, ok := got[pr.Rule]; !ok || g.Line != pr.Line {
			t.Errorf("the engine does not say %q", pr.Message)
		}
	}
}

// What the linter can't go on from is an error.
func TestLintByTheEngineStops(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nCOPY --from=later /x /x\nFROM shell AS later\n"})
	p.Targets = []int{0}
	if found, err := solve.Lint(t.Context(), c, p.Request, func(build.Event) {}); err == nil {
		t.Errorf("no error, but %+v", found)
	}
}

// The frontend that `# syntax` names is the one that is asked.
func TestLintByTheFrontendOfTheSyntax(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "# syntax=" + frontendImage(t) + "\nFROM shell as a\n"})
	found, err := solve.Lint(t.Context(), c, p.Request, func(e build.Event) { t.Errorf("notice: %s", e.Notice.Text) })
	if err != nil || len(found) != 1 || found[0].Rule != "FromAsCasing" || found[0].Line != 2 {
		t.Errorf("%+v, %v", found, err)
	}
}
