package leak

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// place makes a finding of a leak: ties it to its layer, stage and line, settles
// the severity, and words it. All text from the image is sanitised here.
func (v *view) place(l leak) finding.Finding {
	r, _ := v.rules.Rule(l.rule)
	rule := r.Rule
	if r.Large > 0 && l.size >= r.Large {
		l.worse++
	}
	origin := v.originOf(l)
	f := finding.Finding{
		Rule: rule.ID, Title: l.title, Category: rule.Category, Severity: rule.Severity,
		Path: sanitize.Text(l.path), Name: sanitize.Text(l.name), Files: l.count, Size: l.size,
		Layer: l.layer, Stage: origin.Stage, Line: origin.Line, Base: origin.Base, Deleted: l.gone,
		From: sanitize.Text(v.takenFrom(l)), Taken: v.samples(l), Holds: l.standsFor(), Packages: l.packages, Why: rule.Why,
	}
	if f.Title == "" {
		f.Title = rule.Title
	}
	f.Title = sanitize.Text(f.Title)
	for range l.worse {
		f.Severity = min(f.Severity+1, finding.Critical)
	}
	for range l.milder {
		f.Severity = f.Severity.Milder()
	}
	if origin.Base {
		f.Severity = f.Severity.Milder()
		f.Stage, f.Line = -1, 0
	}
	for _, e := range l.evidence {
		f.Evidence = append(f.Evidence, sanitize.Text(e))
	}
	f.Evidence = append(f.Evidence, v.route(rule, l, origin)...)
	if l.gone > 0 {
		f.Evidence = append(f.Evidence, fmt.Sprintf("%s removes or overwrites it, but layer %d still has it and is pulled with the image", v.layerName(l.gone), l.layer+1))
	}
	if f.Fix = l.fix; f.Fix == "" {
		r := v.fix(rule, l, origin)
		f.Fix, f.EndLine = sanitize.Text(r.words), r.endLine
		if lines := strings.Split(r.instead, "\n"); r.instead != "" {
			for i, line := range lines {
				lines[i] = sanitize.Text(line)
			}
			f.Instead = strings.Join(lines, "\n")
		}
	}
	return f
}

func (v *view) originOf(l leak) image.Origin {
	switch {
	case l.origin != nil:
		return *l.origin
	case l.layer >= 0 && l.layer < len(v.im.Layers):
		return v.im.Layers[l.layer].Origin
	}
	return image.Unknown
}

// layerName is how a layer is told of: from 1, with its line when that is known.
func (v *view) layerName(index int) string {
	if o := v.im.Layers[index].Origin; o.Line > 0 {
		return fmt.Sprintf("layer %d (line %d)", index+1, o.Line)
	}
	return fmt.Sprintf("layer %d", index+1)
}
