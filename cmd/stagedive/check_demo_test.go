package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/examples/demo"
	"github.com/stagedive/stagedive/model/finding"
)

// checkDemo holds the demo's targets against the gate, in a house that has built them:
// the one that ships passes in a line, the leaky one fails by what it is leaky for.
func checkDemo(t *testing.T, h *house) {
	t.Helper()
	d, err := demo.Prepare(t.Context(), demo.Options{CacheDir: filepath.Join(h.dir, "cache", "stagedive")})
	if err != nil {
		t.Fatal(err)
	}
	check := func(target string, more ...string) said {
		args := []string{"check", "-q", "--target", target}
		for name, ref := range d.BuildContexts {
			args = append(args, "--build-context", name+"="+ref)
		}
		return h.run(t, append(append(args, more...), d.ContextDir)...)
	}
	got := check("runtime")
	if got.code != exitOK || strings.Count(got.stdout, "\n") != 1 || !strings.Contains(got.stdout, "target runtime passes: ") || got.stderr != "" {
		t.Errorf("the runtime target: %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	got = check("leaky", "--format", "json")
	var report struct {
		Findings []finding.Finding
		Policy   struct{ Verdict string }
	}
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatalf("%v: %s%s", err, got.stdout, got.stderr)
	}
	var rules []string
	for _, f := range report.Findings {
		if rules = append(rules, f.Rule); f.Severity >= finding.High && f.Line == 0 {
			t.Errorf("%s %s has no line", f.Rule, f.Title)
		}
	}
	for _, want := range []string{"SD-K001", "SD-K002", "SD-V001", "SD-S001", "SD-T001", "SD-C006"} {
		if !slices.Contains(rules, want) {
			t.Errorf("the leaky target has no %s, only %v", want, rules)
		}
	}
	if got.code != exitFindings || report.Policy.Verdict != "fail" || strings.Contains(got.stdout, "not-a-real-password") {
		t.Errorf("the leaky target: %d, %s", got.code, report.Policy.Verdict)
	}
}
