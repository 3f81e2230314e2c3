package image

import (
	"fmt"
	"slices"

	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/image/twins"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/image/ledger"
	"github.com/stagedive/stagedive/tui/theme"
)

// twiceBook is what the final files hold more than once.
type twiceBook struct {
	p      *Pane
	groups []twins.Group
	makers []maker.Maker
}

func (p *Pane) twiceSummary(r *twins.Report) string {
	return p.theme.Render(theme.Bold, measure.Bytes(r.Saves)) +
		p.theme.Render(theme.Dim, " would go if each of these were there once")
}

func (b twiceBook) Len() int { return len(b.groups) }

func (b twiceBook) Row(i int) ledger.Row {
	g := b.groups[i]
	name := g.Members[0].Path
	if g.Dir {
		name += "/"
	}
	info := measure.Bytes(g.Size) + " each"
	if g.Owned {
		info = "packages', " + info
	}
	return ledger.Row{Word: measure.Count(len(g.Members)) + "x", Name: name, Info: info, Bytes: g.Saves, Dim: g.Owned}
}

func (b twiceBook) Places(i int) int { return len(b.groups[i].Members) }

func (b twiceBook) Place(i, place int) ledger.Place {
	g := b.groups[i]
	m := g.Members[max(place, 0)]
	layer := len(b.p.image.Layers) - 1
	if len(m.Layers) > 0 {
		layer = slices.Max(m.Layers)
	}
	return ledger.Place{Layer: layer, Path: m.Path, Line: b.p.lineOf(layer), Bytes: g.Size}
}

func (b twiceBook) Detail(i, place int) []ledger.Field {
	g := b.groups[i]
	size := fmt.Sprintf("%s each, %s places", measure.Bytes(g.Size), measure.Count(len(g.Members)))
	if g.Dir {
		size = fmt.Sprintf("%s in %s each, %s places", measure.Bytes(g.Size), measure.Plural(g.Files, "file"), measure.Count(len(g.Members)))
	}
	at := b.Place(i, place)
	return []ledger.Field{
		{Label: "path", Text: at.Path},
		{Label: "size", Text: size},
		{Label: "because", Text: twins.Says(g, b.makers)},
		{Label: "change", Text: b.p.redact(twins.Advice(g, b.makers)), Role: theme.Good},
		{Label: "stored by", Text: b.p.madeBy(at.Layer), Role: theme.Dim},
	}
}
