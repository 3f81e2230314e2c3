package graph

import (
	"fmt"
	"maps"
	"slices"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
)

// skipping says what is done with the stages that the target skips.
type skipping uint8

const (
	autoSkips skipping = iota // hidden where all do not fit
	showSkips
	hideSkips
)

// ToggleSkipped hides what the target skips, or shows it again; false when the
// target skips nothing.
func (p *Pane) ToggleSkipped() bool {
	p.choose()
	if p.graph == nil || !p.canHide() {
		return false
	}
	p.skips = hideSkips
	if p.fit.kept {
		p.skips = showSkips
	}
	p.fitted, p.hover = false, true
	p.rev++
	return true
}

// Hidden is how many stages are not shown because the target skips them.
func (p *Pane) Hidden() int {
	p.choose()
	if p.graph == nil || !p.fit.kept {
		return 0
	}
	return len(p.keep.Skips())
}

func (p *Pane) hides(id model.NodeID) bool { return p.fit.kept && !p.keep.Needs(id) }

func (p *Pane) canHide() bool { return len(p.keep.Runs()) > 0 && len(p.keep.Skips()) > 0 }

// SetPicking says that plans to come are looked at on the way to another: as
// long as all that one needs is in view already, nothing moves for it.
func (p *Pane) SetPicking(picking bool) {
	if p.picking != picking {
		p.picking = picking
		p.rev++
		p.rekeep()
	}
}

// rekeep takes the plan as the one that says what is left when the skipped
// stages are hidden.
func (p *Pane) rekeep() {
	runs := p.plan.Runs()
	if slices.Equal(p.keep.Runs(), runs) {
		return
	}
	if p.picking && p.fitted && p.fit.kept && len(runs) > 0 &&
		!slices.ContainsFunc(runs, func(i int) bool { return !p.keep.Needs(model.NodeID(i)) }) {
		return
	}
	p.keep = p.plan
	for c := range p.placed {
		if c.kept {
			delete(p.placed, c)
		}
	}
	maps.DeleteFunc(p.outlines, func(k outlineKey, _ *layout.Outline) bool { return k.kept })
	if p.fitted && p.skips != hideSkips && !p.fit.kept && !p.Overflows() {
		return // all is drawn whatever the target is
	}
	p.fitted = false
	p.rev++
}

// skipNote says how many stages are hidden and which key shows them; of a drawing
// that does not fit, that there are some to hide.
func (p *Pane) skipNote(long bool) string {
	n := p.Hidden()
	switch {
	case n == 0 && long && p.canHide() && p.Overflows():
		return fmt.Sprintf(". hides %d skipped", len(p.keep.Skips()))
	case n == 0:
		return ""
	case long:
		return fmt.Sprintf("%d skipped hidden %s . shows them", n, p.theme.Glyphs.Dot)
	}
	return fmt.Sprintf("%d hidden %s . shows", n, p.theme.Glyphs.Dot)
}
