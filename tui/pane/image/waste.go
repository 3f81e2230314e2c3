package image

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/waste"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/image/ledger"
	"github.com/stagedive/stagedive/tui/theme"
)

// wasteBook is what layers store and the image does not need.
type wasteBook struct {
	p      *Pane
	report *waste.Report
}

func (p *Pane) wasteSummary(r *waste.Report) string {
	th := p.theme
	text := th.Render(theme.Bold, measure.Bytes(r.Wasted))
	switch {
	case r.Own == 0 && r.Wasted > 0:
		text += th.Render(theme.Dim, ", all of it the base image's,")
	case r.Own < r.Wasted:
		text += th.Render(theme.Dim, ", ") + th.Render(theme.Bold, measure.Bytes(r.Own)) + th.Render(theme.Dim, " of it yours,")
	}
	return text + th.Render(theme.Dim, fmt.Sprintf(" of the %s stored are not in the final files", measure.Bytes(r.Stored)))
}

func (b wasteBook) Len() int { return len(b.report.Items) }

func (b wasteBook) Row(i int) ledger.Row {
	it := b.report.Items[i]
	name := it.Path
	if it.Dir && name != "/" {
		name += "/"
	}
	info := b.p.fromTo(it.Layer, it.By)
	if it.Parts != nil {
		info = "in " + measure.Plural(it.Files, "file") + "  " + info
	}
	return ledger.Row{Word: wasteWord(it), Name: name, Info: info, Bytes: it.Bytes, Dim: it.Base}
}

// wasteWord is why something is not needed, in a word.
func wasteWord(it waste.Item) string {
	if it.Base {
		return "base image's"
	}
	if it.Moved != "" {
		return "moved"
	}
	if it.Cause == image.Repeated {
		return "stored again"
	}
	return it.Cause.String()
}

// fromTo names two layers: the one that stores and the one that makes useless.
func (p *Pane) fromTo(from, to int) string {
	return fmt.Sprintf("L%d %s L%d", from+1, p.theme.Glyphs.Arrow, to+1)
}

func (wasteBook) Places(int) int { return 0 }

func (b wasteBook) Place(i, _ int) ledger.Place {
	it := b.report.Items[i]
	at := it.Layer
	if it.Cause == image.Repeated {
		at = it.By
	}
	return ledger.Place{Layer: it.Layer, Path: it.Path, Line: b.p.lineOf(at), Bytes: it.Bytes}
}

func (b wasteBook) Detail(i, _ int) []ledger.Field {
	it := b.report.Items[i]
	size := measure.Bytes(it.Bytes)
	if it.Files != 1 {
		size += " in " + measure.Plural(it.Files, "file")
	}
	fields := []ledger.Field{
		{Label: "path", Text: it.Path},
		{Label: "wasted", Text: size},
		{Label: "because", Text: b.report.Says(it)},
		{Label: "change", Text: b.p.redact(b.report.Advice(it)), Role: theme.Good},
		{Label: "stored by", Text: b.p.madeBy(it.Layer), Role: theme.Dim},
	}
	if it.By != it.Layer {
		fields = append(fields, ledger.Field{Label: "then", Text: b.p.madeBy(it.By), Role: theme.Dim})
	}
	if it.Parts != nil {
		fields = slices.Insert(fields, 2, ledger.Field{Label: "most of it", Text: largest(it.Parts)})
	}
	return fields
}

// largest names the largest of several places.
func largest(parts []waste.Part) string {
	const most = 4
	var out []string
	for i, p := range parts {
		if i == most {
			out = append(out, "and "+measure.Plural(len(parts)-most, "place")+" more")
			break
		}
		name := p.Path
		if p.Dir {
			name += "/"
		}
		out = append(out, name+" "+measure.Bytes(p.Bytes))
	}
	return strings.Join(out, ", ")
}

// wastedIn is what a layer has to do with the waste, in words; "" for nothing, or
// while that is not known.
func (p *Pane) wastedIn(layer int) string {
	if p.books.wasted == nil || layer >= len(p.books.wasted.Layers) {
		return ""
	}
	var out []string
	l := p.books.wasted.Layers[layer]
	if l.Wasted > 0 {
		out = append(out, measure.Bytes(l.Wasted)+" of it is not in the final files")
	}
	if l.Caused > 0 {
		out = append(out, "it deletes or replaces "+measure.Bytes(l.Caused)+" of lower layers")
	}
	return strings.Join(out, "; ")
}
