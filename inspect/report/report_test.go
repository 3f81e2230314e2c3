package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/saving"
)

// trees are of the sample's layers.
func trees() []*image.Tree {
	var out []*image.Tree
	for _, lines := range []string{
		"f bin/sh 1000000 1;f usr/lib/libc.so 50000000 2;f usr/share/doc/a/changelog 3000000 3;f usr/share/doc/a/copyright 1000000 4;f var/lib/apt/lists/x 19000000 5",
		"f app/node_modules/typescript/lib/tsc.js 22400000 6;f app/node_modules/a/x.js 3000000 7;f app/node_modules/b/x.js 3000000 7;f app/start.js 600000 8;l app/@me|#1 start.js;h app/again app/start.js",
		"w var/lib/apt/lists;w app/again;f app/start.js 900 9",
	} {
		b := image.NewBuilder()
		for line := range strings.SplitSeq(lines, ";") {
			f := append(strings.Fields(line), "", "")
			e := image.Entry{Path: f[1], Mode: 0o644}
			switch f[0] {
			case "f":
				fmt.Sscan(f[2], &e.Size)
				fmt.Sscan(f[3], &e.Sum)
			case "l":
				e.Type, e.Mode, e.Link = image.Symlink, 0o777, f[2]
			case "h":
				e.Type, e.Link = image.Hardlink, f[2]
			case "w":
				e.Type = image.Whiteout
			}
			b.Add(e)
		}
		out = append(out, b.Tree())
	}
	return out
}

func sample() report.Report {
	r := bare()
	for i, t := range trees() {
		r.Image.Layers[i].Tree = t
	}
	r.Image.Packages = []inventory.Package{
		{Kind: inventory.Deb, Name: "gcc-12", Version: "12.2.0-14", Path: "/var/lib/dpkg/status", Size: 51_000_000, Gone: 2, Base: true},
		{Kind: inventory.NPM, Name: "jest", Version: "29.7.0", Path: "/app/node_modules/jest/package.json", Size: 400_000, Layer: 1, Dev: "/app/package.json"},
		{Kind: inventory.NPM, Name: "@types/node", Path: "/srv/node_modules/@types/node/package.json", Layer: 1, DevTool: true},
	}
	r.Proofs = [][]saving.Proof{{{Path: "/usr/lib/libc.so", Kind: saving.Debug, Debug: 2_000_000}}}
	return r
}

// bare is the sample without trees.
func bare() report.Report {
	return report.Report{
		Image: &image.Image{Ref: "app.tar", Digest: "sha256:abc", Platform: "linux/amd64", Place: "Docker at unix:///var/run/docker.sock", Base: image.BaseImage{Name: "node:22"}, Attestations: []image.Attestation{
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
		Redact: redact.Text,
		Findings: []finding.Finding{
			{Rule: "SD-C001", Title: "APT package lists", Category: finding.Cache, Severity: finding.Info, Path: "/var/lib/apt/lists", Files: 12, Size: 19_000_000, Layer: 0, Stage: -1, Base: true, Deleted: 2, Evidence: []string{"12 files below /var/lib/apt/lists"}, Why: "It is only size.", Fix: "choose a base image without it"},
			{Rule: "SD-T007", Title: "TypeScript compiler", Category: finding.Toolchain, Severity: finding.Medium, Path: "/app/node_modules/typescript", Files: 92, Size: 22_400_000, Layer: 1, Stage: 1, Line: 24, Evidence: []string{"package.json is typescript 5.4.0", "lib/tsc.js"}, Why: "What it made runs without it.", Fix: "line 24: RUN npm ci --omit=dev"},
			{Rule: "SD-K004", Title: "Secret in ENV NPM_TOKEN", Category: finding.Secret, Severity: finding.High, Name: "ENV NPM_TOKEN", Layer: -1, Stage: 1, Line: 26, Evidence: []string{"the configuration sets NPM_TOKEN"}, Why: "Everyone can read it.", Fix: "line 26: drop this ENV"},
		},
	}
}

func TestGoldens(t *testing.T) {
	paths, err := report.NewPaths([]string{"/app/**", "!*.js"})
	if err != nil {
		t.Fatal(err)
	}
	text := func(show report.Show) func(*bytes.Buffer, report.Report) error {
		return func(b *bytes.Buffer, r report.Report) error { r.Show = show; return report.Text(b, r) }
	}
	for name, write := range map[string]func(*bytes.Buffer, report.Report) error{
		"report.txt":        text(report.Show{}),
		"report-bytes.txt":  text(report.Show{Bytes: true}),
		"layers.txt":        text(report.Show{Layers: true}),
		"tree.txt":          text(report.Show{Tree: true}),
		"tree-size.txt":     text(report.Show{Tree: true, Sort: report.BySize, Bytes: true}),
		"files.txt":         text(report.Show{Files: true}),
		"files-size.txt":    text(report.Show{Files: true, Sort: report.BySize, Bytes: true}),
		"files-name.txt":    text(report.Show{Files: true, Sort: report.ByName}),
		"files-paths.txt":   text(report.Show{Files: true, Paths: paths}),
		"everything.txt":    text(report.Show{Layers: true, Tree: true, Files: true}),
		"packages.txt":      text(report.Show{Packages: true}),
		"packages-size.txt": text(report.Show{Packages: true, Sort: report.BySize, Bytes: true, Paths: paths}),
		"packages.json":     func(b *bytes.Buffer, r report.Report) error { r.Show.Packages = true; return report.JSON(b, r) },
		"packages.md":       func(b *bytes.Buffer, r report.Report) error { r.Show.Packages = true; return report.Markdown(b, r) },
		"findings.txt":      func(b *bytes.Buffer, r report.Report) error { return report.Findings(b, r) },
		"report.json":       func(b *bytes.Buffer, r report.Report) error { return report.JSON(b, r) },
		"report.md":         func(b *bytes.Buffer, r report.Report) error { return report.Markdown(b, r) },
		"files.md":          func(b *bytes.Buffer, r report.Report) error { r.Show.Files = true; return report.Markdown(b, r) },
		"tree.md":           func(b *bytes.Buffer, r report.Report) error { r.Show.Tree = true; return report.Markdown(b, r) },
		"files.json":        func(b *bytes.Buffer, r report.Report) error { r.Show.Files = true; return report.JSON(b, r) },
		"tree.json":         func(b *bytes.Buffer, r report.Report) error { r.Show.Tree = true; return report.JSON(b, r) },
		"layers.json":       func(b *bytes.Buffer, r report.Report) error { r.Show.Layers = true; return report.JSON(b, r) },
		"without-trees.txt": func(b *bytes.Buffer, r report.Report) error { return report.Text(b, bare()) },
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
