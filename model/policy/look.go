package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/image/waste"
	"github.com/stagedive/stagedive/model/measure"
)

// look is one image being held against a policy.
type look struct {
	Subject
	policy Policy
	tree   *image.Tree // the final one; nil until it is asked for
}

// final is the file system that all layers add up to.
func (l *look) final() *image.Tree {
	if l.tree == nil {
		layers := make([]*image.Tree, len(l.Image.Layers)+1) // one more, which does nothing
		for i := range l.Image.Layers {
			layers[i] = l.Image.Layers[i].Tree
		}
		l.tree = image.Stack(layers...)
	}
	return l.tree
}

// budgets measures what the policy has budgets for.
func (l *look) budgets() []Measured {
	var out []Measured
	for _, kind := range BudgetKinds() {
		for _, b := range l.policy.Budgets {
			if b.Kind == kind {
				value, known := l.measure(kind)
				out = append(out, Measured{b, value, known})
			}
		}
	}
	return out
}

// Measure is what an image takes of all that there are budgets for, as far as it can be
// told.
func Measure(im *image.Image, g *model.Graph) map[BudgetKind]int64 {
	l := &look{Subject: Subject{Image: im, Graph: g}}
	out := map[BudgetKind]int64{}
	for _, kind := range BudgetKinds() {
		if value, known := l.measure(kind); known {
			out[kind] = value
		}
	}
	return out
}

func (l *look) measure(kind BudgetKind) (value int64, known bool) {
	switch kind {
	case Size:
		return l.Image.Size(), true
	case OverBase:
		return OverItsBase(l.Image)
	case Wasted:
		return waste.Of(l.Image, l.Graph).Own, true
	case Layers:
		return int64(len(l.Image.Layers)), true
	case Files:
		return int64(l.final().Files(image.Root)), true
	}
	return 0, false
}

// OverItsBase is how many bytes of files an image's own layers have; known is false where
// neither its Dockerfile nor its history tells which layers those are.
func OverItsBase(im *image.Image) (bytes int64, known bool) {
	for i, m := range maker.Of(im, nil) {
		o := im.Layers[i].Origin
		known = known || m.Base || o.Base || o.Stage >= 0
		if !m.Base && !o.Base {
			bytes += im.Layers[i].Size
		}
	}
	return bytes, known || len(im.Layers) == 0
}

// Amount writes a value of a budget.
func (k BudgetKind) Amount(n int64) string {
	if k.Bytes() {
		return measure.Bytes(n)
	}
	return measure.Count(int(n))
}

// Says is the budget as it is spoken of.
func (k BudgetKind) Says() string {
	switch k {
	case Size:
		return "image size"
	case OverBase:
		return "size over the base"
	case Wasted:
		return "wasted bytes"
	case Layers:
		return "layers"
	case Files:
		return "files"
	}
	return string(k)
}

// Name is Finding.Name of one that is not held.
func (k BudgetKind) Name() string { return "budget " + string(k) }

// overBudget is the finding of a budget that is not held. It points to the largest layer
// that the Dockerfile made, which is where to look first.
func (l *look) overBudget(m Measured) finding.Finding {
	f := l.finding(RuleBudget, m.Level, m.Line)
	f.Name = m.Kind.Name()
	f.Title = fmt.Sprintf("%s %s, budget %s", m.Kind.Says(), m.Kind.Amount(m.Value), m.Kind.Amount(m.Limit))
	f.Evidence = []string{fmt.Sprintf("%s over the budget of %s", m.Kind.Amount(m.Value-m.Limit), l.policy.at(m.Line))}
	f.Fix = fmt.Sprintf("take out what grew, or raise the budget on purpose (%s)", l.policy.at(m.Line))
	if m.Kind == Layers || m.Kind == Files {
		return f
	}
	largest := -1
	for i, m := range maker.Of(l.Image, l.Graph) {
		if !m.Base && (largest < 0 || l.Image.Layers[i].Size > l.Image.Layers[largest].Size) {
			largest = i
		}
	}
	if largest < 0 {
		return f
	}
	l.place(&f, largest)
	f.Evidence = append(f.Evidence, fmt.Sprintf("the largest layer of its own is layer %d, %s", largest+1, measure.Bytes(l.Image.Layers[largest].Size)))
	return f
}

// finding begins one of the policy's own.
func (l *look) finding(rule string, level finding.Severity, line int) finding.Finding {
	rules := Rules()
	r := rules[slices.IndexFunc(rules, func(r finding.Rule) bool { return r.ID == rule })]
	return finding.Finding{
		Rule: r.ID, Title: r.Title, Category: r.Category, Severity: level, Layer: -1, Stage: -1,
		Why: r.Why, Fix: fmt.Sprintf("%s (%s)", strings.TrimSuffix(r.Fix, "."), l.policy.at(line)),
	}
}

// place ties a finding to the layer that brings it.
func (l *look) place(f *finding.Finding, layer int) {
	if layer < 0 || layer >= len(l.Image.Layers) {
		return
	}
	o := l.Image.Layers[layer].Origin
	f.Layer, f.Stage, f.Line, f.Base = layer, o.Stage, o.Line, o.Base
}

// because adds the policy's reason.
func because(f *finding.Finding, reason string) {
	if reason != "" {
		f.Why = reason
	}
}
