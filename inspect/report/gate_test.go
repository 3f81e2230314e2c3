package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/policy"
)

// checked is the sample held against a policy that allows one finding, has an allowance
// that has ended, and budgets that are and are not held.
func checked() report.Report {
	r := sample()
	r.Graph.Lines = make([]string, 26)
	r.Graph.Lines[23] = "  RUN npm ci"
	r.Graph.Lines[25] = "ENV NPM_TOKEN=…"
	r.Graph.Stages[1].Line = 20
	r.Findings = append(r.Findings,
		finding.Finding{Rule: "SD-S002", Title: "TypeScript sources", Category: finding.Source, Severity: finding.High, Path: "/app/[a](x)|<b>@me", Files: 3, Size: 5000, Layer: 1, Stage: 1, Line: 24, From: "builder:/app/src", Evidence: []string{"a.ts beside a.js"}, Why: "Nobody needs it.", Fix: "line 24: RUN npm ci && rm -r src"})
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Rule == "SD-T007" {
			f.Instead, f.EndLine = "RUN npm ci --omit=dev", 24
		}
	}
	r.Findings = append(r.Findings, finding.Finding{Rule: "SD-K002", Title: "Secret in RUN", Category: finding.Build, Severity: finding.Low, Name: "RUN", Layer: -1, Stage: 1, Line: 25, Instead: "RUN TOKEN=s3cr3tv4lue x", EndLine: 25})
	r.Tests = []structure.Outcome{
		{Name: "no compiler", Kind: structure.Command, Suite: "tests/a.yaml", Line: 3, Detail: []string{"expected the exit code 1, got 0", `standard output was "/usr/bin/tsc"`}, Duration: time.Second},
		{Name: "the server", Kind: structure.Existence, Suite: "tests/a.yaml", Line: 9, Passed: true, Duration: time.Minute},
		{Name: "node runs", Kind: structure.Command, Suite: "tests/b.yaml", Line: 2, Refused: true, Detail: []string{"there is no engine"}},
		{Name: "a file", Kind: structure.Content, Suite: "tests/b.yaml", Line: 6, Detail: []string{"it is not there"}},
	}
	for _, o := range r.Tests {
		if !o.Passed {
			r.Findings = append(r.Findings, finding.Finding{
				Rule: policy.RuleTest, Title: "Failed: " + o.Name, Category: finding.Policy, Severity: finding.High, Name: report.TestName(o), Layer: -1, Stage: -1, Evidence: o.Detail, Why: "It does not hold.", Fix: "Change the image.",
			})
		}
	}
	yes, level := true, finding.High
	p := policy.Policy{
		File: "ci/.stagedive.yaml", FailOn: &level,
		Allow: []policy.Allow{
			{Match: policy.Match{Rule: []string{"SD-K004"}}, Reason: "a token for reading | only", Until: "2026-12-31", Line: 3},
			{Match: policy.Match{Base: &yes}, Reason: "until the base is fixed", Until: "2026-01-31", Line: 7},
			{Match: policy.Match{Name: []string{"*b.yaml:6"}}, Reason: "soon", Line: 9},
		},
		Budgets: []policy.Budget{{Kind: policy.Size, Limit: 100_000_000, Level: finding.High, Line: 12}, {Kind: policy.Layers, Limit: 9, Level: finding.High, Line: 13}},
	}
	out := p.Apply(policy.Subject{Image: r.Image, Graph: r.Graph, Target: "runtime", Findings: r.Findings, Now: time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)})
	r.Policy, r.Findings = &out, out.Findings
	r.Rules = slices.Concat(r.Rules, policy.Rules())
	r.Gate = &report.Gate{FailOn: finding.High, Target: "runtime", Subject: "app/Dockerfile, target runtime", Dockerfile: "app dir/Dockerfile", Policy: "ci/.stagedive.yaml", Version: "v1.2.3"}
	return r
}

// clean is one that passes.
func clean() report.Report {
	r := checked()
	r.Findings = nil
	r.Policy, r.Tests = &policy.Outcome{}, nil
	r.Image.Problems = nil
	for i := range r.Image.Layers {
		r.Image.Layers[i].Problems = nil
	}
	return r
}

