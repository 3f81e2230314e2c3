package timing

import (
	"fmt"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/stagedive/stagedive/model"
)

// negligible is the share of the wall time below which a stage on the critical
// path is not worth naming.
const negligible = 0.01

// Text is the critical path by stages: "deps → builder → runtime (87 %)", with
// the share of the wall time that those took, waits between them included. Where
// that needs more than width cells, the stages that took least give way to the
// ellipsis; "" when no stage took a noticeable part, or not even one fits.
func (a *Analysis) Text(arrow, ellipsis string, width int) string {
	var legs []Leg
	for _, l := range a.Path.Legs() {
		if l.Stage >= 0 && a.Share(l.Ran+l.Waited) >= negligible {
			if k := len(legs); k > 0 && legs[k-1].Stage == l.Stage {
				legs[k-1].Ran, legs[k-1].Waited = legs[k-1].Ran+l.Ran, legs[k-1].Waited+l.Waited
				continue
			}
			legs = append(legs, l)
		}
	}
	var all time.Duration
	for _, l := range legs {
		all += l.Ran + l.Waited
	}
	if len(legs) == 0 || a.Graph == nil {
		return ""
	}
	share := fmt.Sprintf(" (%s)", Percent(a.Share(all)))
	keep := make([]bool, len(legs))
	for i := range keep {
		keep[i] = true
	}
	for left := len(legs); left > 0; left-- {
		if text := a.chain(legs, keep, arrow, ellipsis) + share; utf8.RuneCountInString(text) <= width {
			return text
		}
		least := -1
		for i, l := range legs {
			if keep[i] && (least < 0 || l.Ran < legs[least].Ran) {
				least = i
			}
		}
		keep[least] = false
	}
	return ""
}

func (a *Analysis) chain(legs []Leg, keep []bool, arrow, ellipsis string) string {
	var parts []string
	for i, l := range legs {
		switch {
		case keep[i]:
			parts = append(parts, a.Graph.Label(model.NodeID(l.Stage)))
		case len(parts) == 0 || parts[len(parts)-1] != ellipsis:
			parts = append(parts, ellipsis)
		}
	}
	text := ""
	for i, p := range parts {
		if i > 0 {
			text += " " + arrow + " "
		}
		text += p
	}
	return text
}

// Percent is a share as people read it: "87 %", "under 1 %".
func Percent(share float64) string {
	if share > 0 && share < 0.005 {
		return "under 1 %"
	}
	return fmt.Sprintf("%d %%", int(math.Round(100*share)))
}

// Waits are the waits on the critical path, the longest first.
func (p *Path) Waits() []Link {
	var out []Link
	for _, l := range p.Links {
		if l.Waited > 0 {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Link) int { return int(b.Waited - a.Waited) })
	return out
}
