package policyfile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stagedive/stagedive/inspect/policyfile"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model/compare/growth"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/policy"
)

func TestEveryKeyIsRead(t *testing.T) {
	got, err := policyfile.Load("testdata/full.yaml", "p.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rng, err := policy.ParseRange("<4.17.21")
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	medium, critical := finding.Medium, finding.Critical
	want := policy.Policy{
		File:   "p.yaml",
		FailOn: &medium,
		Rules:  []policy.File{{Path: "rules/own.yaml", Line: 3}, {Path: "more/*.yaml", Line: 3}},
		Tests:  []policy.File{{Path: "structure.yaml", Line: 4}},
		Severity: []policy.Override{
			{Match: policy.Match{Rule: []string{"SD-C001", "SD-T*"}, Category: []string{"cache"}, Path: []string{"/opt/**"}, Stage: []string{"runtime"}}, Level: finding.Info, Line: 6},
			{Match: policy.Match{Base: &yes}, Level: finding.Low, Line: 11},
		},
		Allow: []policy.Allow{{
			Match: policy.Match{Rule: []string{"SD-T003"}, Package: []string{"gcc-12"}, Name: []string{"GCC*"}}, Reason: "plug-ins are compiled at run time", Until: "2026-12-31", Line: 14,
		}},
		Forbidden: []policy.Path{
			{Glob: "/root/.ssh", Level: finding.High, Line: 21}, {Glob: "*.pem", Reason: "keys come from the vault", Level: finding.Critical, Deleted: true, Line: 22},
		},
		Required: []policy.Path{{Glob: "/app/server", Level: finding.High, Line: 26}},
		Packages: []policy.Package{
			{Name: "telnet", Level: finding.High, Line: 29}, {Kind: "npm", Name: "lodash", Version: rng, Reason: "CVE-2021-23337", Level: finding.Critical, Line: 30},
		},
		Budgets: []policy.Budget{
			{Kind: policy.Size, Limit: 120_000_000, Level: finding.High, Line: 32},
			{Kind: policy.OverBase, Limit: 40 << 20, Level: finding.Low, Line: 33},
			{Kind: policy.Wasted, Level: finding.High, Line: 34},
			{Kind: policy.Layers, Limit: 12, Level: finding.High, Line: 35},
			{Kind: policy.Files, Limit: 5000, Level: finding.High, Line: 36},
		},
		Growth: []policy.Growth{
			{Limit: growth.Limit{Key: growth.Size, Percent: 5, Relative: true, Text: "5%"}, Line: 66}, {Limit: growth.Limit{Key: growth.Packages, Text: "0"}, Line: 66},
		},
		Targets: map[string]policy.Policy{
			"test": {FailOn: &critical, Budgets: []policy.Budget{{Kind: policy.Size, Limit: 1_000_000_000, Level: finding.High, Line: 40}}}, "stage-2": {},
		},
	}
	got.Probes = nil // see TestProbes
	delete(got.Targets, "stage-2")
	delete(want.Targets, "stage-2")
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read\n%+v\nwant\n%+v", got, want)
	}
}

func TestNothingIsAPolicyToo(t *testing.T) {
	for _, text := range []string{"", "# only words\n", "allow:\ntargets:\n", "{}"} {
		if p, err := policyfile.Parse("p.yaml", []byte(text)); err != nil || len(p.Allow) > 0 {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
}

// All that is wrong is told at once, with lines and what to write.
func TestProblems(t *testing.T) {
	const path = "testdata/bad.txtar"
	ar, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(ar.Files); i += 2 {
		name := ar.Files[i].Name
		text := strings.ReplaceAll(string(ar.Files[i].Data), `\e`, `\x1b`)
		_, err := policyfile.Parse("p.yaml", []byte(text))
		var wrong *policyfile.Error
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		ar.Files[i+1].Name, ar.Files[i+1].Data = name+".want", []byte(err.Error()+"\n")
	}
	goldens.Check(t, path, string(txtar.Format(ar)))
}

// Aliases of aliases must not grow into something that takes for ever.
func TestAliases(t *testing.T) {
	var b strings.Builder
	b.WriteString("allow: &a0 [{rule: x, reason: y}]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "x%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	b.WriteString("paths: {forbidden: *a29}\n")
	if _, err := policyfile.Parse("p.yaml", []byte(b.String())); err == nil {
		t.Error("that is no policy")
	}
	if _, err := policyfile.Parse("p.yaml", make([]byte, 2<<20)); err == nil || !strings.Contains(err.Error(), "1 MB") {
		t.Errorf("of two megabytes: %v", err)
	}
}

func TestFind(t *testing.T) {
	top := t.TempDir()
	repo := filepath.Join(top, "repo")
	deep := filepath.Join(repo, "services", "api")
	for _, dir := range []string{deep, filepath.Join(repo, ".git")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	find := func(want string) {
		t.Helper()
		if got, err := policyfile.Find(deep); err != nil || got != want {
			t.Errorf("found %q, %v; want %q", got, err, want)
		}
	}
	write := func(dir string) string {
		path := filepath.Join(dir, policyfile.Name)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write(top) // outside of the repository: nobody's
	find("")
	find(write(repo))
	find(write(deep))
	if got := policyfile.Root(deep); got != repo {
		t.Errorf("the repository is %q", got)
	}
}

func FuzzParse(f *testing.F) {
	full, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(full)
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("targets: {a: &x {targets: *x}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := policyfile.Parse("p.yaml", data)
		var wrong *policyfile.Error
		if err != nil && (!errors.As(err, &wrong) || len(wrong.Problems) == 0) {
			t.Errorf("%v", err)
		}
	})
}