// withoutDockerfile is of an image that nobody knows how it was built, and that cannot be
// read to its end.
func withoutDockerfile() report.Report {
	r := checked()
	r.Graph, r.Gate.Dockerfile, r.Gate.Target, r.Gate.Subject = nil, "", "", "app.tar"
	for i := range r.Findings {
		r.Findings[i].Stage, r.Findings[i].Line = -1, 0
	}
	layers := slices.Clone(r.Image.Layers)
	layers[2].Unread = true
	im := *r.Image
	im.Layers = layers
	r.Image = &im
	return r
}

// gates are the forms of check's report.
var gates = map[string]func(io.Writer, report.Report) error{
	"txt": report.Check, "json": report.JSON, "sarif": report.SARIF, "github.sarif": report.GitHub, "junit.xml": report.JUnit, "md": report.PullRequest,
}

func write(t *testing.T, form string, r report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := gates[form](&b, r); err != nil {
		t.Fatalf("%s: %v", form, err)
	}
	return b.String()
}

func TestGateGoldens(t *testing.T) {
	for name, of := range map[string]func() report.Report{"check": checked, "clean": clean, "unknown": withoutDockerfile} {
		for form := range gates {
			t.Run(name+"."+form, func(t *testing.T) {
				got := write(t, form, of())
				goldens.Check(t, filepath.Join("testdata", name+"."+form), got)
				if again := write(t, form, of()); again != got {
					t.Error("the same gives other bytes")
				}
			})
		}
	}
}

func TestCleanIsOneLine(t *testing.T) {
	if got := write(t, "txt", clean()); got != "app/Dockerfile, target runtime passes: 103.0 MB in 3 layers; nothing at or above high\n" {
		t.Errorf("%q", got)
	}
}

// Secrets are in no form.
func TestGateHidesSecrets(t *testing.T) {
	for form := range gates {
		if strings.Contains(write(t, form, checked()), "s3cr3tv4lue") || strings.Contains(write(t, form, withoutDockerfile()), "s3cr3tv4lue") {
			t.Errorf("%s tells a secret", form)
		}
	}
}

// TestSARIFSchema holds every SARIF against the schema of OASIS, which go-sarif brings
// along. It reads into its own types: that nothing is lost on the way is seen from what
// it writes.
func TestSARIFSchema(t *testing.T) {
	for name, of := range map[string]func() report.Report{"check": checked, "clean": clean, "unknown": withoutDockerfile} {
		for _, form := range []string{"sarif", "github.sarif"} {
			data := write(t, form, of())
			doc, err := sarif.FromBytes([]byte(data))
			if err != nil {
				t.Fatalf("%s %s: %v", name, form, err)
			}
			for _, run := range doc.Runs { // what its types hold of fields that were not written
				run.Language, run.Tool.Driver.Language, run.NewlineSequences = "en-US", "en-US", []string{"\n"}
			}
			if err := doc.Validate(); err != nil {
				t.Errorf("%s %s: %v", name, form, err)
			}
			back, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			var want, got any
			if err := errors.Join(json.Unmarshal([]byte(data), &want), json.Unmarshal(back, &got)); err != nil {
				t.Fatal(err)
			}
			if lost := missing(want, got, ""); lost != "" {
				t.Errorf("%s %s: the schema has not seen %s", name, form, lost)
			}
		}
	}
}

// missing is the path of something that one document has and another lacks; "" for none.
func missing(want, got any, path string) string {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for k, v := range w {
			if lost := missing(v, g[k], path+"."+k); lost != "" {
				return lost
			}
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			return path
		}
		for i, v := range w {
			if lost := missing(v, g[i], fmt.Sprintf("%s[%d]", path, i)); lost != "" {
				return lost
			}
		}
	default:
		if !reflect.DeepEqual(want, got) {
			return path
		}
	}
	return ""
}

