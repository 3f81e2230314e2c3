package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
)

// Schema names the form of the JSON report. The number rises when a field goes
// away or changes its meaning; new fields come without that. docs/report-json.md
// describes it.
const Schema = "stagedive.report/1"

type document struct {
	Schema string   `json:"schema"`
	Image  imageDoc `json:"image"`
	*judgement
	Packages *[]inventory.Package `json:"packages,omitempty"`
}

// judgement is what the whole report has and parts of it do not.
type judgement struct {
	Summary  summaryDoc        `json:"summary"`
	Findings []finding.Finding `json:"findings"`
	Rules    []finding.Rule    `json:"rules"`
	Waste    *wasteDoc         `json:"waste,omitempty"`
	Twins    *twinsDoc         `json:"twins,omitempty"`
	Savings  *savingsDoc       `json:"savings,omitempty"`
	Policy   *policyDoc        `json:"policy,omitempty"`
}

type imageDoc struct {
	Ref      string     `json:"ref"`
	Stage    string     `json:"stage,omitempty"` // what the image is where it is none; nothing is judged then
	Digest   string     `json:"digest,omitempty"`
	Platform string     `json:"platform,omitempty"`
	Created  *time.Time `json:"created,omitempty"`
	Size     int64      `json:"size"`
	Layers   []layerDoc `json:"layers"`
	Problems []string   `json:"problems,omitempty"`

	Place        string              `json:"place,omitempty"`
	Base         image.BaseImage     `json:"base,omitzero"`
	Attestations []image.Attestation `json:"attestations,omitempty"`
}

type layerDoc struct {
	Index       int      `json:"index"`
	DiffID      string   `json:"diffID,omitempty"`
	Size        int64    `json:"size"`
	BlobSize    int64    `json:"blobSize"`
	Format      string   `json:"format,omitempty"`
	Stage       int      `json:"stage"`
	StageName   string   `json:"stageName,omitempty"`
	Line        int      `json:"line,omitempty"`
	Base        bool     `json:"base,omitempty"`
	Instruction string   `json:"instruction,omitempty"`
	Problems    []string `json:"problems,omitempty"`
	Unread      bool     `json:"unread,omitempty"`
}

type summaryDoc struct {
	Total    int `json:"total"`
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
	Allowed  int `json:"allowed"`
	Unread   int `json:"unread"`
}

// JSON writes the report for programs, indented, with the Schema's name in it; or the
// parts that are asked for.
func JSON(w io.Writer, r Report) error {
	d := document{
		Schema: Schema,
		Image: imageDoc{
			Ref: r.Image.Ref, Stage: r.Image.Stage, Digest: r.Image.Digest, Platform: r.Image.Platform,
			Size: r.Image.Size(), Layers: []layerDoc{}, Problems: r.Image.Problems,
			Place: r.Image.Place, Base: r.Image.Base, Attestations: r.Image.Attestations,
		},
	}
	if !r.Image.Created.IsZero() {
		d.Image.Created = &r.Image.Created
	}
	for i, l := range r.Image.Layers {
		d.Image.Layers = append(d.Image.Layers, layerDoc{
			Index: i, DiffID: l.DiffID, Size: l.Size, BlobSize: l.BlobSize, Format: string(l.Format), Stage: l.Origin.Stage, StageName: r.stage(l.Origin.Stage),
			Line: l.Origin.Line, Base: l.Origin.Base, Instruction: r.instruction(l), Problems: l.Problems, Unread: l.Unread,
		})
	}
	if r.Show.Whole() {
		d.judgement = r.judgement()
	}
	if r.Show.Packages {
		list := r.packages()
		d.Packages = &list
	}
	if err := r.encode(w, d); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// judgement is what the whole report says of the image.
func (r Report) judgement() *judgement {
	list := r.sorted()
	tally := finding.Count(list)
	j := &judgement{
		Summary: summaryDoc{
			Total: tally.Total(), Critical: tally[finding.Critical], High: tally[finding.High],
			Medium: tally[finding.Medium], Low: tally[finding.Low], Info: tally[finding.Info],
			Allowed: len(r.allowed()), Unread: len(r.Image.Unread()),
		},
		Findings: list, Rules: r.used(list), Policy: r.policyDoc(),
	}
	if r.Image.Stage == "" { // nobody ships a stage
		d := r.derive()
		j.Waste, j.Twins, j.Savings = r.wasteDoc(d), r.twinsDoc(d), r.savingsDoc(d)
	}
	if j.Findings == nil {
		j.Findings = []finding.Finding{}
	}
	return j
}

// encode writes the document, and the files at its end where they are asked for.
func (r Report) encode(w io.Writer, d document) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	if !r.Show.Files && !r.Show.Tree {
		b.Write(buf.Bytes())
		return b.Flush()
	}
	b.Write(bytes.TrimSuffix(buf.Bytes(), []byte("\n}\n")))
	b.WriteString(",\n  \"files\": ")
	if err := r.writeFiles(b); err != nil {
		return err
	}
	b.WriteString("\n}\n")
	return b.Flush()
}

// used are the rules that the findings are instances of, by ID.
func (r Report) used(list []finding.Finding) []finding.Rule {
	rules := []finding.Rule{}
	for _, rule := range r.Rules {
		if slices.ContainsFunc(list, func(f finding.Finding) bool { return f.Rule == rule.ID }) {
			rules = append(rules, rule)
		}
	}
	slices.SortFunc(rules, func(a, b finding.Rule) int {
		switch {
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return 0
	})
	return rules
}
