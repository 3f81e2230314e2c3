package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

func sample() report.Report {
	return report.Report{
		Image: &image.Image{Ref: "app.tar", Digest: "sha256:abc", Platform: "linux/amd64", Base: image.BaseImage{Name: "node:22"}, Attestations: []image.Attestation{
			{Predicate: "https://slsa.dev/provenance/v1", Kind: image.Provenance, Digest: "sha256:def", Size: 9000, Builder: "https://ci.example.test", Images: []image.BaseImage{{Name: "node:22", Digest: "sha256:0123456789abcdef"}}},
			{Predicate: "https://spdx.dev/Document", Kind: image.SBOM, Digest: "sha256:fed", Size: 90000, Packages: 213},
		}, Layers: []image.Layer{
			{Size: 74_000_000, CreatedBy: "ADD rootfs.tar.xz / # buildkit", Origin: image.Origin{Stage: -1, Step: -1, Base: true}},
			{Size: 29_000_000, CreatedBy: "RUN /bin/sh -c npm ci", Origin: image.Origin{Stage: 1, Step: 1, Line: 24}},
			{Size: 900, CreatedBy: "RUN /bin/sh -c TOKEN=s3cr3tv4lue ./deploy", Origin: image.Unknown, Problems: []string{"it is cut off: what comes before is shown"}},
		}, Problems: []string{"it names a platform that this machine is not"}},
		Graph: &model.Graph{Stages: []model.Stage{
			{Index: 0, Name: "builder"},
			{Index: 1, Name: "runtime", Steps: []model.Step{{Command: "FROM", Text: "FROM node"}, {Command: "RUN", Text: "RUN  npm ci", Line: 24}}},
		}},
		Rules:  leak.Rules(),
		Redact: leak.Redact,
		Findings: []finding.Finding{
			{Rule: "SD-C001", Title: "APT package lists", Category: finding.Cache, Severity: finding.Info, Path: "/var/lib/apt/lists", Files: 12, Size: 19_000_000, Layer: 0, Stage: -1, Base: true, Deleted: 2, Evidence: []string{"12 files below /var/lib/apt/lists"}, Why: "It is only size.", Fix: "choose a base image without it"},
			{Rule: "SD-T007", Title: "TypeScript compiler", Category: finding.Toolchain, Severity: finding.Medium, Path: "/app/node_modules/typescript", Files: 92, Size: 22_400_000, Layer: 1, Stage: 1, Line: 24, Evidence: []string{"package.json is typescript 5.4.0", "lib/tsc.js"}, Why: "What it made runs without it.", Fix: "line 24: RUN npm ci --omit=dev"},
			{Rule: "SD-K004", Title: "Secret in ENV NPM_TOKEN", Category: finding.Secret, Severity: finding.High, Name: "ENV NPM_TOKEN", Layer: -1, Stage: 1, Line: 26, Evidence: []string{"the configuration sets NPM_TOKEN"}, Why: "Everyone can read it.", Fix: "line 26: drop this ENV"},
		},
	}
}

func TestGoldens(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer, report.Report) error{
		"report.txt":   func(b *bytes.Buffer, r report.Report) error { return report.Text(b, r) },
		"findings.txt": func(b *bytes.Buffer, r report.Report) error { return report.Findings(b, r) },
		"report.json":  func(b *bytes.Buffer, r report.Report) error { return report.JSON(b, r) },
	} {
		t.Run(name, func(t *testing.T) {
			var got, again bytes.Buffer
			r := sample()
			if err := write(&got, r); err != nil {
				t.Fatal(err)
			}
			slices.Reverse(r.Findings)
			if err := write(&again, r); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), again.Bytes()) {
				t.Error("the order of the input shows in the output")
			}
			if strings.Contains(got.String(), "s3cr3tv4lue") {
				t.Error("a secret's value is in the report")
			}
			goldens.Check(t, filepath.Join("testdata", name), got.String())
		})
	}
}

func TestJSONOfNothingHasEmptyLists(t *testing.T) {
	var b bytes.Buffer
	if err := report.JSON(&b, report.Report{Image: &image.Image{Ref: "x"}}); err != nil {
		t.Fatal(err)
	}
	var d struct {
		Schema   string
		Findings *[]finding.Finding
		Rules    *[]finding.Rule
		Image    struct{ Layers *[]any }
	}
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if d.Schema != report.Schema || d.Findings == nil || d.Rules == nil || d.Image.Layers == nil {
		t.Errorf("%s", b.Bytes())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWritingErrorsAreTold(t *testing.T) {
	for _, write := range []func() error{
		func() error { return report.Text(brokenWriter{}, sample()) },
		func() error { return report.JSON(brokenWriter{}, sample()) },
	} {
		if err := write(); err == nil || !strings.HasPrefix(err.Error(), "writing the report: ") {
			t.Errorf("error %v", err)
		}
	}
}