// TestSARIFForGitHub holds what GitHub's code scanning asks for beyond the schema: "SARIF
// support for code scanning" in its documentation.
func TestSARIFForGitHub(t *testing.T) {
	type text struct{ Text string }
	var doc struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			AutomationDetails struct{ ID string }
			Tool              struct {
				Driver struct {
					Name  string
					Rules []struct {
						ID, Name                          string
						ShortDescription, FullDescription text
						Help                              text
						DefaultConfiguration              struct{ Level string }
						Properties                        struct {
							Tags      []string
							Precision string
							Score     string `json:"security-severity"`
						}
					}
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Message   text
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI, URIBaseID string }
						Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
					}
				}
				PartialFingerprints map[string]string
				Suppressions        []any
			}
		}
	}
	for name, of := range map[string]func() report.Report{"check": checked, "unknown": withoutDockerfile} {
		if err := json.Unmarshal([]byte(write(t, "github.sarif", of())), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Schema == "" || doc.Version != "2.1.0" || len(doc.Runs) != 1 {
			t.Fatalf("%s: %s, %s, %d runs", name, doc.Schema, doc.Version, len(doc.Runs))
		}
		run := doc.Runs[0]
		if !strings.HasSuffix(run.AutomationDetails.ID, "/") || run.Tool.Driver.Name == "" {
			t.Errorf("%s: category %q of %q", name, run.AutomationDetails.ID, run.Tool.Driver.Name)
		}
		for _, r := range run.Tool.Driver.Rules {
			switch {
			case r.ID == "", r.Name == "" || len(r.Name) > 255, r.ShortDescription.Text == "", r.FullDescription.Text == "", r.Help.Text == "":
				t.Errorf("%s: rule %+v lacks something", name, r)
			case !slices.Contains([]string{"note", "warning", "error"}, r.DefaultConfiguration.Level), len(r.Properties.Tags) > 10,
				!slices.Contains(r.Properties.Tags, "security"), !regexp.MustCompile(`^(10\.0|[0-9]\.[0-9])$`).MatchString(r.Properties.Score), r.Properties.Precision != "high":
				t.Errorf("%s: rule %+v", name, r)
			}
		}
		prints := map[string]bool{}
		for _, r := range run.Results {
			if r.Message.Text == "" || r.RuleIndex < 0 || run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || len(r.Locations) != 1 {
				t.Errorf("%s: result %+v", name, r)
				continue
			}
			print := r.PartialFingerprints["primaryLocationLineHash"]
			if prints[print] || !regexp.MustCompile(`^[0-9a-f]{16}:[0-9]+$`).MatchString(print) {
				t.Errorf("%s: the fingerprint %q", name, print)
			}
			prints[print] = true
			at := r.Locations[0].PhysicalLocation
			if uri := at.ArtifactLocation.URI; uri == "" || strings.HasPrefix(uri, "/") || strings.ContainsAny(uri, ` \:`) || strings.Contains(uri, "..") {
				t.Errorf("%s: %q is no relative URI", name, uri)
			}
			if at.Region.StartLine < 1 || at.Region.StartColumn < 1 || at.Region.EndLine < at.Region.StartLine || at.Region.EndColumn < at.Region.StartColumn {
				t.Errorf("%s: the region %+v", name, at.Region)
			}
			if len(r.Suppressions) > 0 {
				t.Errorf("%s: GitHub would show a suppressed result", name)
			}
			if strings.Contains(r.Message.Text, "](") {
				t.Errorf("%s: a link in %q", name, r.Message.Text)
			}
		}
	}
}

// Fingerprints stay when lines, layers and sizes change, and tell findings apart.
func TestFingerprintsStay(t *testing.T) {
	prints := func(r report.Report) (out []string) {
		for _, m := range regexp.MustCompile(`"primaryLocationLineHash": "([^"]*)"`).FindAllStringSubmatch(write(t, "sarif", r), -1) {
			out = append(out, m[1])
		}
		slices.Sort(out)
		return out
	}
	before := checked()
	after := checked()
	after.Graph.Lines = append([]string{"# a comment"}, after.Graph.Lines...)
	for i := range after.Findings {
		f := &after.Findings[i]
		if f.Line > 0 {
			f.Line++
		}
		f.Size += 1000
	}
	was, is := prints(before), prints(after)
	if !slices.Equal(was, is) || len(slices.Compact(was)) != len(before.Findings) {
		t.Errorf("fingerprints\n%v\nbecame\n%v", was, is)
	}
	after.Findings[0].Path += "/other"
	if slices.Equal(was, prints(after)) {
		t.Error("another path has the same fingerprint")
	}
}

