// Package report writes what inspection found, for people and for programs. The
// output depends on its input alone: the same image gives the same bytes.
package report

import (
	"slices"

	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/model/saving"
)

// Report is what there is to report.
type Report struct {
	Image    *image.Image
	Findings []finding.Finding   // in any order
	Rules    []finding.Rule      // those that findings may be instances of
	Graph    *model.Graph        // of the Dockerfile that built the image; nil when there is none
	Redact   func(string) string // takes secrets out of instructions; nil to leave them out altogether
	Proofs   [][]saving.Proof    // by layer, what the content of files proved; layers may be missing
	Show     Show                // what is asked for
	Policy   *policy.Outcome     // what the project's policy made of it; nil without one
	Tests    []structure.Outcome // what became of the suites that the policy names
	Gate     *Gate               // what check came to; nil where nothing was checked
}

// Gate is how an image is held against a level.
type Gate struct {
	FailOn  finding.Severity // a finding this severe or worse fails
	Target  string           // label of the stage that was checked; "" unknown
	Subject string           // what was checked, in short: a path and a target, or an image's name
	// Dockerfile is the path of the file that the lines are of, relative to the
	// repository, with slashes; "" when there is none.
	Dockerfile string
	// Policy is the policy's path in the same way; "" when there is none.
	Policy string
	// Version is stagedive's own.
	Version string
}

// failing are the findings that keep the image from passing, the worst first.
func (r Report) failing() []finding.Finding {
	return slices.DeleteFunc(r.sorted(), func(f finding.Finding) bool {
		return r.Gate == nil || f.Allowed != nil || f.Severity < r.Gate.FailOn
	})
}

// Verdict is a word for what a gate comes to: pass, fail, or unknown where nothing was
// found and a layer could not be read. It is "" without a gate.
func (r Report) Verdict() string {
	switch {
	case r.Gate == nil:
		return ""
	case len(r.failing()) > 0:
		return "fail"
	case r.Image != nil && len(r.Image.Unread()) > 0:
		return "unknown"
	}
	return "pass"
}

// sorted are the findings in finding.Compare's order. What is to be written into a
// Dockerfile is left out where it would be a secret.
func (r Report) sorted() []finding.Finding {
	list := slices.Clone(r.Findings)
	for i := range list {
		f := &list[i]
		if r.hide(f.Instead) != f.Instead {
			f.Instead, f.EndLine = "", 0
		}
	}
	slices.SortFunc(list, finding.Compare)
	return list
}

// instruction is the text of the instruction that made a layer, without secrets.
func (r Report) instruction(l image.Layer) string {
	if r.Redact == nil {
		return ""
	}
	if s, ok := r.step(l.Origin); ok {
		return r.Redact(s.Text)
	}
	return r.Redact(l.CreatedBy)
}

func (r Report) step(o image.Origin) (model.Step, bool) {
	if r.Graph == nil || o.Base || o.Stage < 0 || o.Stage >= len(r.Graph.Stages) {
		return model.Step{}, false
	}
	steps := r.Graph.Stages[o.Stage].Steps
	if o.Step < 0 || o.Step >= len(steps) {
		return model.Step{}, false
	}
	return steps[o.Step], true
}

// stage is the label of a stage, or "".
func (r Report) stage(index int) string {
	if r.Graph == nil || index < 0 || index >= len(r.Graph.Stages) {
		return ""
	}
	return r.Graph.Stages[index].Label()
}
