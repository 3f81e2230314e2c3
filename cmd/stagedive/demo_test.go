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

// judgeDemo holds the demo to what the project promises of it, in a house that has built it:
// compiling it once is enough.
func judgeDemo(t *testing.T, h *house) {
	t.Helper()
	d, err := demo.Prepare(t.Context(), demo.Options{CacheDir: filepath.Join(h.dir, "cache", "stagedive")})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("check", func(t *testing.T) { checkDemo(t, h, d) })
	t.Run("structure", func(t *testing.T) { structureOfDemo(t, h, d) })
	t.Run("probes", func(t *testing.T) { probesOfDemo(t, h, d) })
}

// checkDemo holds the demo's targets against the gate, in a house that has built them:
// the one that ships passes in a line, the leaky one fails by what it is leaky for.
func checkDemo(t *testing.T, h *house, d demo.Demo) {
	t.Helper()
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

// probesOfDemo asks both of the demo's images, in a house that has built them, what they
// do: the small one behaves as the large one.
func probesOfDemo(t *testing.T, h *house, d demo.Demo) {
	t.Helper()
	args := []string{"probe", "-q", "--targets", "leaky,runtime", "--probes", filepath.Join(d.ContextDir, "probes.yaml"), d.ContextDir}
	for ref, context := range d.BuildContexts {
		args = append(args, "--build-context", ref+"="+context)
	}
	got := h.run(t, args...)
	if got.code != exitOK || !strings.HasSuffix(got.stdout, "\nAll behave the same, as far as 5 probes can tell.\n") || got.stderr != "" {
		t.Errorf("%d\n%s%s", got.code, got.stdout, got.stderr)
	}
}

// structureOfDemo runs the demo's suite in a house that has built it: it holds for the
// target that ships, and not for the one that shows how not to do it.
func structureOfDemo(t *testing.T, h *house, d demo.Demo) {
	t.Helper()
	args := []string{"test", "-q", "-c", filepath.Join(d.ContextDir, "structure.yaml"), d.ContextDir}
	for ref, context := range d.BuildContexts {
		args = append(args, "--build-context", ref+"="+context)
	}
	good := h.run(t, append(args, "--target", "runtime")...)
	if good.code != exitOK || !strings.HasSuffix(good.stdout, "target runtime passes: 9 tests\n") {
		t.Errorf("runtime: %d\n%s%s", good.code, good.stdout, good.stderr)
	}
	bad := h.run(t, append(args, "--target", "leaky")...)
	if bad.code != exitFindings {
		t.Fatalf("leaky: %d\n%s%s", bad.code, bad.stdout, bad.stderr)
	}
	for _, want := range []string{
		"✗ failed   command    no Go, and nothing to look for it with", "✗ failed   command    no shell",
		"✗ failed   existence  no sources", "✗ failed   existence  no keys", "✗ failed   metadata   metadata",
		"✓ passed   existence  the packed style sheet", "✓ passed   content    both style sheets in one",
	} {
		if !strings.Contains(bad.stdout, want) {
			t.Errorf("leaky: no %q in\n%s", want, bad.stdout)
		}
	}
}
