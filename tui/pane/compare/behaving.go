package compare

import "github.com/stagedive/stagedive/tui/pane/compare/behaviour"

// Behaviour is the tab that shows what came of probes.
func (p *Pane) Behaviour() *behaviour.Model {
	for _, t := range p.tabs {
		if m, ok := t.(*behaviour.Model); ok {
			return m
		}
	}
	return nil
}
