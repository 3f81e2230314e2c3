// Package inspect opens an image wherever it lies and says all there is to know
// about it: what its layers hold, which line of the Dockerfile each came from,
// and what should not be in it.
package inspect

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/stagedive/stagedive/inspect/attest"
	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/inspect/packages"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/slim"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/model/saving"
)

// Judge looks at the layers while they stream by and says afterwards what it
// found. (inspect/leak's Scanner is one.)
type Judge interface {
	scan.Detector
	// Findings is called when all layers have been read and joined, with what the
	// judge's sink noted of each; nil where there was nothing.
	Findings(im *image.Image, notes [][]byte) []finding.Finding
}

// Prover is a Judge that also wants to know what the content of files proved of them.
type Prover interface {
	Judge
	// Judge is Findings with the Proofs of the layers.
	Judge(im *image.Image, notes [][]byte, proofs [][]saving.Proof) []finding.Finding
}

// Options say how to inspect.
type Options struct {
	Platform string       // os/arch[/variant], where the image has several; "" for this machine's
	Built    string       // where images that stagedive built are kept: see resolve.Options
	Graph    *model.Graph // of the Dockerfile that built it; nil when there is none
	Target   int          // the stage of Graph that was built
	Judges   []Judge
	Context  fs.FS      // the build context, where it is known: its manifests say what is for development
	Stages   Stages     // of the build that made it, where they can be looked into
	Workers  int        // layers read at the same time; 0 for one a CPU
	Cache    scan.Cache // of earlier results; nil for none
	// Progress is called now and then, by one goroutine at a time.
	Progress func(scan.Progress)
	// Redact takes secrets out of an instruction, or of a NAME=value pair of the
	// configuration; nil to leave them in. It is called when the judges are done.
	Redact func(string) string
	// Policy is applied to what the judges find; nil for none. Now says which of its
	// allowances have ended.
	Policy *policy.Policy
	Now    time.Time
}

// Result is what inspection found.
type Result struct {
	Image    *image.Image      `json:"image"`
	Findings []finding.Finding `json:"findings"`
	Proofs   [][]saving.Proof  `json:"-"` // by layer, what content proved of files that may not be needed
	Policy   *policy.Outcome   `json:"-"` // what Options.Policy made of it; nil without one
}

// Inspect opens the image that ref means (see resolve), reads it once, and
// judges it. It fails when there is no image to be found or ctx ends; what is
// wrong inside the image is told in its Problems and its layers'.
func Inspect(ctx context.Context, ref string, opt Options) (*Result, error) {
	src, err := resolve.Open(ctx, ref, resolve.Options{Platform: opt.Platform, Built: opt.Built})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	return Source(ctx, src, ref, opt)
}

// Source inspects an image that is open already. It does not close it.
func Source(ctx context.Context, src source.Source, ref string, opt Options) (*Result, error) {
	detectors := make([]scan.Detector, len(opt.Judges), len(opt.Judges)+2)
	for i, j := range opt.Judges {
		detectors[i] = j
	}
	detectors = append(detectors, slim.Detector{}, packages.Detector{})
	said := hear(ctx, src)
	layers, err := scan.Scan(ctx, src, scan.Options{Detectors: detectors, Workers: opt.Workers, Progress: opt.Progress, Cache: opt.Cache})
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("inspecting %s: %w", ref, err)
		}
		return nil, err
	}
	im := describe(src.Image(), ref)
	if placed, ok := src.(source.Placed); ok {
		im.Place = sanitize.Text(placed.Place())
	}
	im.Attestations = said()
	im.Base = attest.Base(im, src.Image().Annotations)
	for i, l := range layers {
		im.Layers[i].Tree = l.Tree
		im.Layers[i].Size = l.Size
		im.Layers[i].Problems = l.Problems
		im.Layers[i].Unread = l.Unread
		im.Layers[i].Format = formatOf(src.Image().Layers[i], l.Tree)
	}
	origin.Join(im, opt.Graph, opt.Target)
	noted := func(detector int) [][]byte { // by layer
		notes := make([][]byte, len(layers))
		for k, l := range layers {
			notes[k] = l.Notes[detector]
		}
		return notes
	}
	packages.Fill(im, noted(len(opt.Judges)+1), packages.Options{Context: opt.Context})
	res := &Result{Image: im}
	for _, notes := range noted(len(opt.Judges)) {
		res.Proofs = append(res.Proofs, slim.Read(notes))
	}
	for i, j := range opt.Judges {
		if p, ok := j.(Prover); ok {
			res.Findings = append(res.Findings, p.Judge(im, noted(i), res.Proofs)...)
			continue
		}
		res.Findings = append(res.Findings, j.Findings(im, noted(i))...)
	}
	confirm(ctx, res.Findings, opt.Context, opt.Stages)
	for i := range res.Findings { // detectors match raw names: what they report is shown
		f := &res.Findings[i]
		f.Path, f.Evidence = sanitize.Text(f.Path), texts(f.Evidence)
	}
	if opt.Redact != nil {
		redact(im, opt.Redact)
	}
	if opt.Policy != nil {
		s := policy.Subject{Image: im, Graph: opt.Graph, Findings: res.Findings, Now: opt.Now}
		if g := opt.Graph; g != nil && opt.Target >= 0 && opt.Target < len(g.Stages) {
			s.Target = g.Stages[opt.Target].Label()
		}
		out := opt.Policy.Apply(s)
		res.Findings, res.Policy = out.Findings, &out
	}
	return res, nil
}

// hear reads what builders left beside the image, and returns what gives it. It is read
// while the layers are, as far as it is known by then: in a registry each statement is
// a question of its own.
func hear(ctx context.Context, src source.Source) func() []image.Attestation {
	blobs, ok := src.(source.Blobs)
	if !ok {
		return func() []image.Attestation { return nil }
	}
	read := func() []image.Attestation { return attest.Read(ctx, blobs.Store(), src.Image().Attestations) }
	if _, late := src.(source.Stream); late { // its documents come with its layers
		return read
	}
	said := make(chan []image.Attestation, 1)
	go func() { said <- read() }()
	return func() []image.Attestation { return <-said }
}
