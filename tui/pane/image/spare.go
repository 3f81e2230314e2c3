package image

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/saving"
	"github.com/stagedive/stagedive/tui/pane/image/ledger"
	"github.com/stagedive/stagedive/tui/theme"
)

// spareBook is what could go from the final files.
type spareBook struct {
	p     *Pane
	items []saving.Item
}

func (p *Pane) spareSummary(r *saving.Report) string {
	th := p.theme
	text := th.Render(theme.Bold, measure.Bytes(r.Own+r.Base)) + th.Render(theme.Dim, " could go")
	if r.Base > 0 && r.Own > 0 {
		text += th.Render(theme.Dim, ", "+measure.Bytes(r.Base)+" of it the base image brings")
	} else if r.Base > 0 {
		text += th.Render(theme.Dim, ", all of which the base image brings")
	}
	return text
}

func (b spareBook) Len() int { return len(b.items) }

func (b spareBook) Row(i int) ledger.Row {
	it := b.items[i]
	name := it.Path
	if it.Dir && name != "/" {
		name += "/"
	}
	where := b.p.where(b.p.image.Layers[it.Layer].Origin)
	if where == "" {
		where = fmt.Sprintf("L%d", it.Layer+1)
	}
	if !it.Suggested {
		where = "should stay"
	}
	return ledger.Row{Word: it.Kind.String(), Name: name, Info: where, Bytes: it.Bytes}
}

func (spareBook) Places(int) int { return 0 }

func (b spareBook) Place(i, _ int) ledger.Place {
	it := b.items[i]
	return ledger.Place{Layer: it.Layer, Path: it.Path, Line: b.p.lineOf(it.Layer), Bytes: it.Bytes}
}

func (b spareBook) Detail(i, _ int) []ledger.Field {
	it := b.items[i]
	size := measure.Bytes(it.Bytes)
	if it.Files != 1 {
		size += " in " + measure.Plural(it.Files, "file")
	}
	return []ledger.Field{
		{Label: "path", Text: it.Path},
		{Label: "size", Text: size},
		{Label: "seen", Text: strings.Join(it.Evidence, "; ")},
		{Label: "change", Text: b.p.redact(it.How), Role: theme.Good},
		{Label: "stored by", Text: b.p.madeBy(it.Layer), Role: theme.Dim},
	}
}