// A result of the base image stands on the FROM that brings it, through other stages.
func TestSARIFOfTheBase(t *testing.T) {
	r := checked()
	r.Graph = &model.Graph{
		Lines:  []string{"FROM debian AS base", "RUN x", "FROM base AS runtime"},
		Stages: []model.Stage{{Index: 0, Name: "base", Line: 1}, {Index: 1, Name: "runtime", Line: 3}}, Externals: []model.External{{Ref: "debian"}},
		Edges: []model.Edge{{From: 2, To: 0, Kind: model.EdgeBase}, {From: 0, To: 1, Kind: model.EdgeBase}},
	}
	r.Findings = []finding.Finding{{Rule: "SD-C001", Title: "a", Path: "/a", Layer: 0, Stage: -1, Base: true}, {Rule: "SD-H001", Title: "b", Name: "USER", Layer: -1, Stage: -1}}
	got := write(t, "sarif", r)
	if lines := regexp.MustCompile(`"startLine": \d+`).FindAllString(got, -1); !slices.Equal(lines, []string{`"startLine": 3`, `"startLine": 1`}) {
		t.Errorf("%v", lines)
	}
}

// TestJUnitSchema holds JUnit against what Jenkins' junit-10.xsd (its xunit plugin) and
// GitLab know: the elements, where they may be, and their attributes.
func TestJUnitSchema(t *testing.T) {
	type element struct{ children, must, may []string }
	word := element{may: []string{"type", "message"}}
	known := map[string]element{
		"testsuites": {children: []string{"testsuite"}, may: []string{"name", "time", "tests", "failures", "errors"}},
		"testsuite": {
			children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"}, must: []string{"name", "tests", "failures", "errors"},
			may: []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
		},
		"testcase":   {children: []string{"skipped", "error", "failure", "system-out", "system-err"}, must: []string{"name"}, may: []string{"time", "classname", "group"}},
		"properties": {children: []string{"property"}}, "property": {must: []string{"name", "value"}},
		"skipped": word, "error": word, "failure": word, "system-out": {}, "system-err": {},
	}
	for name, of := range map[string]func() report.Report{"check": checked, "clean": clean, "unknown": withoutDockerfile} {
		var path []string
		counts := map[string]int{}
		dec := xml.NewDecoder(strings.NewReader(write(t, "junit.xml", of())))
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			switch e := token.(type) {
			case xml.StartElement:
				tag := e.Name.Local
				if len(path) == 0 && tag != "testsuites" || len(path) > 0 && !slices.Contains(known[path[len(path)-1]].children, tag) {
					t.Errorf("%s: <%s> in %v", name, tag, path)
				}
				var attrs []string
				for _, a := range e.Attr {
					attrs = append(attrs, a.Name.Local)
					if !slices.Contains(slices.Concat(known[tag].must, known[tag].may), a.Name.Local) {
						t.Errorf("%s: <%s> has the attribute %s", name, tag, a.Name.Local)
					}
					if tag == "testsuites" {
						fmt.Sscan(a.Value, new(int))
						var n int
						fmt.Sscan(a.Value, &n)
						counts["said "+a.Name.Local] = n
					}
				}
				for _, a := range known[tag].must {
					if !slices.Contains(attrs, a) {
						t.Errorf("%s: <%s> lacks %s", name, tag, a)
					}
				}
				counts[tag]++
				path = append(path, tag)
			case xml.EndElement:
				path = path[:len(path)-1]
			}
		}
		if counts["testcase"] != counts["said tests"] || counts["failure"] != counts["said failures"] || counts["error"] != counts["said errors"] || counts["testcase"] == 0 {
			t.Errorf("%s: counted %v", name, counts)
		}
	}
}

// Nothing from an image formats the comment or leads away from it.
func TestPullRequestIsHarmless(t *testing.T) {
	got := write(t, "md", checked())
	text := regexp.MustCompile("(`+)[^`].*?[^`]?(`+)").ReplaceAllString(got, "")
	for _, bad := range []string{"@me", "[a](x)", "<b>"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is not code in\n%s", bad, got)
		}
	}
	if len(got) > 65_000 {
		t.Errorf("%d characters are more than GitHub takes", len(got))
	}
}

// A comment with very many findings still fits.
func TestPullRequestFits(t *testing.T) {
	r := checked()
	r.Policy = nil
	r.Findings = nil
	for i := range 3000 {
		f := finding.Finding{Rule: "SD-S002", Title: "TypeScript sources", Severity: finding.Severity(i % 5), Path: fmt.Sprintf("/app/%d/%s", i, strings.Repeat("x", 60)), Layer: 1, Stage: 1, Line: 24, Fix: "line 24: copy only what is needed"}
		r.Findings = append(r.Findings, f)
	}
	if got := write(t, "md", r); len(got) > 65_000 || strings.Count(got, "<details>") != strings.Count(got, "</details>") {
		t.Errorf("%d characters", len(got))
	}
}
