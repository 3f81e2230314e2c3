package policyfile_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/stagedive/stagedive/inspect/policyfile"
)

// valid says what the schema has against a policy; "" for nothing.
func valid(t *testing.T, text string) string {
	t.Helper()
	var doc any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return err.Error()
	}
	data, err := json.Marshal(days(doc))
	if err != nil {
		t.Fatal(err)
	}
	res, err := gojsonschema.Validate(gojsonschema.NewStringLoader(policyfile.Schema), gojsonschema.NewBytesLoader(data))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range res.Errors() {
		all = append(all, e.String())
	}
	return strings.Join(all, "\n")
}

// days are texts to an editor, and times to the library.
func days(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k := range x {
			x[k] = days(x[k])
		}
	case []any:
		for i := range x {
			x[i] = days(x[i])
		}
	case interface{ Format(string) string }:
		return x.Format("2006-01-02")
	}
	return v
}

// The schema and the reader agree on what is a policy.
func TestSchemaAgrees(t *testing.T) {
	full, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(full), "", "{}", "allow:", "severity: {SD-C*: low}", "targets: {a: }", "budgets: {size: 1000, files: 3}", "paths: {forbidden: [a, {path: b}]}", "growth:", "growth: 5%", "growth: 10MB", "growth: 0", "growth: {size: 0.5 %, files: 3, packages: 10%, layers: '1', findings: 0}", "targets: {a: {growth: 5%}}", "probes:", "probes: app --version", "probes: [{http: 80}, {http: /}, {http: 'http://localhost:80/x'}, {args: []}]"} {
		if wrong := valid(t, text); wrong != "" {
			t.Errorf("of\n%s\nthe schema says\n%s", text, wrong)
		}
		if _, err := policyfile.Parse("p.yaml", []byte(text)); err != nil {
			t.Errorf("of\n%s\nthe reader says %v", text, err)
		}
	}
	ar, err := txtar.ParseFile("testdata/bad.txtar")
	if err != nil {
		t.Fatal(err)
	}
	// What a schema cannot know: how documents follow each other.
	for _, f := range ar.Files {
		if strings.HasSuffix(f.Name, ".want") || f.Name == "two documents" || f.Name == "drives a terminal" {
			continue
		}
		if valid(t, string(f.Data)) == "" {
			t.Errorf("the schema has nothing against %q", f.Name)
		}
	}
	for _, bad := range []string{
		"fail-on: never", "allow: [{rule: x}]", "allow: [{reason: x}]", "allow: [{rule: x, reason: y, until: soon}]", "paths: {required: [{path: a, deleted: true}]}",
		"packages: {forbidden: [{kind: npm}]}", "budgets: {size: large}", "budgets: {layers: 1.5}", "budgets: {files: {severity: low}}", "targets: {a: {rules: x}}", "targets: {a: {targets: {}}}",
		"severity: {SD-T001: hot}", "severity: [{rule: x}]", "severity: [{level: low}]", "allow: [{category: fruit, reason: x}]", "colour: red",
		"growth: large", "growth: -5%", "growth: [5%]", "growth: {files: 1MB}", "growth: {packages: -1}", "growth: {speed: 1}", "growth: {size: }",
		"probes: [{name: x}]", "probes: [{run: a, args: b}]", "probes: [{http: 80, tcp: 80}]", "probes: [{tcp: 0}]", "probes: [{tcp: false}]", "probes: [{run: a, status: 200}]", "probes: [{run: a, exit: 256}]",
		"probes: [{run: a, same: [colour]}]", "probes: [{run: a, timeout: 30}]", "probes: [{run: a, timeout: soon}]", "probes: [{http: 'a b'}]", "probes: [{http: 'http://example.com/'}]", "probes: [{run: a, env: [A=b]}]", "probes: [{start: false}]",
	} {
		if valid(t, bad) == "" {
			t.Errorf("the schema has nothing against %s", bad)
		}
		if _, err := policyfile.Parse("p.yaml", []byte(bad)); err == nil {
			t.Errorf("the reader has nothing against %s", bad)
		}
	}
}

// The page on policies tells of every key that the schema has at the top, and of every
// one that chooses findings.
func TestPageTellsOfEveryKey(t *testing.T) {
	page, err := os.ReadFile("../../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties  map[string]any
		Definitions map[string]struct{ Properties map[string]any }
	}
	if err := json.Unmarshal([]byte(policyfile.Schema), &schema); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for k := range schema.Properties {
		keys = append(keys, k)
	}
	for k := range schema.Definitions["allowance"].Properties {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if !strings.Contains(string(page), "`"+k+"`") && !strings.Contains(string(page), "`"+k+".") {
			t.Errorf("the page does not tell of %s", k)
		}
	}
	if !strings.Contains(string(page), "policy.schema.json") {
		t.Error("the page does not tell of the schema")
	}
}
