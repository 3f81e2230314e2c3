package findings

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// text is the lines of the detail.
type text []string

func (t text) Len() int          { return len(t) }
func (t text) Line(i int) string { return t[i] }

// labelWidth is the width of the column of labels.
const labelWidth = 10

// fields tells all about the selected finding.
func (p *Pane) fields() text {
	f, ok := p.Selected()
	if !ok {
		return nil
	}
	th := p.theme
	var out text
	left := " " + severity(th, f.Severity, f.Allowed != nil) + " "
	for _, piece := range widget.WrapWords(f.Title, max(10, p.box.w-4-widget.Width(left))) {
		out = append(out, left+th.Render(theme.Bold, piece))
		left = widget.Spaces(widget.Width(left))
	}
	out = append(out, "")
	if a := f.Allowed; a != nil {
		said := a.Reason
		if said == "" {
			said = "without a reason"
		}
		until := "for ever"
		if a.Until != "" {
			until = "until " + a.Until
		}
		out = append(p.field(p.field(out, "accepted", said), "", until+", by "+a.Policy), "")
	}
	if f.Category != finding.Build || f.Path != "" || f.Line == 0 {
		out = p.field(out, "where", f.Subject())
	}
	if f.Size > 0 && f.Category != finding.Build {
		size := measure.Bytes(f.Size)
		if f.Files > 1 {
			size += fmt.Sprintf(" in %s files", measure.Count(f.Files))
		}
		out = p.field(out, "size", size)
	}
	if f.From != "" {
		out = p.field(out, "copied", "from "+f.From)
	}
	out = p.field(out, "from", p.where(f))
	out = append(out, p.source(f)...)
	if f.Deleted > 0 {
		out = p.field(out, "but", fmt.Sprintf("layer %d removes it: whoever has the image can still read layer %d", f.Deleted+1, f.Layer+1))
	}
	out = append(out, "")
	for i, e := range f.Evidence {
		label := "seen"
		if i > 0 {
			label = ""
		}
		out = p.field(out, label, e)
	}
	if f.Fix != "" { // before the reasons: on a small screen these are further down
		out = p.field(append(out, ""), "fix", f.Remedy())
	}
	return p.field(append(out, ""), "why", f.Why)
}

// field adds a label and what it says; long text goes on under itself.
func (p *Pane) field(out text, label, value string) text {
	if value == "" {
		return out
	}
	role := theme.Dim
	if label == "fix" {
		role = theme.Good
	}
	left := p.theme.Render(role, widget.Fit(" "+label, labelWidth, ""))
	for line := range strings.SplitSeq(value, "\n") {
		for _, piece := range widget.WrapWords(line, max(10, p.box.w-3-labelWidth)) {
			out = append(out, left+piece)
			left = widget.Spaces(labelWidth)
		}
	}
	return out
}

// sourceLines bounds how much of a long instruction the detail repeats.
const sourceLines = 4

// source is the Dockerfile's lines that a finding came from.
func (p *Pane) source(f finding.Finding) []string {
	if p.graph == nil || f.Line <= 0 || f.Line > len(p.graph.Lines) {
		return nil
	}
	end := f.Line
	if p.graph.IsStage(model.NodeID(f.Stage)) {
		for _, s := range p.graph.Stages[f.Stage].Steps {
			if s.Line == f.Line {
				end = min(s.EndLine, f.Line+sourceLines-1, len(p.graph.Lines))
			}
		}
	}
	var out []string
	for n := f.Line; n <= end; n++ {
		left := p.theme.Render(theme.Dim, widget.FitRight(fmt.Sprintf("%d ", n), labelWidth, ""))
		for _, piece := range widget.WrapWords(p.redact(p.graph.Lines[n-1]), max(10, p.box.w-3-labelWidth)) {
			out = append(out, left+piece)
			left = widget.Spaces(labelWidth)
		}
	}
	return out
}
